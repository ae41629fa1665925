"""Partnerships: their meetings, and the actions that meetings set and close.

Not here: what a record on the agenda shows to whom (sharing.disclosure).
"""
