"""Worlds on paper: a file with agencies, agreements and records becomes facts, and questions get answers.

Not here: what the answers are (sharing.release), or any record of the database (sharing.facts).
"""
