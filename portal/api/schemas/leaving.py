"""What the JSON door takes in about exports and webhooks."""

from marshmallow import Schema, fields, validate

from sharing.exports.asking import NewExport
from sharing.filters import Filters


class ExportIn(Schema):
    """A file that is asked for: of one record, or of the list as the address narrows it."""

    type = fields.String(required=True, validate=validate.Length(1, 20))
    format = fields.String(required=True, validate=validate.Length(1, 10))
    record = fields.UUID(load_default=None, allow_none=True)


class WebhookIn(Schema):
    """An address to tell: of which events, and by whose sight for which purpose it is decided."""

    url = fields.String(required=True, validate=validate.Length(1, 500))
    events = fields.List(fields.String(), required=True, validate=validate.Length(1, 10))
    account = fields.String(required=True, validate=validate.Length(1, 36))
    purpose = fields.String(required=True, validate=validate.Length(1, 60))


def new_export(body: dict[str, object], filters: Filters) -> NewExport:
    """The export of a checked body."""
    record = body["record"]
    return NewExport(str(body["type"]), str(body["format"]), str(record) if record else None, filters)
