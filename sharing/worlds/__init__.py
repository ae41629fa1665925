"""Worlds from files: an agreement tried on paper, with the very engine that pages ask.

`answers` asks the questions of a world; `file`, `terms`, `records` and `ties` read its parts strictly.
Not here: the engine (sharing.release), or any database.
"""
