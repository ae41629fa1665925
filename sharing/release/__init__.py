"""The release engine, pure: who sees which field, how treated, and why.

Not here: database, clock or settings; facts come in as frozen values and decisions go out.
"""
