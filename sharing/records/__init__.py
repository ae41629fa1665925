"""One file per record type: its table and its fields with their class.

Not here: any SELECT over them (sharing.queries) or any rule (sharing.release).
"""
