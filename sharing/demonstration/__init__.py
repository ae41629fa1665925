"""The demonstration: an invented partnership, its storyline, and as many more records as a measurement needs.

Everything comes from the files in `demo/` and a fixed seed. Not here: how real records come in, which is
sharing.contribution; this loads thousands of rows at a time and writes one ledger entry per batch and agency.
"""
