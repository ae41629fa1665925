"""What there is to know about record types without any record: their fields, classes and lists."""

from collections.abc import Mapping

from sharing.records.person import PERSON
from sharing.records.record import EVERY
from sharing.records.registry import LINK, OWN, SCHEMAS
from sharing.release.schema import Field
from sharing.vocabulary.words import RECORD_TYPES

#: Types that people enter and read through the doors, with the word in their address, in the order of menus.
PLURALS: Mapping[str, str] = {
    type_: RECORD_TYPES[type_][1].lower()
    for type_ in (
        "incident", "sighting", "subject", "vehicle", "item", "premises", "camera", "intelligence", "media"
    )
} | {"media": "media"}  # fmt: skip

#: Those that can be sent in by themselves: a still comes with the record that it belongs to.
SENT: Mapping[str, str] = {type_: plural for type_, plural in PLURALS.items() if type_ != "media"}

#: The same the other way: what an address names, and the type.
TYPE_OF: Mapping[str, str] = {plural: type_ for type_, plural in PLURALS.items()}

#: What the portal itself sets on a record.
SET_HERE = frozenset(
    {"recorded_at", "recorded_by", "owner_reference", "status", "marking", "picture", "sha256", "format"}
)


def fields_of(type_: str) -> tuple[Field, ...]:
    """The fields of a record type, those of every record first."""
    return SCHEMAS[type_].fields


def person_fields() -> tuple[Field, ...]:
    """The fields of a person on a record."""
    return PERSON.fields


def link_fields() -> tuple[Field, ...]:
    """What a link says of a person on a record: who it is, and what they were."""
    return LINK.fields


def every_record_fields() -> tuple[Field, ...]:
    """The fields that every record has."""
    return EVERY.fields


def own_fields() -> Mapping[str, tuple[Field, ...]]:
    """Record type -> the fields that it has besides."""
    return {type_: schema.fields for type_, schema in OWN.items()}
