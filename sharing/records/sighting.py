"""Sighting: somebody or something seen, by a camera or a person, at a place and time."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "sighting",
    (
        *fields(
            FieldClass.EVENT,
            seen="time",
            seen_until="time",
            clock_error="number",
            activity="codes*",
            outcome="code*",
            footage_until="date",
        ),
        *fields(
            FieldClass.PLACE,
            address="address",
            point="point",
            ward="code*",
            direction="code",
            transport="code*",
        ),
        *fields(FieldClass.NARRATIVE, account="text"),
        *fields(FieldClass.IDENTIFIER, footage_reference="id", exhibit_number="id"),
        *fields(FieldClass.ASSESSMENT, match_strength="code", advokate="codes"),
    ),
)

sighting = table_of(SCHEMA)
