"""Row-level security on PostgreSQL, the second wall: which role may do what with the rows of each table.

`declared` says it, table by table; `raising` makes a database so, after every run of the numbered steps. What
the walls let through is decided again by the engine (sharing.release), which is the first wall.
"""
