"""The commands of `flask --app wsgi`: each parses, calls one use case, prints.

Not here: what the server does on its own (portal.jobs).
"""
