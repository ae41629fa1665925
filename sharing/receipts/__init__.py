"""Receipts: what an owner knows of the way of its records: who has looked, when, for what, and what they saw.

Here: of one record, and of all of an agency's as a report. Not here: who may look, which is
sharing.record_audiences, and what is taken back, which is sharing.recalls.
"""
