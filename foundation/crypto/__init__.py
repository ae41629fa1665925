"""Passwords and secrets.

Nothing here decides who may see what (sharing.release).
"""
