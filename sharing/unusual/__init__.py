"""Looks that stand out, for the review that a data protection officer makes of their own agency.

What is found here may be used for the purposes of section 62(4) of the Data Protection Act 2018 and for
nothing else, so nothing but its own page and door imports it. No score, no ranking, no profile is kept: each
line is worked out from the ledger when somebody looks, and only what the review came to is stored.
"""
