"""A record as it is sent in: values by field, persons, stills, things, releases. Made from the catalogue."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from portal.api.schemas.handling import HandlingIn
from portal.api.schemas.truth import Truth
from sharing.agreements.releases import NewRelease
from sharing.catalogue import SET_HERE, fields_of, person_fields
from sharing.release.schema import Category, Field, FieldType
from sharing.submission import Box, NewPerson, NewRecord, NewStill

_LONGEST = 5000
#: The calendar that can be reckoned with in every zone.
_KEPT = (datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
_MOST = 50


class Base64(fields.String):
    """Bytes, in base64 with padding. Source: RFC 4648 section 4."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("This is not base64.") from None


def field_in(field: Field) -> fields.Field[Any]:
    """How one field is written in JSON; null is an empty one."""
    make = _WRITTEN.get(field.type)
    written = make() if make else fields.String(validate=validate.Length(max=_LONGEST))
    written.allow_none = True
    return written


def _codes() -> fields.Field[Any]:
    return fields.List(fields.String(), validate=validate.Length(max=_MOST))


def _point() -> fields.Field[Any]:
    return fields.List(fields.Float(), validate=validate.Length(equal=2))


_WRITTEN = {
    FieldType.AMOUNT: lambda: fields.Integer(strict=True),
    FieldType.CODES: _codes,
    FieldType.DATE: fields.Date,
    FieldType.DOB: fields.Date,
    FieldType.FLAG: fields.Boolean,
    FieldType.NUMBER: lambda: fields.Integer(strict=True),
    FieldType.POINT: _point,
    FieldType.TIME: fields.AwareDateTime,
    FieldType.ZONE: lambda: fields.List(_point()),
}


@cache
def values_schema(type_: str) -> type[Schema]:
    """The schema of a type's values: `recorded_at` and its like are the portal's to set and are not in it."""
    written = {field.name: field_in(field) for field in fields_of(type_) if _is_sent(field)}
    return Schema.from_dict(written, name=f"{type_.title()}Values")


def _is_sent(field: Field) -> bool:
    """Whether a caller may set the field; a picture comes as a still, and handling with its conditions."""
    return field.name not in SET_HERE | {"handling"} and field.type is not FieldType.IMAGE


PersonValues = Schema.from_dict(
    {field.name: field_in(field) for field in person_fields() if _is_sent(field)}, name="PersonValues"
)


class ApparentAgeIn(Schema):
    """An age as judged by eye, in years."""

    low = fields.Integer(required=True, strict=True, validate=validate.Range(0, 120))
    high = fields.Integer(required=True, strict=True, validate=validate.Range(0, 120))


class PersonIn(Schema):
    """A person on the record, with what they were at the event."""

    categories = fields.List(
        fields.String(validate=validate.OneOf([category.value for category in Category])), required=True
    )
    values = fields.Nested(PersonValues, load_default=dict)
    apparent_age = fields.Nested(ApparentAgeIn, load_default=None)
    may_be_child = Truth(load_default=False)
    confirmed = Truth(load_default=True)


class BoxIn(Schema):
    """A face or burnt-in text on a still, in pixels; `person` counts the record's persons from 0."""

    kind = fields.String(required=True, validate=validate.OneOf(["face", "text"]))
    left = fields.Integer(required=True, strict=True)
    top = fields.Integer(required=True, strict=True)
    width = fields.Integer(required=True, strict=True)
    height = fields.Integer(required=True, strict=True)
    person = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0))


class StillIn(Schema):
    """A still: its bytes, the boxes on it, and whether the sender looked over the whole picture."""

    picture = Base64(required=True)
    boxes = fields.List(fields.Nested(BoxIn), load_default=list)
    looked_over = Truth(load_default=False)


class ReleaseIn(Schema):
    """What is let go: to agency ids, `members`, or `*` for all parties of the day."""

    agreement = fields.String(required=True, validate=validate.Length(max=40))
    purposes = fields.List(fields.String(validate=validate.Length(max=60)), required=True)
    recipients = fields.List(fields.String(validate=validate.Length(max=60)), required=True)
    text = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=_LONGEST))
    expires = fields.AwareDateTime(load_default=None, allow_none=True, validate=validate.Range(*_KEPT))
    category = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf([category.value for category in Category]),
    )


@cache
def record_schema(type_: str) -> type[Schema]:
    """The schema of a whole new record of one type."""
    made = {
        "values": fields.Nested(values_schema(type_), required=True),
        "persons": fields.List(
            fields.Nested(PersonIn), load_default=list, validate=validate.Length(max=_MOST)
        ),
        "stills": fields.List(fields.Nested(StillIn), load_default=list, validate=validate.Length(max=4)),
        "releases": fields.List(
            fields.Nested(ReleaseIn), load_default=list, validate=validate.Length(max=_MOST)
        ),
        "handling": fields.Nested(HandlingIn, load_default=None, allow_none=True),
    }
    return Schema.from_dict(made, name=f"{type_.title()}In")


def changes_schema(type_: str) -> type[Schema]:
    """The schema of changes to a record: the fields that are to be other than they are."""
    values = fields.Nested(
        values_schema(type_), required=True, validate=validate.Length(1, error="Say what is to change.")
    )
    return Schema.from_dict({"values": values}, name=f"{type_.title()}Changes")


def new_release(body: Mapping[str, Any]) -> NewRelease:
    """The release that a checked body describes."""
    return NewRelease(
        agreement=body["agreement"],
        purposes=tuple(body["purposes"]),
        recipients=tuple(body["recipients"]),
        text=body["text"],
        expires=body["expires"],
        category=body["category"],
    )


def new_person(body: Mapping[str, Any]) -> NewPerson:
    """The person that a checked body describes."""
    age = body["apparent_age"]
    return NewPerson(
        categories=tuple(body["categories"]),
        values=body["values"],
        apparent_age=(age["low"], age["high"]) if age else None,
        may_be_child=body["may_be_child"],
        confirmed=body["confirmed"],
    )


def boxes(body: Mapping[str, Any]) -> tuple[Box, ...]:
    """The boxes that a checked still carries."""
    return tuple(Box(**box) for box in body["boxes"])


def new_record(type_: str, body: Mapping[str, Any], stills: tuple[NewStill, ...] = ()) -> NewRecord:
    """The record that a checked body describes, with its stills as they were stored."""
    return NewRecord(
        type=type_,
        values=body["values"],
        persons=tuple(new_person(person) for person in body["persons"]),
        stills=stills,
        releases=tuple(new_release(each) for each in body["releases"]),
    )
