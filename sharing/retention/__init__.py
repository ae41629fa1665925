"""How long an agency's records are kept: its schedule, the review before they go, holds, and their deletion.

Not here: what the ledger keeps of entries, and how long (sharing.forgetting); nor how long something is shown
to others, which its release and agreement say (sharing.release).
"""
