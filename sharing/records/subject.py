"""Subject: a person's own record in one agency's scheme, known or identification sought.

What the person looks like or is called stands on the subject's own row of `sharing.records.record.link`, so
that a person has the same fields here as on an event.
"""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "subject",
    (
        *fields(
            FieldClass.EVENT,
            state="code*",
            card="code*",
            ban="code*",
            ban_from="date",
            ban_until="date",
            gallery_until="date",
        ),
        *fields(FieldClass.NARRATIVE, advice="text"),
    ),
)

subject = table_of(SCHEMA)
