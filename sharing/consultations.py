"""What the ledger says of one's own agency, for those who answer for it: entries found, and one in full."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from auth.actor import Actor
from auth.purposes import PURPOSES
from auth.roles import Action
from auth.tables import agency, user
from foundation.clock import LONDON
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing
from foundation.ledger.finding import Wanted, entry_of_agency, find_of_agency
from foundation.ledger.reading import LedgerEntry
from sharing.accounts import Showing, shown_of
from sharing.events import consultations as events
from sharing.events.entry import OPERATIONS
from sharing.ledger_words import sentence
from sharing.records.record import record
from sharing.subject_keys import subject_of

_MOST = 100
#: A reference that no entry has.
_NOBODY = "nobody"
#: Who acts where nobody of an agency does.
_PORTAL = "The portal"
#: So many people a name may mean.
_NAMED = 50


@dataclass(frozen=True)
class Asked:
    """What a reader asks the ledger for, as typed; empty asks nothing. Both days are counted whole."""

    person: str = ""
    record: str = ""
    operation: str = ""
    purpose: str = ""
    agreement: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class EntryLine:
    """One entry in words: `index` is its place in log number `log`, None and 0 until it is sequenced."""

    id: str
    index: int | None
    log: int
    at: datetime
    operation: str
    event: str
    what: str
    who: str
    agency: str
    purpose: str
    records: int


@dataclass(frozen=True)
class EntryPage:
    """Entries, the newest first, and the place before which older ones may stand."""

    entries: tuple[EntryLine, ...]
    before: int | None


@dataclass(frozen=True)
class EntryInFull:
    """One entry: who, what and under which rules; `shown` is what could be seen of each record."""

    line: EntryLine
    policy: str
    recipients: tuple[str, ...]
    records: tuple[str, ...]
    shown: tuple[tuple[str, Showing], ...]
    rest: Mapping[str, Any] = field(default_factory=dict)


def read_ledger(
    database: Database, actor: Actor, asked: Asked | None = None, *, before: int | None = None
) -> EntryPage:
    """The newest entries that concern the actor's agency and fit; this look becomes one of them.

    Raises:
        Invalid: if what is asked for cannot be read, by field.
    """
    actor.require(Action.LEDGER_READ)
    asked = asked or Asked()
    with database.transaction() as tx:
        page = entries_asked_for(tx, actor, asked, before=before, limit=_MOST)
        events.ledger_read(tx, actor, entries=len(page.entries), asked=filters_set(asked))
    return page


def entries_asked_for(tx: Tx, actor: Actor, asked: Asked, *, before: int | None, limit: int) -> EntryPage:
    """A page of what concerns the actor's agency and fits; whoever calls this leaves an entry.

    Raises:
        Invalid: if what is asked for cannot be read, by field.
    """
    wanted = _wanted(asked)
    if asked.person:
        wanted = replace(wanted, actors=_people_called(tx, asked.person))
    if asked.subject:
        wanted = _about(tx, actor, asked.subject, wanted)
    found = find_of_agency(tx, actor.agency_id, wanted, before=before, limit=limit)
    return EntryPage(_lines(tx, found.entries), found.before)


def read_entry(database: Database, actor: Actor, event_id: str) -> EntryInFull:
    """One entry that concerns the actor's agency, with what could be seen then; this look leaves one too.

    Raises:
        Missing: if there is no such entry, or it has no place yet.
    """
    actor.require(Action.LEDGER_READ)
    with database.transaction() as tx:
        entry = entry_of_agency(tx, actor.agency_id, event_id)
        if entry is None:
            raise Missing("There is nothing here that you can see.")
        (line,) = _lines(tx, [entry])
        names = _agency_names(tx)
        events.entry_read(tx, actor, of=event_id)
    own = entry.agency == actor.agency_id
    rest = {k: v for k, v in entry.detail.items() if own and k not in {"purpose", "policy", "shown"}}
    agencies = tuple(sorted(names.get(each, each) for each in entry.agencies))
    told = ((each, shown_of(entry.records, entry.detail, each)) for each in entry.records)
    shown = tuple((record_id, showing) for record_id, showing in told if showing is not None)
    return EntryInFull(line, str(entry.detail.get("policy", "")), agencies, entry.records, shown, rest)


def _about(tx: Tx, actor: Actor, record_id: str, wanted: Wanted) -> Wanted:
    """The same, narrowed to whom a person's own record is about.

    Of one's own it is every entry that concerned them on a record of one's own, by reference; of another
    agency's, what concerned one's own agency of that record. Who else's records are about them is not told.
    """
    if _owns(tx, actor, record_id):
        found = subject_of(tx, record_id, actor.agency_id)
        return replace(wanted, subject=found.found_by if found else _NOBODY)
    if wanted.record not in (None, record_id):
        return replace(wanted, subject=_NOBODY)
    return replace(wanted, record=record_id)


def _owns(tx: Tx, actor: Actor, record_id: str) -> bool:
    own = select(record.c.id).where(record.c.id == record_id, record.c.owner == actor.agency_id)
    return tx.execute(own).first() is not None


def _wanted(asked: Asked) -> Wanted:
    problems: dict[str, str] = {}
    since, until = (_day(name, getattr(asked, name), problems) for name in ("since", "until"))
    if asked.operation and asked.operation not in OPERATIONS:
        problems["operation"] = "Choose an operation."
    if asked.purpose and asked.purpose not in {each.slug for each in PURPOSES}:
        problems["purpose"] = "Choose a purpose."
    if since and until and until < since:
        problems["until"] = "The last day must not be before the first."
    if problems:
        raise Invalid(problems)
    return Wanted(
        record=asked.record or None,
        operation=asked.operation or None,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        purpose=asked.purpose or None,
        agreement=asked.agreement or None,
    )


def _day(name: str, text: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems[name] = "Give a day, like 2026-11-28."
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _people_called(tx: Tx, words: str) -> tuple[str, ...]:
    called = user.c.name.icontains(words.strip(), autoescape=True)
    return tuple(tx.execute(select(user.c.id).where(called).order_by(user.c.id).limit(_NAMED)).scalars())


def filters_set(asked: Asked) -> list[str]:
    """Which filters were set: names only, since what was typed may be about a person."""
    return sorted(name for name, value in vars(asked).items() if value)


def _agency_names(tx: Tx) -> dict[str, str]:
    return {row.id: row.short_name for row in tx.execute(select(agency.c.id, agency.c.short_name))}


def _lines(tx: Tx, entries: Iterable[LedgerEntry]) -> tuple[EntryLine, ...]:
    entries = list(entries)
    actors = {each.actor for each in entries}
    named = tx.execute(select(user.c.id, user.c.name).where(user.c.id.in_(actors)))
    people = {row.id: row.name for row in named}
    agencies = _agency_names(tx)
    return tuple(
        EntryLine(
            each.id,
            each.index,
            each.log,
            each.at,
            each.operation,
            each.event,
            sentence(each.event, len(each.records)),
            people.get(each.actor, each.actor) or _PORTAL,
            agencies.get(each.agency, each.agency),
            str(each.detail.get("purpose", "")),
            len(each.records),
        )
        for each in entries
    )
