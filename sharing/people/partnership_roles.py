"""Roles in a partnership: who may give which, and in which. Whoever leads a partnership gives them."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from auth.actor import Actor
from auth.queries import partnership_roles_of
from auth.roles import IN_PARTNERSHIP, ROLE_LABELS, PartnershipRole, Role, grants_of
from foundation.database import Tx
from sharing.partnerships.tables import partnership

MEMBERS_HOLD_NONE = "A member holds no role in a partnership."


@dataclass(frozen=True)
class Held:
    """A role that somebody holds in a partnership, with the partnership's name."""

    partnership: str
    partnership_name: str
    role: Role


def names_of(tx: Tx) -> Mapping[str, str]:
    """The names of all partnerships, by id."""
    return {row.id: row.name for row in tx.execute(select(partnership.c.id, partnership.c.name))}


def led_by(tx: Tx, agency_id: str) -> Mapping[str, str]:
    """The names of the partnerships that an agency leads, by id."""
    own = select(partnership.c.id, partnership.c.name).where(partnership.c.lead == agency_id)
    return {row.id: row.name for row in tx.execute(own.order_by(partnership.c.name, partnership.c.id))}


def held_by(kept: Iterable[tuple[str, str]], names: Mapping[str, str]) -> tuple[Held, ...]:
    """The roles in partnerships that the row of a person or an invitation keeps."""
    held = sorted(partnership_roles_of(kept))
    return tuple(Held(where, names.get(where, where), role) for where, role in held)


def giveable(actor: Actor) -> tuple[Role, ...]:
    """The roles in a partnership that the actor may give where their agency leads."""
    return tuple(sorted(IN_PARTNERSHIP.keys() & grants_of(actor.roles), key=ROLE_LABELS.__getitem__))


def giving_fault(actor: Actor, led: Container[str], wanted: Iterable[PartnershipRole]) -> str:
    """Why the actor cannot give these; empty if they can. An unknown partnership is another's."""
    asked = list(wanted)
    if any(each.partnership not in led for each in asked):
        return "Only the agency that leads a partnership gives roles in it."
    beyond = sorted(ROLE_LABELS[role] for role in {each.role for each in asked} - set(giveable(actor)))
    return f"You may not give this role in a partnership: {', '.join(beyond)}." if beyond else ""
