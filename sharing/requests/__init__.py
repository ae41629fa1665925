"""Asking for what is withheld and answering it: requests, grants, necessity notes, and broken glass.

Not here: what a grant, a note or broken glass opens, which the engine decides (sharing.release) on the rows
of sharing.agreements.tables; and the reading itself (sharing.disclosure).
"""
