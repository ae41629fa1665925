"""Published figures: their import, the counts that come of them, and what a comparison may say.

Open data only, no person and no record of a party; so nothing here is redacted. Not here: counts over the
partnership's own records, which leave through sharing.disclosure.
"""
