"""Closed lists with their codes and labels: one list, one place.

Not here: field classes and treatments, which belong to sharing.release.schema.
"""
