"""Alert: a message that asks its readers to look out for something until it ends."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "alert",
    (
        *fields(FieldClass.EVENT, kind="code*", issued="time", ends="time", action="codes*"),
        *fields(FieldClass.PLACE, ward="code*", address="address"),
        *fields(FieldClass.NARRATIVE, message="text"),
        *fields(FieldClass.IMAGE, picture="image"),
    ),
)

alert = table_of(SCHEMA)
