"""Exclusion schemes of business crime partnerships: reports, repeats, cards, and who is in the gallery.

Not here: what one shop sees of another's report, which is an agreement like any other (sharing.release).
"""
