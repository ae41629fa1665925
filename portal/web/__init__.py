"""The HTML door: one module per family of screens, named as its templates folder.

Each view parses, calls one use case and renders. Not here: SQL, keys, rules; the JSON door is portal.api.
"""
