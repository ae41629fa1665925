"""Vehicle: one seen at, used in or taken in an event. Its marks follow its keeper where it has one."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "vehicle",
    (
        *fields(FieldClass.EVENT, role_in_event="code*", stolen="flag*", last_seen="time"),
        *fields(FieldClass.PLACE, last_point="point"),
        *fields(FieldClass.DESCRIPTION, make="code*", model="code*", colour="code*", features="codes"),
        *fields(FieldClass.IDENTIFIER, registration="vrm", partial_registration="vrm", vin="id"),
        *fields(FieldClass.NARRATIVE, account="text"),
    ),
)

vehicle = table_of(SCHEMA)
