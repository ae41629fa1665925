"""Item: a thing taken, found or used, such as a telephone with its IMEI and where it last answered."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "item",
    (
        *fields(FieldClass.EVENT, loss="amount", stolen="flag*", recovered_at="time"),
        *fields(
            FieldClass.PLACE, ping_point="point", ping_at="time", ping_accuracy="number", found_at="address"
        ),
        *fields(
            FieldClass.DESCRIPTION,
            kind="code*",
            make="code*",
            model="code*",
            colour="code*",
            features="codes",
        ),
        *fields(FieldClass.IDENTIFIER, imei="imei", serial="id"),
        *fields(FieldClass.CONTACT, line_number="phone"),
        *fields(FieldClass.NARRATIVE, account="text"),
    ),
)

item = table_of(SCHEMA)
