"""What the server does on its own: jobs of the outbox, in a thread beside it or in a process of their own.

Not here: what a person starts from a shell (portal.cli), or what a job does (sharing, auth).
"""
