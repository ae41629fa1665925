"""Handling: originator's conditions, TLP, gradings and markings, and court orders of anonymity.

Here: how they are entered, what they close, and who is told. Not here: how they decide, which is
sharing.release.floors, and their lists of words, which are sharing.vocabulary.grading.
"""
