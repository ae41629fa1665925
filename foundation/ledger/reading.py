"""Reading the log: who has looked at a record, what concerns an agency, and where the log stands.

Whoever calls this for a person leaves an entry of its own: reading the ledger is itself logged.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, or_, select, type_coerce

from foundation import clock
from foundation.database import Tx
from foundation.ledger import logs
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.encoding.tree import EMPTY_ROOT
from foundation.ledger.naming import places_of
from foundation.ledger.pressure import Pressure
from foundation.ledger.sealing import unseal
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_key,
    ledger_pending,
    ledger_set_apart,
)


@dataclass(frozen=True)
class LedgerEntry:
    """One entry as one agency reads it: of an entry that concerns several, its own view where it has one.

    `index` is its place in its log, and `place` the one over all logs, by which lists go on: the two differ
    only after a database was restored. Both are None while the entry waits for them.
    """

    index: int | None
    place: int | None
    log: int
    id: str
    at: datetime
    operation: str
    event: str
    actor: str
    agency: str
    session: str
    agencies: tuple[str, ...]
    records: tuple[str, ...]
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Status:
    """Where the log stands that grows now. `signed_size` and `note` are of its largest signed checkpoint."""

    log: int
    size: int
    root: bytes
    at: datetime | None
    pending: int
    set_apart: int
    oldest_pending: datetime | None
    signed_size: int
    note: str | None


def entries_of_record(tx: Tx, record_id: str, limit: int) -> list[LedgerEntry]:
    """The newest entries that name the record, newest first; those that still wait come first.

    Each is as its actor's own agency reads it, with whatever else was shown: not for the eyes of others.
    """
    waiting = _waiting(tx, ledger_pending.c.records, record_id, limit, None)
    placed = _placed(tx, list(islice(places_of(tx, record_id), limit)), None)
    return _newest_first(waiting, placed, limit)


def entries_by_others(
    tx: Tx, record_id: str, agency: str, *, and_by: Collection[str] = (), chunk: int = 500
) -> Iterator[LedgerEntry]:
    """Every entry that names the agency's record and is not its own, newest first; waiting ones come first.

    Each is as the agency reads it. Entries of the actors `and_by` come too, whatever their agency. Fetched in
    chunks, as far as the caller goes: a record may have been on thousands of lists.
    """
    seen: set[str] = set()
    for entry in _waiting(tx, ledger_pending.c.records, record_id, None, agency):
        if entry.agency != agency or entry.actor in and_by:
            seen.add(entry.id)
            yield entry
    key = ledger_key.c
    wanted = (
        select(ledger_detail.c.idx, ledger_detail.c.detail, key.key)
        .join_from(ledger_detail, ledger_key, key.idx == ledger_detail.c.idx)
        .where(or_(ledger_detail.c.agency != agency, ledger_detail.c.actor.in_(sorted(and_by))))
        .order_by(ledger_detail.c.idx.desc())
    )
    places = places_of(tx, record_id)
    while part := list(islice(places, chunk)):
        rows = tx.execute(wanted.where(ledger_detail.c.idx.in_(part))).all()
        yield from (entry for entry in entries_in(tx, rows, agency) if entry.id not in seen)


def newest_of_agency(tx: Tx, agency: str, limit: int) -> list[LedgerEntry]:
    """The newest entries that concern the agency, newest first; those that still wait come first."""
    mention = ledger_agency_mention
    places = select(mention.c.idx).where(mention.c.agency == agency).order_by(mention.c.idx.desc())
    waiting = _waiting(tx, ledger_pending.c.agencies, agency, limit, agency)
    return _newest_first(waiting, _placed(tx, places.limit(limit), agency), limit)


def entries_of_agency(tx: Tx, agency: str, after: int = -1, limit: int = 100) -> list[LedgerEntry]:
    """Entries that concern the agency from the first place past `after`, oldest first.

    Those that still wait come last, when the others do not fill the limit. To go on, give the last place.
    """
    # The waiting ones first: one that is sequenced between two statements then appears twice at most.
    waiting = _waiting(tx, ledger_pending.c.agencies, agency, limit, agency)
    mention = ledger_agency_mention
    places = select(mention.c.idx).where(mention.c.agency == agency, mention.c.idx > after)
    found = _placed(tx, places.order_by(mention.c.idx).limit(limit), agency)
    seen = {entry.id for entry in found}
    return (found + [entry for entry in reversed(waiting) if entry.id not in seen])[:limit]


def waiting_of_agency(tx: Tx, agency: str) -> list[LedgerEntry]:
    """Entries that concern the agency and still wait for their place, newest first."""
    return _waiting(tx, ledger_pending.c.agencies, agency, None, agency)


def status(tx: Tx) -> Status:
    """Where the log stands now."""
    table = ledger_checkpoint
    reign = logs.current(tx)
    first = reign.first if reign else 0
    sizes = select(table).where(table.c.size > first).order_by(table.c.size.desc()).limit(1)
    newest = tx.execute(sizes).one_or_none()
    signed = tx.execute(sizes.where(table.c.note.is_not(None))).one_or_none()
    pending, oldest = _pending(tx)
    return Status(
        log=reign.log if reign else 1,
        size=newest.size - first if newest else 0,
        root=newest.root if newest else EMPTY_ROOT,
        at=newest.at if newest else None,
        pending=pending,
        set_apart=tx.execute(select(func.count()).select_from(ledger_set_apart)).scalar_one(),
        oldest_pending=oldest,
        signed_size=signed.size - first if signed else 0,
        note=signed.note if signed else None,
    )


def pressure_now(tx: Tx) -> Pressure:
    """How many entries wait, and for how long the oldest, if its own time is to be believed."""
    pending, oldest = _pending(tx)
    return Pressure(pending, max(clock.now() - oldest, timedelta(0)) if oldest else timedelta(0))


def _pending(tx: Tx) -> tuple[int, datetime | None]:
    # INVARIANT: the sequencer takes the lowest numbers first, so the lowest has waited longest.
    table = ledger_pending
    oldest = tx.execute(select(table.c.at).order_by(table.c.seq).limit(1)).scalar_one_or_none()
    return tx.execute(select(func.count()).select_from(table)).scalar_one(), oldest


def opened_by(rows: Iterable[Any]) -> Iterator[tuple[int, str, bytes]]:
    """Place, what was sealed and its secret, of each row of `idx`, `key` and `detail`."""
    for row in rows:
        kept, secret = unseal(row.key, row.detail)
        yield row.idx, kept, secret


def _newest_first(
    waiting: Sequence[LedgerEntry], placed: Sequence[LedgerEntry], limit: int
) -> list[LedgerEntry]:
    """Those that waited, then those that had their places already; one may have got its own in between."""
    seen = {entry.id for entry in placed}
    return ([entry for entry in waiting if entry.id not in seen] + [*placed[::-1]])[:limit]


def _placed(tx: Tx, places: Select[tuple[Any]] | Sequence[int], agency: str | None) -> list[LedgerEntry]:
    """What is left of the entries at these places, in their order; erased ones are not there any more."""
    detail, key = ledger_detail.c, ledger_key.c
    joined = ledger_detail.join(ledger_key, key.idx == detail.idx)
    wanted = select(detail.idx, detail.detail, key.key).select_from(joined).where(detail.idx.in_(places))
    return list(entries_in(tx, tx.execute(wanted.order_by(detail.idx)).all(), agency))


def entries_in(tx: Tx, rows: Sequence[Any], agency: str | None) -> Iterator[LedgerEntry]:
    """The entries of rows of `idx`, `key` and `detail`, in their order, as this agency reads them.

    What does not concern it is left out. None reads each as its actor's own agency does.
    """
    spans = logs.spans(tx) if rows else []
    told = ((place, seen_by(kept, agency)) for place, kept, _ in opened_by(rows))
    return (_entry(text, place, spans) for place, text in told if text is not None)


def unplaced(rows: Iterable[Any], agency: str) -> Iterator[LedgerEntry | None]:
    """The same where nobody asks for their places in the log; None where it does not concern the agency."""
    told = (seen_by(kept, agency) for _, kept, _ in opened_by(rows))
    return (None if text is None else _entry(text) for text in told)


def _waiting(
    tx: Tx, column: ColumnElement[Any], name: str, limit: int | None, agency: str | None
) -> list[LedgerEntry]:
    """Entries that still wait and name this, newest first; so few that no index is kept for them."""
    table = ledger_pending
    named = type_coerce(column, String).contains(json.dumps(name), autoescape=True)
    wanted = select(table.c.detail, column.label("names")).where(named).order_by(table.c.seq.desc())
    rows = tx.execute(wanted.limit(limit))
    told = (seen_by(row.detail, agency) for row in rows if name in row.names)
    return [_entry(text) for text in told if text is not None]


def _entry(text: str, place: int | None = None, spans: Sequence[logs.LogSpan] = ()) -> LedgerEntry:
    """An entry from its canonical text, its place over all logs and where those begin."""
    whole = json.loads(text)
    span = next((each for each in reversed(spans) if place is not None and each.first <= place), None)
    return LedgerEntry(
        index=place - span.first if span and place is not None else None,
        place=place,
        log=span.number if span else 0,
        id=whole["id"],
        at=datetime.fromisoformat(whole["at"]),
        operation=whole["operation"],
        event=whole["event"],
        actor=whole["actor"],
        agency=whole["agency"],
        session=whole["session"],
        agencies=tuple(whole["agencies"]),
        records=tuple(whole["records"]),
        detail=whole["detail"],
    )
