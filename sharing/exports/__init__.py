"""Files for one person: asked for, made by a job as that person, scanned, fetched once more decided, deleted.

Not here: how records are decided (sharing.sight), or what is printed from a page (sharing.disclosure).
"""
