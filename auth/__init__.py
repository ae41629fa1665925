"""Who is asking and what their role may do: agencies, people, sessions, keys, and the one permission table.

Not here: what an agreement lets another agency see (sharing.release), or anything of HTTP (portal.gate).
"""
