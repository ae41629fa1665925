"""The joiners and leavers log: one line for each thing that happens to somebody's access."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, insert, select

from auth.actor import Actor
from auth.roles import Action, PartnershipRole, Role
from auth.tables import user
from foundation import clock
from foundation.database import Database, Tx
from foundation.identifiers import new_id
from sharing.events import people as events
from sharing.partnerships.tables import partnership
from sharing.people.tables import person_change

_MOST = 200


class Kind(StrEnum):
    """What can happen to somebody's access."""

    INVITED = "invited"
    INVITATION_ENDED = "invitation-ended"
    JOINED = "joined"
    ROLES = "roles"
    SITES = "sites"
    PARTNERSHIP_ROLE = "partnership-role"
    VETTING = "vetting"
    LEFT = "left"
    CONFIRMED = "confirmed"
    FACTOR_LOST = "factor-lost"
    VOUCHED = "vouched"
    REGAINED = "regained"
    SIGNED_OUT = "signed-out"


#: What people read for each.
KINDS: Mapping[Kind, str] = {
    Kind.INVITED: "Invited",
    Kind.INVITATION_ENDED: "Invitation taken back",
    Kind.JOINED: "Joined",
    Kind.ROLES: "Roles changed",
    Kind.SITES: "Sites or areas changed",
    Kind.PARTNERSHIP_ROLE: "Role in a partnership changed",
    Kind.VETTING: "Vetting recorded or ended",
    Kind.LEFT: "Left",
    Kind.CONFIRMED: "Access confirmed",
    Kind.FACTOR_LOST: "Lost every factor",
    Kind.VOUCHED: "Vouched for, factors removed",
    Kind.REGAINED: "Enrolled a new factor",
    Kind.SIGNED_OUT: "Signed out everywhere",
}


@dataclass(frozen=True)
class Change:
    """One line: to whom it happened, who did it and when; `given` and `taken` are roles.

    Of a role in a partnership, `partnership` is that partnership's id; else it is empty.
    """

    person: str
    name: str
    kind: Kind
    given: tuple[Role, ...]
    taken: tuple[Role, ...]
    by: str
    at: datetime
    partnership: str = ""
    partnership_name: str = ""


class Joint(NamedTuple):
    """A role in a partnership that was given, or else taken."""

    role: PartnershipRole
    given: bool


def write_change(
    tx: Tx,
    actor: Actor,
    person: tuple[str, str],
    kind: Kind,
    *,
    given: Iterable[Role] = (),
    taken: Iterable[Role] = (),
) -> None:
    """Add a line, in the transaction of what it tells of; `person` is their id and name."""
    row = {
        "id": new_id(),
        "agency_id": actor.agency_id,
        "person": person[0],
        "name": person[1],
        "kind": kind.value,
        "given": sorted(given),
        "taken": sorted(taken),
        "by_user": actor.user_id,
        "at": clock.now(),
    }
    tx.execute(insert(person_change), row)


def write_partnership_change(tx: Tx, actor: Actor, person: tuple[str, str, str], what: Joint) -> None:
    """Add a line of a role in a partnership to the log of the person's agency: their id, name and agency."""
    row = {
        "id": new_id(),
        "agency_id": person[2],
        "person": person[0],
        "name": person[1],
        "kind": Kind.PARTNERSHIP_ROLE.value,
        "given": [what.role.role] if what.given else [],
        "taken": [] if what.given else [what.role.role],
        "partnership_id": what.role.partnership,
        "by_user": actor.user_id,
        "at": clock.now(),
    }
    tx.execute(insert(person_change), row)


def read_log(database: Database, actor: Actor) -> tuple[Change, ...]:
    """The newest lines of the actor's agency, the latest first."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        lines = _lines(tx, person_change.c.agency_id == actor.agency_id)
        events.changes_listed(tx, actor, count=len(lines))
    return lines


def changes_of(tx: Tx, person: str) -> tuple[Change, ...]:
    """What has happened to one person's access, the latest first."""
    return _lines(tx, person_change.c.person == person)


def _lines(tx: Tx, wanted: ColumnElement[bool]) -> tuple[Change, ...]:
    table = person_change
    joined = table.join(user, user.c.id == table.c.by_user).outerjoin(
        partnership, partnership.c.id == table.c.partnership_id
    )
    rows = tx.execute(
        select(table, user.c.name.label("by"), partnership.c.name.label("partnership_name"))
        .select_from(joined)
        .where(wanted)
        .order_by(table.c.at.desc(), table.c.id)
        .limit(_MOST)
    )
    return tuple(
        Change(
            row.person,
            row.name,
            Kind(row.kind),
            tuple(Role(each) for each in row.given),
            tuple(Role(each) for each in row.taken),
            row.by,
            row.at,
            row.partnership_id or "",
            row.partnership_name or "",
        )
        for row in rows
    )
