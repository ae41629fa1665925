"""The machinery of the log that partners can check: encoding, tree, append, sequencing, verification.

The closed lists of events stand in auth.events and sharing.events.
"""
