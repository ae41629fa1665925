"""What the JSON door takes in about the handling of records."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from portal.api.schemas.truth import Truth
from sharing.handling.conditions import Handling


class HandlingIn(Schema):
    """How a record is to be handled; `named` null names nobody in particular, an empty list nobody at all."""

    marking = fields.String(load_default="OFFICIAL-SENSITIVE", validate=validate.Length(max=40))
    tlp = fields.String(load_default="", validate=validate.Length(max=20))
    code = fields.String(load_default="", validate=validate.Length(max=1))
    named = fields.List(
        fields.String(), load_default=None, allow_none=True, validate=validate.Length(max=200)
    )
    withheld = fields.List(fields.String(), load_default=list, validate=validate.Length(max=20))
    sanitised_only = Truth(load_default=False)
    veto = Truth(load_default=False)


def handling_of(body: Mapping[str, Any]) -> Handling:
    """The handling that a checked body describes."""
    named = body["named"]
    return Handling(
        marking=body["marking"],
        tlp=body["tlp"],
        code=body["code"],
        named=None if named is None else tuple(named),
        withheld=tuple(body["withheld"]),
        sanitised_only=body["sanitised_only"],
        veto=body["veto"],
    )
