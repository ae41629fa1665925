"""What the JSON door takes in about terms, with the keys of the YAML form; meaning is checked in sharing."""

from typing import Any

from marshmallow import Schema, fields, validate

from sharing.agreements.heads import HEADS, LONGEST

_MOST = 200
_WORD = validate.Length(max=100)


def _words(*, required: bool = True) -> fields.Field[Any]:
    return fields.List(fields.String(validate=_WORD), required=required, validate=validate.Length(max=_MOST))


#: One clause; `from` is no name that a class could give it.
ClauseIn = Schema.from_dict(
    {
        "id": fields.String(required=True, validate=_WORD),
        "title": fields.String(required=True, validate=validate.Length(max=300)),
        "purposes": _words(),
        "from": _words(),
        "to": _words(),
        "roles": _words(required=False),
        "records": _words(),
        "categories": _words(required=False),
        "children": fields.String(validate=_WORD),
        "fields": _words(),
        "treatment": fields.String(required=True, validate=_WORD),
        "never": fields.Boolean(),
        "basis": fields.String(required=True, validate=validate.Length(max=2000)),
        "retention_days": fields.Integer(strict=True),
    },
    name="ClauseIn",
)

_CLAUSES = fields.List(fields.Nested(ClauseIn), required=True, validate=validate.Length(max=_MOST))

#: A version; `clauses` may be empty in a draft.
VersionIn = Schema.from_dict(
    {
        "from": fields.String(required=True, validate=_WORD),
        "until": fields.String(required=True, validate=_WORD),
        "review": fields.String(validate=_WORD),
        "parties": _words(),
        "purposes": _words(),
        "heads": fields.Dict(
            keys=fields.String(validate=validate.OneOf(list(HEADS))),
            values=fields.String(validate=validate.Length(max=LONGEST)),
        ),
        "clauses": _CLAUSES,
    },
    name="VersionIn",
)

ClausesIn = Schema.from_dict({"clauses": _CLAUSES}, name="ClausesIn")


class AgreementIn(Schema):
    """A new agreement; `reference` is how its reference begins."""

    reference = fields.String(required=True, validate=validate.Length(1, 30))
    title = fields.String(required=True, validate=validate.Length(1, 300))
    version = fields.Nested(VersionIn, required=True)


class TextIn(Schema):
    """Terms as YAML."""

    text = fields.String(required=True, validate=validate.Length(1, 150_000))


class TermsIn(Schema):
    """A draft written anew; the title only while no version is signed."""

    title = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 300))
    version = fields.Nested(VersionIn, required=True)


class RecordNamed(Schema):
    """An own record."""

    type = fields.String(required=True, validate=_WORD)
    id = fields.String(required=True, validate=validate.Length(max=36))


class SimulationIn(Schema):
    """What to try: own records, or none for invented ones of `owner`; by whose eyes; what side by side."""

    records = fields.List(fields.Nested(RecordNamed), load_default=list, validate=validate.Length(max=10))
    owner = fields.String(load_default="", validate=_WORD)
    audiences = _words(required=False)
    shared = fields.Boolean(load_default=False)
    sample = fields.String(load_default="", validate=_WORD)
    audience = fields.String(load_default="", validate=_WORD)
    purpose = fields.String(load_default="", validate=_WORD)
