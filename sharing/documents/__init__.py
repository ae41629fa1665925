"""Documents that leave the portal as files: agreements as text, JSON, ODRL and tagged PDF.

Not here: records, whose exports are made of released values elsewhere; and no rule of who may have what.
"""
