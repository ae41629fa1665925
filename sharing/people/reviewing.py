"""The review of access, each quarter: of each person somebody says that it is right, or ends it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, or_, select, type_coerce, update

from auth.actor import Actor
from auth.roles import GUARDS, Action, Role, grants_of
from auth.tables import user
from foundation import clock
from foundation.database import Database
from foundation.errors import Denied
from sharing.events import people as events
from sharing.people.changing import end_fault, own_person
from sharing.people.log import Kind, write_change
from sharing.people.partnership_roles import Held, held_by, names_of
from sharing.people.placing import Placed, placed

#: So often somebody looks at each person's access.
EVERY = timedelta(days=91)


@dataclass(frozen=True)
class Due:
    """One person whose access is due to be looked at; `reviewed_at` is None if nobody ever has."""

    id: str
    name: str
    job_title: str
    roles: tuple[Role, ...]
    signed_in_at: datetime | None
    reviewed_at: datetime | None
    partnership_roles: tuple[Held, ...]
    member: bool
    placed: Placed


def due_for(actor: Actor) -> ColumnElement[bool]:
    """Whose access the actor is to look at: an administrator those who work, a signatory who watches."""
    roles = type_coerce(user.c.roles, String)
    watches = or_(*(roles.like(f'%"{role.value}"%') for role in sorted(GUARDS)))
    grants = grants_of(actor.roles)
    wanted = [watches] if grants & GUARDS else []
    wanted += [~watches] if grants - GUARDS else []
    return and_(
        user.c.agency_id == actor.agency_id,
        user.c.disabled.is_(False),
        user.c.service.is_(False),
        user.c.id != actor.user_id,
        or_(user.c.reviewed_at.is_(None), user.c.reviewed_at <= clock.now() - EVERY),
        or_(*wanted),
    )


def list_due(database: Database, actor: Actor) -> tuple[Due, ...]:
    """Everybody whose access the actor is to look at, who has been away longest first."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        rows = tx.execute(select(user).where(due_for(actor)).order_by(user.c.name, user.c.id)).all()
        names, places = names_of(tx), placed(tx, [row.id for row in rows])
        events.access_reviewed(tx, actor, people=[row.id for row in rows])
    found = [
        Due(
            row.id,
            row.name,
            row.job_title,
            tuple(sorted(Role(role) for role in row.roles)),
            row.signed_in_at,
            row.reviewed_at,
            held_by(row.partnership_roles, names),
            row.member,
            places.get(row.id, Placed()),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: each.signed_in_at.timestamp() if each.signed_in_at else 0))


def confirm_access(database: Database, actor: Actor, person_id: str) -> None:
    """Say that somebody's access is right as it is.

    Raises:
        Missing: if the agency has no such person.
        Denied: if they are the actor, or watch over the actor.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        roles = frozenset(Role(role) for role in row["roles"])
        if end_fault(actor, person_id, roles):
            raise Denied("Somebody else reviews this person’s access.")
        tx.execute(update(user).where(user.c.id == person_id).values(reviewed_at=clock.now()))
        events.access_confirmed(tx, actor, person=person_id, roles=roles)
        write_change(tx, actor, (person_id, row["name"]), Kind.CONFIRMED)
