"""Agreements, their versions and clauses as rows, and the facts made of them for the engine.

Not here: what a clause means (sharing.release).
"""
