"""Numbered steps that bring a database to the tables of today; CURRENT names the last one.

Not here: the tables themselves, which stand in each package's `tables` and in sharing.records.
"""
