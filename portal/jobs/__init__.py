"""What the server does on its own, on a clock.

Not here: what a person starts from a shell (portal.cli).
"""
