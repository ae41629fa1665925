"""What the JSON door takes in about people."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from auth.roles import IN_PARTNERSHIP, PartnershipRole, Role
from auth.vetting import CHECKS, Vetting
from sharing.people.inviting import MOST, NewPerson


class PartnershipRoleIn(Schema):
    """A role in one partnership, by its id, that the agency leads."""

    partnership = fields.String(required=True, validate=validate.Length(1, 60))
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in IN_PARTNERSHIP]))


class VettingIn(Schema):
    """A check that somebody has passed, and the first day on which it does not count any more."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(CHECKS)))
    reference = fields.String(load_default="", validate=validate.Length(max=60))
    until = fields.Date(required=True)


class InvitedIn(Schema):
    """Somebody to invite; a member has sites or areas, by their ids. `site` names one more."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    email = fields.String(required=True, validate=validate.Length(3, 254))
    roles = fields.List(
        fields.String(validate=validate.OneOf([role.value for role in Role])),
        required=True,
        validate=validate.Length(1, len(Role)),
    )
    job_title = fields.String(load_default="", validate=validate.Length(max=100))
    site = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 36))
    sites = fields.List(
        fields.String(validate=validate.Length(1, 36)), load_default=list, validate=validate.Length(max=1000)
    )
    areas = fields.List(
        fields.String(validate=validate.Length(1, 36)), load_default=list, validate=validate.Length(max=100)
    )
    vetting = fields.Nested(VettingIn, load_default=None, allow_none=True)
    partnership_roles = fields.List(
        fields.Nested(PartnershipRoleIn), load_default=list, validate=validate.Length(max=100)
    )


class InvitationsIn(Schema):
    """People who are invited together, or not at all."""

    people = fields.List(fields.Nested(InvitedIn), required=True, validate=validate.Length(1, MOST))


class SheetIn(Schema):
    """The text of a CSV sheet."""

    text = fields.String(required=True, validate=validate.Length(1, 200_000))


class EndIn(Schema):
    """A leaving; `successor` takes over what waits."""

    successor = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 36))


def new_person(body: Mapping[str, Any]) -> NewPerson:
    """The person of a checked body."""
    named, joint, check = body["roles"], body["partnership_roles"], body["vetting"]
    sites = {*body["sites"]} | ({body["site"]} if body["site"] else set())
    return NewPerson(
        str(body["name"]),
        str(body["email"]),
        frozenset(Role(role) for role in named),
        str(body["job_title"]),
        frozenset(sites),
        frozenset(PartnershipRole(each["partnership"], Role(each["role"])) for each in joint),
        None if check is None else Vetting(**check),
        frozenset(body["areas"]),
    )
