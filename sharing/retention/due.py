"""Which records of an agency are due, since when, and what keeps one that is.

A record is counted from its last event: the newest of when it happened, when it was recorded, the end of what
it sets (an order, a ban, an alert), and the same of the agency's own records that it is linked with or, for a
person's own record, on which the person stands. A correction is no event.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, or_, select, union_all

from auth.tables import agency
from foundation import clock
from foundation.database import Tx
from sharing.facts import person_of
from sharing.records.alert import alert
from sharing.records.order import order
from sharing.records.record import link, person, record, record_link
from sharing.records.subject import subject
from sharing.release.ages import is_child
from sharing.retention.periods import (
    CHILD,
    STILL,
    TYPES,
    Lines,
    Rule,
    day_due,
    newest_to_look_at,
    rule_for,
)
from sharing.retention.tables import retention_period, retention_review

#: So many rows are judged by one round of statements, of which the first sorts all that are left.
_ROUND = 1_000


class Keeper(NamedTuple):
    """An agency and how it keeps: its own lines, and whether it counts as a business.

    Nothing is due before `until`, the end of the review of its schedule; None if none is under way.
    """

    agency: str
    business: bool
    lines: Lines
    until: date | None = None


@dataclass(frozen=True)
class Due:
    """One record: when its last event was, by which line it is kept, and the first day on which it is due."""

    id: str
    type: str
    reference: str
    last: date
    rule: Rule
    day: date


class Place(NamedTuple):
    """Where a walk over an agency's records of one type has come to."""

    at: datetime
    id: str


def keeper_of(tx: Tx, agency_id: str) -> Keeper:
    """How an agency keeps its records as of now."""
    business = tx.execute(select(agency.c.business).where(agency.c.id == agency_id)).scalar_one()
    own = select(retention_period).where(retention_period.c.agency_id == agency_id)
    lines = {(row.type, row.category): row.period for row in tx.execute(own)}
    review = retention_review.c
    until = tx.execute(select(review.until_day).where(review.agency_id == agency_id)).scalar_one_or_none()
    return Keeper(agency_id, business, lines, until)


def due_by(tx: Tx, keeper: Keeper, day: date) -> Iterator[Due]:
    """Every record of the agency that is due on this day or before, held or not."""
    for type_ in TYPES:
        after: Place | None = None
        while True:
            found, after = next_due(tx, keeper, type_, day, after)
            yield from found
            if after is None:
                break


def next_due(
    tx: Tx, keeper: Keeper, type_: str, day: date, after: Place | None
) -> tuple[list[Due], Place | None]:
    """Those of a type among the next so many that could be, oldest first; and where to go on, if anywhere."""
    newest = newest_to_look_at(day, keeper.lines, type_, business=keeper.business)
    if newest is None:
        return [], None
    rows = tx.execute(_oldest(keeper.agency, type_, newest, after)).all()
    last = Place(rows[-1].at, rows[-1].id) if len(rows) == _ROUND else None
    return [each for each in judged(tx, keeper, rows) if each.day <= day], last


def due_now(tx: Tx, keeper: Keeper, record_id: str, day: date) -> Due | None:
    """One record, if it is still there and due, locked until the transaction ends."""
    one = _wanted(keeper.agency).where(record.c.id == record_id).with_for_update(of=record)
    found = judged(tx, keeper, tx.execute(one).all())
    return next((each for each in found if each.day <= day), None)


def judged(tx: Tx, keeper: Keeper, rows: Sequence[Row[Any]]) -> Iterator[Due]:
    """The records of these rows, each with the day on which it is due, but for those of no line."""
    shown_by = {row.id: row.parent if row.type == STILL and row.parent else row.id for row in rows}
    categories = _categories(tx, keeper, shown_by.values())
    linked = _newest_linked(tx, keeper.agency, [row.id for row in rows if row.type != STILL])
    for row in rows:
        rule = rule_for(keeper.lines, row.type, categories[shown_by[row.id]], business=keeper.business)
        days = [*_days(row.at), *linked[row.id], *_days(row.happened), *_ends(row)]
        if rule is not None and days:
            last = max(days)
            day = max(day_due(last, rule.period), keeper.until or date.min)
            yield Due(row.id, row.type, row.owner_reference or "", last, rule, day)


def _wanted(agency_id: str) -> Select[Any]:
    names = ("id", "type", "parent", "happened", "owner_reference")
    ends = (order.c.ends, subject.c.ban_until.label("banned"), alert.c.ends.label("alerted"))
    joined: FromClause = record
    for table in (order, subject, alert):
        joined = joined.outerjoin(table, table.c.record_id == record.c.id)
    wanted = select(*(record.c[name] for name in names), _recorded().label("at"), *ends).select_from(joined)
    return wanted.where(record.c.owner == agency_id)


def _recorded() -> ColumnElement[Any]:
    return func.coalesce(record.c.recorded_at, record.c.happened)


def _oldest(agency_id: str, type_: str, newest: date, after: Place | None) -> Select[Any]:
    end = datetime.combine(newest + timedelta(days=1), time(), tzinfo=UTC)
    wanted = _wanted(agency_id).where(record.c.type == type_, _recorded() < end)
    if after is not None:
        later = and_(_recorded() == after.at, record.c.id > after.id)
        wanted = wanted.where(or_(_recorded() > after.at, later))
    return wanted.order_by(_recorded(), record.c.id).limit(_ROUND)


def _categories(tx: Tx, keeper: Keeper, ids: Collection[str]) -> Mapping[str, set[str]]:
    """What people on each record were, and whether one is or was a child, or may have been."""
    facts = [column.label(f"fact_{column.name}") for column in person.c]
    wanted = select(link.c.record_id, link.c.categories, record.c.happened, *facts).join(
        person, person.c.id == link.c.person_id
    )
    wanted = wanted.join(record, record.c.id == link.c.record_id)
    found: dict[str, set[str]] = defaultdict(set)
    for row in tx.execute(wanted.where(link.c.record_id.in_(sorted(set(ids))))).mappings():
        found[row["record_id"]].update(row["categories"])
        moments = {clock.now(), row["happened"] or clock.now()}
        if any(is_child(person_of(row), at, at, business=keeper.business) for at in moments):
            found[row["record_id"]].add(CHILD)
    return found


def _newest_linked(tx: Tx, agency_id: str, ids: Sequence[str]) -> Mapping[str, list[date]]:
    """The days of the agency's own records with which each of these is linked, or on which its person is."""
    if not ids:
        return defaultdict(list)
    own, this = record.alias("other"), record.alias("this")
    times = (own.c.recorded_at, own.c.happened)
    mine = own.c.owner == agency_id
    pairs = (
        (record_link.c.record_id, record_link.c.to_record),
        (record_link.c.to_record, record_link.c.record_id),
    )
    ways = [
        select(one.label("id"), *times).join(own, own.c.id == other).where(one.in_(ids), mine)
        for one, other in pairs
    ]
    of_person = (
        select(this.c.id, *times)
        .join_from(this, link, link.c.person_id == this.c.person_id)
        .join(own, own.c.id == link.c.record_id)
        .where(this.c.id.in_(ids), this.c.type == "subject", mine)
    )
    found: dict[str, list[date]] = defaultdict(list)
    for row in tx.execute(union_all(*ways, of_person)):
        found[row.id] += [*_days(row.recorded_at), *_days(row.happened)]
    return found


def _ends(row: Row[Any]) -> Iterator[date]:
    yield from (each for each in (row.ends, row.banned) if each is not None)
    yield from _days(row.alerted)


def _days(moment: datetime | None) -> list[date]:
    return [] if moment is None else [_day(moment)]


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()
