"""What the JSON door takes in about unusual looks: what a review came to."""

from marshmallow import Schema, fields, validate

from sharing.unusual.measures import Kind
from sharing.unusual.reviewing import OUTCOMES


class OutcomeIn(Schema):
    """A line by its three names, as the list gave them, and its outcome."""

    kind = fields.String(required=True, validate=validate.OneOf([each.value for each in Kind]))
    person = fields.String(required=True, validate=validate.Length(1, 36))
    of = fields.String(required=True, validate=validate.Length(1, 36))
    outcome = fields.String(required=True, validate=validate.OneOf([*OUTCOMES]))
