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
from sharing.records.record import EVERY
from sharing.release.schema import Schema

__all__ = ["LINK", "OWN", "OWN_FIELD", "PERSON", "SCHEMAS", "TABLES"]

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

#: Before the name of a type's own field where its column stands in a row beside those of every record.
OWN_FIELD = "own_"

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
