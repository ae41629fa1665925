"""Pure readers of publishers' files: each yields a line's number with its value, or with what is wrong.

Not here: the database (sharing.insight.loading) or the naming of editions (sharing.insight.editions).
"""
