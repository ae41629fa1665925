"""What is still to be done: one row for each thing, written in the transaction that asks for it.

Not here: what any of it is (portal.jobs names the kinds), or what a person may see of it (sharing).
"""
