"""What the JSON door takes in about recalls and their acknowledgement."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, fields, validate

from portal.api.schemas.records import PersonValues, values_schema
from portal.api.schemas.truth import Truth
from sharing.recalls.acts import Act, Age, prefixed
from sharing.recalls.kinds import Done
from sharing.recalls.notices import Acknowledgement

_TEXT = validate.Length(max=5000)
_SHORT = validate.Length(max=1000)


class AgeIn(Schema):
    """What is known of the age of a person on the record; `link` is empty on a person's own record."""

    link = fields.String(load_default="", validate=validate.Length(max=36))
    date_of_birth = fields.Date(load_default=None, allow_none=True)
    verified = Truth(load_default=False)
    may_be_child = Truth(load_default=False)


class AcknowledgementIn(Schema):
    """What somebody did with what they had copied."""

    done = fields.String(required=True, validate=validate.OneOf([done.value for done in Done]))
    said = fields.String(load_default="", validate=validate.Length(max=2000))


@cache
def recall_schema(type_: str) -> type[Schema]:
    """The schema of a recall: a release to take back, texts, values of the record and of persons, ages."""
    made: dict[str, fields.Field[Any]] = {
        "release": fields.String(load_default=None, allow_none=True, validate=validate.Length(max=36)),
        "texts": fields.Dict(fields.String(), fields.String(validate=_TEXT), load_default=dict),
        "values": fields.Nested(values_schema(type_), load_default=dict),
        "persons": fields.Dict(fields.String(), fields.Nested(PersonValues), load_default=dict),
        "ages": fields.List(fields.Nested(AgeIn), load_default=list, validate=validate.Length(max=50)),
        "reason": fields.String(load_default="", validate=_SHORT),
        "message": fields.String(load_default="", validate=_SHORT),
        "due": fields.Date(load_default=None, allow_none=True),
    }
    return Schema.from_dict(made, name=f"{type_.title()}Recall")


def act_of(body: Mapping[str, Any]) -> Act:
    """The recall that a checked body describes."""
    persons = {
        prefixed(link, name): value
        for link, values in body["persons"].items()
        for name, value in values.items()
    }
    return Act(
        release=body["release"],
        texts=body["texts"],
        values={**body["values"], **persons},
        ages=tuple(Age(**age) for age in body["ages"]),
        reason=body["reason"],
        message=body["message"],
        due=body["due"],
    )


def acknowledgement_of(body: Mapping[str, Any]) -> Acknowledgement:
    """The answer that a checked body gives."""
    return Acknowledgement(Done(body["done"]), body["said"])
