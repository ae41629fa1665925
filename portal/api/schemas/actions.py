"""What the JSON door takes in about a partnership's actions."""

from marshmallow import Schema, fields, validate

from sharing.partnerships.standing import Move


class AnswerIn(Schema):
    """A move on an action; `version` is the one that the caller read."""

    move = fields.String(required=True, validate=validate.OneOf([move.value for move in Move]))
    text = fields.String(load_default="", validate=validate.Length(max=2000))
    due = fields.Date(load_default=None, allow_none=True)
    version = fields.Integer(required=True, strict=True)


class ActionIn(Schema):
    """An action that a meeting sets."""

    title = fields.String(required=True, validate=validate.Length(1, 200))
    measure = fields.String(required=True, validate=validate.Length(1, 200))
    owner = fields.String(required=True, validate=validate.Length(1, 36))
    due = fields.Date(required=True)
