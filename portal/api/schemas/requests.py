"""What the JSON door takes in about requests: the heads of the form, and an owner's answer."""

from marshmallow import Schema, fields, validate

from portal.api.schemas.truth import Truth
from sharing.requests.asking import LONGEST
from sharing.requests.content import GIVING
from sharing.vocabulary.requests import BASES, DAYS, GATEWAYS, KEEPINGS, SECURITIES, Urgency

_MOST = 100
_key = validate.Length(1, 120)
_text = validate.Length(max=LONGEST)


class RequestIn(Schema):
    """A request; codes are of the closed lists that the form gives."""

    record = fields.UUID(required=True)
    fields_ = fields.List(
        fields.String(validate=_key),
        required=True,
        data_key="fields",
        attribute="fields",
        validate=validate.Length(1, _MOST),
    )
    basis = fields.String(required=True, validate=validate.OneOf([*BASES]))
    gateway = fields.String(required=True, validate=validate.OneOf([*GATEWAYS]))
    need = fields.String(required=True, validate=_text)
    proportion = fields.String(required=True, validate=_text)
    urgency = fields.String(required=True, validate=validate.OneOf([each.value for each in Urgency]))
    days = fields.Integer(required=True, strict=True, validate=validate.OneOf([*DAYS]))
    keeping = fields.String(required=True, validate=validate.OneOf([*KEEPINGS]))
    security = fields.String(required=True, validate=validate.OneOf([*SECURITIES]))
    users = fields.List(fields.String(validate=_key), load_default=list, validate=validate.Length(max=_MOST))
    everybody = Truth(load_default=False)


class PassIn(Schema):
    """Why the protection of one person is passed."""

    link = fields.String(required=True, validate=_key)
    floor = fields.String(required=True, validate=validate.OneOf(["protected", "child"]))
    why = fields.String(required=True, validate=_text)


class RequestAnswerIn(Schema):
    """What is granted: by key, how each field leaves; what is left out stays withheld."""

    fields_ = fields.Dict(
        keys=fields.String(validate=_key),
        values=fields.String(validate=validate.OneOf([*GIVING])),
        required=True,
        data_key="fields",
        attribute="fields",
        validate=validate.Length(1, _MOST),
    )
    users = fields.List(fields.String(validate=_key), load_default=list, validate=validate.Length(max=_MOST))
    everybody = Truth(load_default=False)
    until = fields.AwareDateTime(required=True)
    reasons = fields.String(required=True, validate=_text)
    passes = fields.List(fields.Nested(PassIn), load_default=list, validate=validate.Length(max=_MOST))
    note = fields.String(load_default="", validate=_text)


class RefusalIn(Schema):
    """Why a request is refused; `note` is the owner's alone."""

    reasons = fields.String(required=True, validate=_text)
    note = fields.String(load_default="", validate=_text)
