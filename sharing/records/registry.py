"""Every record type with its fields and its table, in the order in which they are written of."""

from collections.abc import Mapping

from sqlalchemy import Table

from sharing.records import (
    alert,
    camera,
    incident,
    intelligence,
    item,
    media,
    order,
    premises,
    sighting,
    subject,
    vehicle,
)
from sharing.records.person import LINK, PERSON
from sharing.records.record import EVERY, record
from sharing.release.schema import Schema

__all__ = ["LINK", "OWN", "PERSON", "SCHEMAS", "TABLES", "own_name"]

#: The fields that a type has of its own.
OWN: Mapping[str, Schema] = {
    module.SCHEMA.name: module.SCHEMA
    for module in (
        incident,
        subject,
        sighting,
        vehicle,
        item,
        premises,
        camera,
        media,
        intelligence,
        order,
        alert,
    )
}

#: What every record has, then the type's own. A subject's person fields stand in `PERSON`, on its own link.
SCHEMAS: Mapping[str, Schema] = {
    name: Schema(name, (*EVERY.fields, *schema.fields)) for name, schema in OWN.items()
}

TABLES: Mapping[str, Table] = {
    "incident": incident.incident,
    "subject": subject.subject,
    "sighting": sighting.sighting,
    "vehicle": vehicle.vehicle,
    "item": item.item,
    "premises": premises.premises,
    "camera": camera.camera,
    "media": media.media,
    "intelligence": intelligence.intelligence,
    "order": order.order,
    "alert": alert.alert,
}


def own_name(field: str) -> str:
    """The name of a type's own field in a row: apart where every record has a column of that name."""
    return f"own_{field}" if field in record.c else field
