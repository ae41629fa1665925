"""The closed list of what sharing leaves in the ledger, a module for each matter: one function per event.

Values never stand in an entry: it says which fields left, how they were treated, and why the others did not.
`docs/events.md` is written from these modules. Security events stand in auth.events.
"""
