"""How a declared field becomes a column, the same for every record type."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, String, Table
from sqlalchemy.types import TypeEngine

from foundation.database import JsonText, UtcTime, metadata
from sharing.release.schema import FieldType, Schema

_KINDS: dict[FieldType, type[TypeEngine[Any]]] = {
    FieldType.AMOUNT: BigInteger,  # pence
    FieldType.CODES: JsonText,  # list of codes
    FieldType.DATE: Date,
    FieldType.DOB: Date,
    FieldType.FLAG: Boolean,
    FieldType.NUMBER: BigInteger,
    FieldType.POINT: JsonText,  # [latitude, longitude], WGS 84
    FieldType.TIME: UtcTime,
    FieldType.ZONE: JsonText,  # list of points
}


def columns(schema: Schema) -> list[Column[object]]:
    """One nullable column per field, in the schema's order; every type without a kind of its own is text."""
    return [Column(field.name, _KINDS.get(field.type, String)) for field in schema.fields]


def table_of(schema: Schema) -> Table:
    """The table of one record type: one row per record, keyed by the record's id."""
    return Table(
        schema.name,
        metadata,
        Column("record_id", ForeignKey("record.id"), primary_key=True),
        *columns(schema),
    )
