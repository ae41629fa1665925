"""What the JSON door takes in about agreements."""

from marshmallow import Schema, fields, validate

_TEXT = validate.Length(1, 2000)


class CommentIn(Schema):
    """What a party says of a clause, or of the whole version."""

    text = fields.String(required=True, validate=_TEXT)
    clause = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 20))


class ReviewIn(Schema):
    """A draft that goes to its parties; `edition` is the one that the caller read."""

    edition = fields.Integer(required=True, strict=True)


class ReasonIn(Schema):
    """Why something is done, for the other parties to read."""

    reason = fields.String(required=True, validate=_TEXT)


class SignatureIn(Schema):
    """A signature binds the text with this SHA-256."""

    digest = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z"))


class ReviewFoundIn(Schema):
    """What a review found, and when the next is due."""

    findings = fields.String(required=True, validate=_TEXT)
    next_due = fields.Date(required=True)


class ConfirmationIn(Schema):
    """The number of the version to which the difference was read."""

    version = fields.Integer(required=True, strict=True)
