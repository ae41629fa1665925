"""Order: a court's or an agency's order about a person, such as a Criminal Behaviour Order."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "order",
    (
        *fields(
            FieldClass.EVENT,
            kind="code*",
            legal_basis="code*",
            issuer="org",
            starts="date",
            ends="date",
            served_at="time",
            breaches="codes",
            conditions="codes",
            next_review="date",
        ),
        *fields(FieldClass.PLACE, zone="zone", named_premises="org"),
        *fields(FieldClass.IDENTIFIER, court_reference="id", document_hash="id"),
        *fields(FieldClass.NARRATIVE, conditions_text="text"),
    ),
)

order = table_of(SCHEMA)
