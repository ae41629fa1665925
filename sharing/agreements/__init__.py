"""Agreements, their versions and clauses as rows, the facts made of them, and what changes them.

Not here: what a clause means (sharing.release), and agreements as people read them (sharing.register).
"""
