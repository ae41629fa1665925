"""Broken glass afterwards: what its two sides are told of it, and its review by another person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, select, update

from auth.actor import FRESH, Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.ledger.reading import entries_of_record
from sharing.agreements.tables import break_glass
from sharing.events import glass as events
from sharing.records.record import record
from sharing.release.facts import Exit
from sharing.release.standing import OPEN_FOR, REVIEW
from sharing.requests.glass import LONGEST_REASON, sharing_agencies
from sharing.requests.notices import Addressee, Audience, Told, is_unseen, tell, was_told
from sharing.requests.sides import agency_names, people_of
from sharing.sight import look
from sharing.vocabulary.requests import Finding

_LEFT = "Somebody who has left"
_MOST = 200
_LOOKS = 500
_SHORTEST = 10


@dataclass(frozen=True)
class GlassLine:
    """One broken glass as those who answer for it read it; nothing of the record but its reference.

    `at` is None while it waits for a second person until `confirm_by`. `due` is when the review is due.
    """

    id: str
    record: str
    type: str
    reference: str
    owner: str
    user: str
    position: str
    agency: str
    role: str
    danger: str
    reason: str
    at: datetime | None
    until: datetime | None
    confirm_by: datetime
    second: str
    due: datetime | None
    overdue: bool
    reviewed: datetime | None
    reviewed_by: str
    finding: str
    review_text: str
    mine: bool


@dataclass(frozen=True)
class GlassPage:
    """One of them: how often the record was opened under it, and what this reader may do."""

    line: GlassLine
    looks: tuple[datetime, ...]
    owners: bool
    may_review: bool
    may_confirm: bool
    unseen: bool


@dataclass(frozen=True)
class GlassDesk:
    """Where somebody breaks the glass: whose records they could open, and their own of the last day."""

    owners: tuple[tuple[str, str], ...]
    own: tuple[GlassLine, ...]
    waiting: tuple[GlassLine, ...]
    review_overdue: bool


def read_desk(database: Database, actor: Actor) -> GlassDesk:
    """Where the actor breaks the glass, with what colleagues wait for their confirmation of.

    Raises:
        Denied: if the actor's role may not, and for a business.
        PurposeRequired: if the actor has stated no purpose.
    """
    actor.require(Action.GLASS_BREAK)
    if actor.business or actor.member:
        raise Denied("The glass is never broken for a business. If somebody is in danger now, call 999.")
    with database.transaction() as tx:
        sight = look(tx, actor, Exit.ONE)
        names, now = agency_names(tx), clock.now()
        owners = sorted(((each, names[each]) for each in sharing_agencies(sight)), key=lambda each: each[1])
        own_agency = break_glass.c.agency_id == actor.agency_id
        recent = break_glass.c.asked_at > now - OPEN_FOR
        lines = _lines(tx, actor, and_(own_agency, recent))
        unreviewed = _lines(tx, actor, and_(own_agency, break_glass.c.reviewed.is_(None)))
        events.glass_listed(tx, actor, glass=[each.id for each in lines])
    return GlassDesk(
        owners=tuple(owners),
        own=tuple(each for each in lines if each.mine),
        waiting=tuple(each for each in lines if _confirmable(each, actor)),
        review_overdue=any(each.overdue for each in unreviewed),
    )


def list_reviews(database: Database, actor: Actor) -> tuple[GlassLine, ...]:
    """The broken glass of the actor's agency, what waits for a review first, the longest due at the top."""
    actor.require(Action.GLASS_REVIEW)
    with database.transaction() as tx:
        broken = and_(break_glass.c.agency_id == actor.agency_id, break_glass.c.at.is_not(None))
        lines = _lines(tx, actor, broken)
        events.glass_listed(tx, actor, glass=[each.id for each in lines])
    return tuple(
        sorted(lines, key=lambda each: (each.reviewed is not None, each.due or clock.now(), each.id))
    )


def read_glass(database: Database, actor: Actor, glass_id: str) -> GlassPage:
    """One broken glass, for its own side, and for those of the owner's side who were told.

    Raises:
        Missing: for everybody else.
    """
    with database.transaction() as tx:
        row = _row(tx, glass_id)
        told = was_told(tx, actor, glass_id)
        if row is None or not (told or _own_side(actor, row)):
            raise Missing("There is nothing here that you can see.")
        events.glass_read(tx, actor, glass=glass_id)
        (line,) = _lines(tx, actor, break_glass.c.id == glass_id)
        return GlassPage(
            line=line,
            looks=_looks(tx, row),
            owners=not _own_side(actor, row),
            may_review=line.at is not None and line.reviewed is None and _may_review(actor, row),
            may_confirm=_confirmable(line, actor),
            unseen=is_unseen(tx, actor, glass_id),
        )


def review(database: Database, actor: Actor, glass_id: str, finding: str, text: str) -> None:
    """Say what the review of a broken glass came to. Neither of the two who broke it reviews it.

    Raises:
        Missing: if it is not the actor's agency's.
        Denied: if the actor broke it, or confirmed it.
        Invalid: if there is no finding, or no words with it.
        Conflict: if it was reviewed.
    """
    actor.require(Action.GLASS_REVIEW)
    _check(finding, text)
    with database.transaction() as tx:
        row = _row(tx, glass_id)
        if row is None or row["agency_id"] != actor.agency_id or row["at"] is None:
            raise Missing("There is nothing here that you can see.")
        if actor.user_id in (row["user_id"], row["second_user"]):
            raise Denied("You were one of those who broke the glass. Another person has to review it.")
        values = {
            "reviewed": clock.now(),
            "reviewed_by": actor.user_id,
            "finding": finding,
            "review_text": text.strip(),
        }
        waiting = (break_glass.c.id == glass_id) & break_glass.c.reviewed.is_(None)
        if tx.execute(update(break_glass).where(waiting).values(**values)).rowcount != 1:
            raise Conflict("Somebody else has reviewed this already.")
        events.glass_reviewed(
            tx, actor, glass=glass_id, record=row["record_id"], owner=row["owner"], finding=finding
        )
        to = (
            Addressee(row["owner"], Audience.ANSWERABLE),
            Addressee(row["agency_id"], Audience.PERSON, row["user_id"]),
        )
        tell(tx, Told.GLASS_REVIEWED, glass_id, to)


def _check(finding: str, text: str) -> None:
    problems = {}
    if finding not in set(Finding):
        problems["finding"] = "Choose what the review came to."
    if not _SHORTEST <= len(text.strip()) <= LONGEST_REASON:
        problems["text"] = (
            f"Say what you looked at and found, in {_SHORTEST} to {LONGEST_REASON:,} characters."
        )
    if problems:
        raise Invalid(problems)


def _row(tx: Tx, glass_id: str) -> RowMapping | None:
    found = select(break_glass, record.c.owner).join(record, record.c.id == break_glass.c.record_id)
    return tx.execute(found.where(break_glass.c.id == glass_id)).mappings().first()


def _own_side(actor: Actor, row: RowMapping) -> bool:
    """Whether the actor broke it, may confirm or has confirmed it, or reviews for that agency."""
    if row["agency_id"] != actor.agency_id or actor.member:
        return False
    one_of_two = actor.user_id in (row["user_id"], row["second_user"])
    second = row["at"] is None and row["role"] in actor.roles and actor.may(Action.GLASS_BREAK)
    return one_of_two or second or (row["at"] is not None and actor.may(Action.GLASS_REVIEW))


def _may_review(actor: Actor, row: RowMapping) -> bool:
    one_of_two = actor.user_id in (row["user_id"], row["second_user"])
    return row["agency_id"] == actor.agency_id and actor.may(Action.GLASS_REVIEW) and not one_of_two


def _confirmable(line: GlassLine, actor: Actor) -> bool:
    return (
        line.at is None
        and not line.mine
        and actor.may(Action.GLASS_BREAK)
        and line.role in actor.roles
        and clock.now() < line.confirm_by
    )


def _looks(tx: Tx, row: RowMapping) -> tuple[datetime, ...]:
    """When the reader opened the record while it was broken, as the ledger has it; the first first."""
    if row["at"] is None:
        return ()
    until = row["at"] + OPEN_FOR
    return tuple(
        sorted(
            entry.at
            for entry in entries_of_record(tx, row["record_id"], _LOOKS)
            if entry.actor == row["user_id"]
            and entry.event == "sharing:record:read"
            and row["at"] <= entry.at < until
        )
    )


def _lines(tx: Tx, actor: Actor, which: ColumnElement[bool]) -> list[GlassLine]:
    found = (
        select(break_glass, record.c.type, record.c.owner, record.c.owner_reference)
        .join(record, record.c.id == break_glass.c.record_id)
        .where(which)
        .order_by(break_glass.c.asked_at.desc(), break_glass.c.id)
        .limit(_MOST)
    )
    rows = tx.execute(found).mappings().all()
    names = agency_names(tx)
    ids = {row[name] for row in rows for name in ("user_id", "second_user", "reviewed_by") if row[name]}
    people = people_of(tx, ids)
    return [_line(row, actor, names, people) for row in rows]


def _line(
    row: Mapping[Any, Any], actor: Actor, names: Mapping[str, str], people: Mapping[str, Mapping[Any, Any]]
) -> GlassLine:
    def name(column: str) -> str:
        user = row[column]
        return "" if user is None else str(people[user]["name"]) if user in people else _LEFT

    at, now = row["at"], clock.now()
    due = None if at is None else at + REVIEW
    return GlassLine(
        id=row["id"],
        record=row["record_id"],
        type=row["type"],
        reference=row["owner_reference"] or "",
        owner=names.get(row["owner"], row["owner"]),
        user=name("user_id"),
        position=people[row["user_id"]]["job_title"] if row["user_id"] in people else "",
        agency=names.get(row["agency_id"], row["agency_id"]),
        role=row["role"],
        danger=row["danger"],
        reason=row["reason"],
        at=at,
        until=None if at is None else at + OPEN_FOR,
        confirm_by=row["factor_at"] + FRESH,
        second=name("second_user"),
        due=due,
        overdue=due is not None and row["reviewed"] is None and due <= now,
        reviewed=row["reviewed"],
        reviewed_by=name("reviewed_by"),
        finding=row["finding"] or "",
        review_text=row["review_text"] or "",
        mine=row["user_id"] == actor.user_id,
    )
