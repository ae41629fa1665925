"""What the JSON door takes in about reports by members."""

from marshmallow import Schema, fields, validate

from portal.api.schemas.records import record_schema
from portal.api.schemas.truth import Truth

#: An incident as it is reported, with the subject that the member confirmed by eye, if any, and the site, by
#: its id, at which it was; only a member of several sites has to say.
ReportIn = type(
    "ReportIn",
    (record_schema("incident"),),
    {
        "subject": fields.UUID(load_default=None, allow_none=True),
        "site": fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 36)),
    },
)


class CheckIn(Schema):
    """What a second person found: the evidence is good, not good, or the goods were paid for."""

    evidence = fields.String(required=True, validate=validate.OneOf(["good", "not-good", "paid"]))
    may_be_child = Truth(load_default=False)
