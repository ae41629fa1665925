"""Camera: one camera of a control room's register, with how long its footage is kept."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "camera",
    (
        *fields(FieldClass.ADMIN, number="id", overwrite_days="number*", clock_error="number"),
        *fields(FieldClass.PLACE, address="address", point="point", ward="code*", bearing="code*"),
        *fields(FieldClass.CONTACT, control_room_phone="phone"),
        *fields(FieldClass.ASSESSMENT, blind_spots="codes"),
    ),
)

camera = table_of(SCHEMA)
