"""Entries that concern an agency, chosen by who, what, when and why: the newest first, a page at a time.

Whoever calls this for a person leaves an entry of its own: reading the ledger is itself logged.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from foundation.database import Tx
from foundation.ledger.naming import named
from foundation.ledger.reading import LedgerEntry, entries_in, waiting_of_agency
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_detail,
    ledger_key,
    ledger_subject_mention,
)

#: So many entries are opened for one page at most, where what is asked for stands in the sealed detail.
MOST_OPENED = 2_000
_CHUNK = 250


@dataclass(frozen=True)
class Wanted:
    """What entries are asked for; None asks nothing. The period is [since, until)."""

    actors: tuple[str, ...] | None = None
    record: str | None = None
    operation: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    purpose: str | None = None
    agreement: str | None = None
    subject: str | None = None  # the reference of the index


@dataclass(frozen=True)
class Found:
    """A page of entries; `before` is the place before which the next page begins, None at the end."""

    entries: tuple[LedgerEntry, ...]
    before: int | None


def find_of_agency(tx: Tx, agency: str, wanted: Wanted, *, before: int | None, limit: int) -> Found:
    """The newest entries of an agency that fit, before a place; waiting ones stand on the first page.

    A page may hold fewer than the limit, or nothing, and still have a next one: not all are opened at once.
    """
    waiting = waiting_of_agency(tx, agency) if before is None else []
    found = [each for each in waiting if fits(each, wanted)][:limit]
    seen = {entry.id for entry in found}
    opened, place = 0, before
    while opened < MOST_OPENED and len(found) < limit:
        rows = tx.execute(_chosen(agency, wanted, place)).all()
        for entry in entries_in(tx, rows, agency):
            place = entry.place
            if entry.id not in seen and fits(entry, wanted):
                found.append(entry)
            if len(found) == limit:
                break
        opened += len(rows)
        if len(rows) < _CHUNK and len(found) < limit:
            return Found(tuple(found), None)
    return Found(tuple(found), place)


def entry_of_agency(tx: Tx, agency: str, event_id: str) -> LedgerEntry | None:
    """One entry that concerns the agency and has its place, if there is such a one."""
    mention = ledger_agency_mention.c
    wanted = _opening().where(ledger_detail.c.id == event_id, mention.agency == agency)
    return next(entries_in(tx, tx.execute(wanted).all(), agency), None)


def fits(entry: LedgerEntry, wanted: Wanted) -> bool:
    """Whether an entry is one that was asked for."""
    return (
        (wanted.actors is None or entry.actor in wanted.actors)
        and (wanted.record is None or wanted.record in entry.records)
        and (wanted.operation is None or entry.operation == wanted.operation)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
        and (wanted.purpose is None or entry.detail.get("purpose") == wanted.purpose)
        # The index knows; what still waits is not in it yet.
        and (wanted.subject is None or entry.place is not None)
        and (wanted.agreement is None or wanted.agreement in _words(entry.detail))
    )


def _words(value: Any) -> Iterator[str]:
    """Every word of a detail: an account names an agreement after a form's number."""
    if isinstance(value, str):
        yield from value.split(" ")
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _words(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _words(each)


def _opening() -> Select[Any]:
    mention = ledger_agency_mention
    joined = mention.join(ledger_detail, ledger_detail.c.idx == mention.c.idx)
    columns = select(ledger_detail.c.idx, ledger_detail.c.detail, ledger_key.c.key)
    return columns.select_from(joined.join(ledger_key, ledger_key.c.idx == mention.c.idx))


def _chosen(agency: str, wanted: Wanted, before: int | None) -> Select[Any]:
    mention, detail = ledger_agency_mention.c, ledger_detail.c
    rows = _opening().where(mention.agency == agency).order_by(mention.idx.desc()).limit(_CHUNK)
    if before is not None:
        rows = rows.where(mention.idx < before)
    if wanted.actors is not None:
        rows = rows.where(detail.actor.in_(wanted.actors))
    if wanted.operation is not None:
        rows = rows.where(detail.operation == wanted.operation)
    if wanted.since is not None:
        rows = rows.where(detail.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(detail.at < wanted.until)
    if wanted.record is not None:
        of = named.c
        read = or_(of.owner.is_(None), of.owner == agency, of.agency == agency)
        rows = rows.where(mention.idx.in_(select(of.idx).where(of.record_id == wanted.record, read)))
    if wanted.subject is not None:
        about = ledger_subject_mention.c
        rows = rows.where(mention.idx.in_(select(about.idx).where(about.reference == wanted.subject)))
    return rows
