"""What knows nothing of policing: settings, clock, identifiers, database, errors, keys, ledger machinery.

Not here: who is asking (auth), what is held and what leaves (sharing), how it is reached (portal).
"""
