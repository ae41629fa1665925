"""The report of an agency: which of its records others looked at in a period, how often, in which classes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, literal, select, union_all

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid
from foundation.ledger.reading import LedgerEntry
from foundation.ledger.tally import Asked, Tally, newest_looks, tally
from sharing.accounts import LOOKS, shown_of
from sharing.agreements.tables import agreement, release
from sharing.events import receipts as events
from sharing.records.record import record
from sharing.records.registry import LINK, PERSON, SCHEMAS
from sharing.release.schema import FieldClass

#: Lines on a page unless asked otherwise, and at most.
DEFAULT, MOST = 50, 200
#: The period unless asked otherwise, in days, and at most.
DAYS, MOST_DAYS = 30, 366
#: Classes are told from the latest looks of each line, so many at most.
LATEST = 20


@dataclass(frozen=True)
class Period:
    """What is asked for: days of Europe/London, the last one included; one agency or agreement, or all."""

    since: date
    until: date
    agency: str | None = None
    agreement: str | None = None


@dataclass(frozen=True)
class Line:
    """One record and one agency that looked at it; `classes` are those of which they were shown something.

    `whole` says that all looks were counted for the classes, and not the latest alone.
    """

    record: str
    type: str
    reference: str
    agency: str
    agency_name: str
    looks: int
    people: int
    classes: tuple[FieldClass, ...]
    whole: bool
    last_at: datetime
    last_index: int


@dataclass(frozen=True)
class Report:
    """One page of the report, latest looks first; `next` is where the next page starts, if there is one."""

    lines: tuple[Line, ...]
    next: tuple[int, str, str] | None
    agencies: Mapping[str, str]
    agreements: Mapping[str, str]


def period_asked(
    since: date | None, until: date | None, agency_id: str | None = None, agreement_id: str | None = None
) -> Period:
    """The period that is meant where days are left out: the last thirty.

    Raises:
        Invalid: if it ends before it begins, or is longer than a year.
    """
    last = until or clock.today()
    first = since or last - timedelta(days=DAYS - 1)
    if first > last:
        raise Invalid({"until": "The period ends before it begins."})
    if (last - first).days >= MOST_DAYS:
        raise Invalid({"since": "Ask for a year at most."})
    return Period(first, last, agency_id or None, agreement_id or None)


def report_receipts(
    database: Database,
    actor: Actor,
    period: Period,
    *,
    after: tuple[int, str, str] | None = None,
    limit: int = DEFAULT,
) -> Report:
    """Records of the actor's agency by agency that looked at them; for those who read the ledger or release.

    Raises:
        Denied: if the actor does neither.
    """
    if actor.member or not (actor.may(Action.LEDGER_READ) or actor.may(Action.RECORD_RELEASE)):
        raise Denied("Your role does not see who has looked at your agency’s records.")
    most = min(max(limit, 1), MOST)
    with database.transaction() as tx:
        asked = _asked(actor, period)
        found = tally(tx, asked, after=after, limit=most + 1)
        page = found[:most]
        named = _named(tx, actor, {each.record_id for each in page})
        lines = _lines(tx, actor, asked, page, named)
        last = page[-1] if len(found) > most else None
        events.receipts_reported(
            tx, actor, rows=len(lines), agency=period.agency or "", agreement=period.agreement or ""
        )
        return Report(
            lines,
            (last.last, last.record_id, last.agency) if last is not None else None,
            {row.id: row.name for row in named["agency"]},
            {row.id: row.name for row in named["agreement"]},
        )


def _asked(actor: Actor, period: Period) -> Asked:
    records = select(record.c.id).where(record.c.owner == actor.agency_id)
    if period.agreement is not None:
        released = select(release.c.record_id).where(release.c.agreement_id == period.agreement)
        records = records.where(record.c.id.in_(released))
    return Asked(
        records,
        actor.agency_id,
        LOOKS,
        _start(period.since),
        _start(period.until + timedelta(days=1)),
        period.agency,
    )


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LONDON).astimezone(UTC)


def _named(tx: Tx, actor: Actor, records: Iterable[str]) -> Mapping[str, list[Any]]:
    """What the page calls by its name, in one statement: every agency, agreements used, these records.

    Agreements are those under which the agency has released anything. A record's name is its type, and
    `reference` its owner's.
    """
    own = select(record.c.id).where(record.c.owner == actor.agency_id)
    used = select(release.c.agreement_id).where(release.c.record_id.in_(own))
    rows = union_all(
        _row("agency", agency.c.id, agency.c.name),
        _row("agreement", agreement.c.id, agreement.c.title).where(agreement.c.id.in_(used)),
        _row("record", record.c.id, record.c.type, record.c.owner_reference).where(
            record.c.id.in_(sorted(records))
        ),
    )
    found: dict[str, list[Any]] = {"agency": [], "agreement": [], "record": []}
    for row in sorted(tx.execute(rows), key=lambda row: str(row.id)):
        found[row.kind].append(row)
    return found


def _row(kind: str, id_: Any, name: Any, reference: Any = None) -> Select[Any]:
    told = literal("") if reference is None else reference
    return select(literal(kind).label("kind"), id_.label("id"), name.label("name"), told.label("reference"))


def _lines(
    tx: Tx, actor: Actor, asked: Asked, page: list[Tally], named: Mapping[str, list[Any]]
) -> tuple[Line, ...]:
    latest = newest_looks(tx, asked, [(each.record_id, each.agency) for each in page], LATEST)
    names = {row.id: row.name for row in named["agency"]}
    rows = {row.id: row for row in named["record"]}
    releases = actor.may(Action.RECORD_RELEASE)
    return tuple(
        Line(
            record=each.record_id,
            type=rows[each.record_id].name,
            reference=rows[each.record_id].reference if releases else "",
            agency=each.agency,
            agency_name=names.get(each.agency, each.agency),
            looks=each.looks,
            people=each.people,
            classes=_classes(rows[each.record_id].name, each.record_id, latest[each.record_id, each.agency]),
            whole=each.looks <= LATEST,
            last_at=each.last_at,
            last_index=each.last,
        )
        for each in page
    )


def _classes(type_: str, record_id: str, entries: Iterable[LedgerEntry]) -> tuple[FieldClass, ...]:
    shown = (shown_of(entry.records, entry.detail, record_id) for entry in entries)
    keys = {key for showing in shown if showing is not None for key in showing.opened}
    found = {class_of(type_, key) for key in keys}
    return tuple(each for each in FieldClass if each in found)


def class_of(type_: str, key: str) -> FieldClass | None:
    """The class of a field by its key, a person's as `persons.<link>.<name>`; None for a name of no field."""
    person = key.startswith("persons.")
    name = key.rpartition(".")[2] if person else key
    schemas = (PERSON, LINK) if person else (SCHEMAS[type_], PERSON)
    return next((schema.by_name[name].field_class for schema in schemas if name in schema.by_name), None)
