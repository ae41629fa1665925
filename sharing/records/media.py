"""Media: a still of a parent record. The picture itself lies in the file store under its digest."""

from sharing.records.columns import table_of
from sharing.release.schema import FieldClass, Schema, fields

SCHEMA = Schema(
    "media",
    (
        *fields(FieldClass.IMAGE, picture="image"),
        *fields(FieldClass.EVENT, taken="time", length="number"),
        *fields(FieldClass.PLACE, point="point"),
        *fields(FieldClass.IDENTIFIER, sha256="id", exhibit_number="id", footage_reference="id"),
        *fields(FieldClass.ADMIN, format="code*", hold_until="date"),
        *fields(FieldClass.NARRATIVE, caption="text"),
    ),
)

media = table_of(SCHEMA)
