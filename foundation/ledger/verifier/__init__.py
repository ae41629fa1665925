"""Two programs for partners' own computers, one file each, standard library only: `verify.py`, `witness.py`.

They share no code with the portal, and the portal none with them: a second reading of the same formats.
"""
