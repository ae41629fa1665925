"""Drafts: what somebody is still writing, kept for them alone until it is sent or let go.

Not here: what is sent (sharing.submission, sharing.contribution).
"""
