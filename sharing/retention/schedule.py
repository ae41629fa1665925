"""The data protection officer's use cases: read how long records are kept, set it, hold one, let it go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing
from foundation.identifiers import new_id
from sharing.events import retention as events
from sharing.records.record import record
from sharing.retention.due import Due, Keeper, due_by, keeper_of
from sharing.retention.periods import CATEGORIES, PERIODS, STILL, TYPES, defaults
from sharing.retention.stops import Stop, holding, stops_of
from sharing.retention.tables import legal_hold, retention_period, retention_review
from sharing.vocabulary.grading import refused_marking

#: What falls due within so many days is reviewed.
AHEAD = timedelta(days=30)
#: No hold is for longer; it can be renewed.
LONGEST = timedelta(days=365)
#: So many lines of the review stand on a page.
SHOWN = 25
#: A reason is at least so many characters.
LEAST = 10


@dataclass(frozen=True)
class Line:
    """One line of a schedule; `own` says that the agency has set it, else it is the portal's.

    `has_others` says that other lines of the type stand before this one for all. The period of stills is
    empty where they go with their record.
    """

    type: str
    category: str
    period: str
    own: bool
    has_others: bool


@dataclass(frozen=True)
class Review:
    """A record that falls due, with what keeps it."""

    due: Due
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Hold:
    """A hold that counts now: on what, why, until before which day, by whom since when."""

    id: str
    record: str
    type: str
    reason: str
    until: date
    by: str
    at: date


@dataclass(frozen=True)
class Retention:
    """How an agency keeps its records: its lines, a page of what falls due of `due` in all, and holds.

    `until` is set while its schedule is under review: nothing is deleted before that day.
    """

    lines: tuple[Line, ...]
    review: tuple[Review, ...]
    due: int
    holds: tuple[Hold, ...]
    until: date | None


@dataclass(frozen=True)
class NewHold:
    """A hold as it is asked for: the record by its id or its owner's reference."""

    record: str
    reason: str
    until: date | None


def read_retention(database: Database, actor: Actor, *, after: int = 0) -> Retention:
    """The agency's schedule, what is held, and what falls due in the next days, the earliest first.

    The first `after` of these are left out, and so is what does not fit on a page.
    """
    actor.require(Action.RETENTION_RUN)
    with database.transaction() as tx:
        keeper = keeper_of(tx, actor.agency_id)
        found = sorted(due_by(tx, keeper, clock.today() + AHEAD), key=lambda each: (each.day, each.id))
        shown = found[after : after + SHOWN]
        stops = stops_of(tx, [each.id for each in shown])
        holds = _holds(tx, actor)
        events.schedule_read(tx, actor, due=[each.id for each in shown], held=[each.record for each in holds])
    review = tuple(Review(each, stops[each.id]) for each in shown)
    until = keeper.until if keeper.until and keeper.until > clock.today() else None
    return Retention(_lines(keeper), review, len(found), holds, until)


def set_period(database: Database, actor: Actor, type_: str, category: str, period: str) -> None:
    """Keep the agency's records of a type for a period; of a category only those with somebody of it on them.

    Without a period the agency's line goes, and what counts for all, or the portal's, counts again. Whatever
    changes, nothing of the agency's is deleted before what falls due by it has been up for review.

    Raises:
        Invalid: if there is no such type, category or period.
    """
    actor.require(Action.RETENTION_RUN)
    _check_line(type_, category, period)
    table = retention_period.c
    this = (table.agency_id == actor.agency_id) & (table.type == type_) & (table.category == category)
    with database.transaction() as tx:
        tx.execute(delete(retention_period).where(this))
        if period:
            row = {"agency_id": actor.agency_id, "type": type_, "category": category, "period": period}
            tx.execute(insert(retention_period), row | {"by_user": actor.user_id, "at": clock.now()})
        _review(tx, actor)
        events.period_set(tx, actor, type_=type_, category=category, period=period)


def hold_record(database: Database, actor: Actor, new: NewHold) -> str:
    """Keep a record of the agency from deletion until a day; gives the hold's id. It ends an older one.

    A hold on a still keeps its record too, and back.

    Raises:
        Invalid: with a sentence for each field, also if the agency has no such record.
    """
    actor.require(Action.RETENTION_RUN)
    until = _check_hold(new)
    with database.transaction() as tx:
        record_id = _own_record(tx, actor, new.record.strip())
        _end(tx, actor, legal_hold.c.record_id == record_id)
        hold_id = new_id()
        row = {"id": hold_id, "record_id": record_id, "owner": actor.agency_id, "until_day": until}
        by = {"reason": new.reason.strip(), "by_user": actor.user_id, "at": clock.now()}
        tx.execute(insert(legal_hold), row | by)
        events.record_held(tx, actor, record=record_id, hold=hold_id, until=until)
        return hold_id


def release_hold(database: Database, actor: Actor, hold_id: str) -> None:
    """End a hold before its day; the record is deleted by the next run if it is due.

    Raises:
        Missing: if the agency has no such hold, or it has ended.
    """
    actor.require(Action.RETENTION_RUN)
    with database.transaction() as tx:
        held = select(legal_hold.c.record_id).where(legal_hold.c.id == hold_id, holding())
        record_id = tx.execute(held.where(legal_hold.c.owner == actor.agency_id)).scalar_one_or_none()
        if record_id is None:
            raise Missing("There is nothing here that you can see.")
        _end(tx, actor, legal_hold.c.id == hold_id)
        events.hold_released(tx, actor, record=record_id, hold=hold_id)


def _review(tx: Tx, actor: Actor) -> None:
    tx.execute(delete(retention_review).where(retention_review.c.agency_id == actor.agency_id))
    row = {"agency_id": actor.agency_id, "until_day": clock.today() + AHEAD}
    tx.execute(insert(retention_review), row)


def _lines(keeper: Keeper) -> tuple[Line, ...]:
    """Every line that counts for something, by type; a type's own before the portal's."""
    found = []
    for type_ in TYPES:
        others: Mapping[str, str] = {} if type_ == STILL else defaults(business=keeper.business)
        own = {category: period for (of, category), period in keeper.lines.items() if of == type_}
        counts = others if "" not in own else {}
        lines = {**counts, **own}
        if type_ == STILL and "" not in own:
            found.append(Line(type_, "", "", own=False, has_others=bool(own)))
        ordered = [each for each in ("", *CATEGORIES) if each in lines]
        found += [Line(type_, each, lines[each], each in own, len(ordered) > 1) for each in ordered]
    return tuple(found)


def _holds(tx: Tx, actor: Actor) -> tuple[Hold, ...]:
    wanted = select(legal_hold, record.c.type, user.c.name).join(
        record, record.c.id == legal_hold.c.record_id
    )
    wanted = wanted.join(user, user.c.id == legal_hold.c.by_user)
    rows = tx.execute(
        wanted.where(legal_hold.c.owner == actor.agency_id, holding()).order_by(
            legal_hold.c.until_day, legal_hold.c.id
        )
    )
    return tuple(
        Hold(
            row.id,
            row.record_id,
            row.type,
            row.reason,
            row.until_day,
            row.name,
            row.at.astimezone(clock.LONDON).date(),
        )
        for row in rows
    )


def _check_line(type_: str, category: str, period: str) -> None:
    problems = {}
    if type_ not in TYPES:
        problems["type"] = "Choose a kind of record."
    if category and category not in CATEGORIES:
        problems["category"] = "Choose one of the list, or all."
    if period and period not in PERIODS:
        problems["period"] = "Choose one of the list."
    if problems:
        raise Invalid(problems)


def _check_hold(new: NewHold) -> date:
    problems, today = {}, clock.today()
    if len(new.reason.strip()) < LEAST:
        problems["reason"] = "Say why it has to stay, such as a running case, in a sentence."
    elif refusal := refused_marking(new.reason):
        problems["reason"] = refusal
    if new.until is None or not today < new.until <= today + LONGEST:
        problems["until"] = "Give a day within the next 12 months. A hold can be renewed."
    if not new.record.strip():
        problems["record"] = "Give the record’s reference, or its id."
    if problems or new.until is None:
        raise Invalid(problems)
    return new.until


def _own_record(tx: Tx, actor: Actor, named: str) -> str:
    """The id of the agency's record of this id or reference, locked so that it does not go meanwhile."""
    this = or_(record.c.id == named, record.c.owner_reference == named.upper())
    wanted = select(record.c.id).where(record.c.owner == actor.agency_id, this).order_by(record.c.id)
    found: Sequence[str] = tx.execute(wanted.with_for_update().limit(2)).scalars().all()
    if not found:
        raise Invalid({"record": "Your agency has no such record. Check the reference."})
    if len(found) > 1:
        raise Invalid({"record": "Several records have this reference. Give the id instead."})
    return found[0]


def _end(tx: Tx, actor: Actor, which: ColumnElement[bool]) -> None:
    ended = {"ended_at": clock.now(), "ended_by": actor.user_id}
    tx.execute(update(legal_hold).where(which, legal_hold.c.ended_at.is_(None)).values(**ended))
