"""Who is to be told at once: rows that wait on first pages until somebody has seen them, and can be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, insert, or_, select, update

from auth.actor import Actor
from auth.roles import Action, Role
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.identifiers import new_id
from sharing.events import requests as events
from sharing.requests.tables import notice


class Audience(StrEnum):
    """Who of an agency is told."""

    #: Those who answer for data protection: the officer, and the signatories.
    ANSWERABLE = "answerable"
    #: Those who answer requests about the agency's records.
    STAFF = "staff"
    #: One person.
    PERSON = "person"


class Told(StrEnum):
    """What they are told of."""

    GLASS_BROKEN = "glass-broken"
    GLASS_REVIEWED = "glass-reviewed"


@dataclass(frozen=True)
class Addressee:
    """Somebody who is told: an audience of an agency, or one person of it."""

    agency: str
    audience: Audience
    user: str | None = None


@dataclass(frozen=True)
class Unmailed:
    """A notice that nobody has mailed yet: `about` is the id of what it is about."""

    id: str
    to: Addressee
    kind: Told
    about: str
    at: datetime


_ANSWERABLE = frozenset({Role.DPO, Role.SIGNATORY})


def tell(tx: Tx, kind: Told, about: str, to: Iterable[Addressee]) -> None:
    """Tell each of them, inside a use case's own transaction."""
    rows = [
        {
            "id": new_id(),
            "agency_id": each.agency,
            "audience": each.audience,
            "user_id": each.user,
            "kind": kind,
            "about": about,
            "at": clock.now(),
        }
        for each in dict.fromkeys(to)
    ]
    tx.execute(insert(notice), rows)


def told_to(actor: Actor) -> ColumnElement[bool]:
    """The notices that are for the actor."""
    audiences = [and_(notice.c.audience == Audience.PERSON, notice.c.user_id == actor.user_id)]
    if not actor.member and actor.roles & _ANSWERABLE:
        audiences.append(notice.c.audience == Audience.ANSWERABLE)
    if not actor.member and actor.may(Action.REQUEST_ANSWER):
        audiences.append(notice.c.audience == Audience.STAFF)
    return and_(notice.c.agency_id == actor.agency_id, or_(*audiences))


def was_told(tx: Tx, actor: Actor, about: str) -> bool:
    """Whether the actor is one of those who were told of it."""
    found = select(notice.c.id).where(notice.c.about == about, told_to(actor)).limit(1)
    return tx.execute(found).first() is not None


def is_unseen(tx: Tx, actor: Actor, about: str) -> bool:
    """Whether a notice of it still waits for the actor."""
    unseen = select(notice.c.id).where(notice.c.about == about, told_to(actor), notice.c.seen_at.is_(None))
    return tx.execute(unseen.limit(1)).first() is not None


def mark_seen(database: Database, actor: Actor, about: str) -> None:
    """Say that the actor has seen what they were told of; it waits for no other of the same audience then.

    Raises:
        Missing: if the actor was not told of it.
    """
    with database.transaction() as tx:
        mine = and_(notice.c.about == about, told_to(actor))
        kinds = tx.execute(select(notice.c.kind).where(mine)).scalars().all()
        if not kinds:
            raise Missing("There is nothing here that you can see.")
        unseen = and_(mine, notice.c.seen_at.is_(None))
        done = tx.execute(update(notice).where(unseen).values(seen_at=clock.now(), seen_by=actor.user_id))
        if done.rowcount:
            events.notice_seen(tx, actor, kind=kinds[0], about=about)


def unmailed(tx: Tx, most: int = 100) -> tuple[Unmailed, ...]:
    """The oldest notices that nobody has mailed yet, for whoever mails them."""
    rows = tx.execute(select(notice).where(notice.c.mailed_at.is_(None)).order_by(notice.c.at).limit(most))
    return tuple(
        Unmailed(
            row.id,
            Addressee(row.agency_id, Audience(row.audience), row.user_id),
            Told(row.kind),
            row.about,
            row.at,
        )
        for row in rows
    )


def mailed(tx: Tx, ids: Iterable[str]) -> None:
    """Say that these were mailed now."""
    tx.execute(update(notice).where(notice.c.id.in_(list(ids))).values(mailed_at=clock.now()))
