"""Intelligence: a graded report whose source stays with the owner's intelligence role."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "intelligence",
    (
        *fields(FieldClass.EVENT, topic="code*", period_from="time", period_until="time"),
        *fields(FieldClass.PLACE, address="address", point="point", ward="code*"),
        *fields(FieldClass.NARRATIVE, report="text"),
        *fields(
            FieldClass.ASSESSMENT,
            source_evaluation="code",
            information_evaluation="code",
            handling="code",
            confidence="code",
            judgement="text",
        ),
        *fields(
            FieldClass.SOURCE,
            source_identity="name",
            source_reference="id",
            handler="staff",
            provenance="text",
        ),
    ),
)

intelligence = table_of(SCHEMA)
