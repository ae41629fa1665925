"""By which fields records are found: one rule for the words that are kept and those that may be a hit."""

from collections.abc import Mapping
from typing import Any

from sharing.records.person import PERSON
from sharing.records.registry import OWN
from sharing.release.schema import Schema

#: The name of a picture's file is no word, and an age band is worked out at each read.
_APART = frozenset({"picture", "age_band"})


def _words_in(*schemas: Schema) -> frozenset[str]:
    return frozenset(field.name for schema in schemas for field in schema.fields) - _APART


#: What a person's link says of them, such as their category, is not among these.
_OF_PERSONS = _words_in(PERSON)

#: By type. Of what every record has, all but the reference are the portal's own words.
_OF_RECORDS: Mapping[str, frozenset[str]] = {
    **{type_: _words_in(schema) | {"owner_reference"} for type_, schema in OWN.items()},
    "subject": _words_in(OWN["subject"], PERSON) | {"owner_reference"},
    "media": frozenset(),  # found where their record is
}


def found_by(type_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a record's own values by which it is found; a person's page has the person's among them."""
    return {name: value for name, value in values.items() if name in _OF_RECORDS[type_]}


def found_by_person(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values of a person on a record by which the record is found."""
    return {name: value for name, value in values.items() if name in _OF_PERSONS}
