"""Reading the log: who has looked at a record, what concerns an agency, and where the log stands.

Whoever calls this for a person leaves an entry of its own: reading the ledger is itself logged.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, func, select, type_coerce

from foundation import clock
from foundation.database import Tx
from foundation.ledger.pressure import Pressure
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_pending,
    ledger_record_mention,
)
from foundation.ledger.tree import EMPTY_ROOT


@dataclass(frozen=True)
class LedgerEntry:
    """One entry as it was written. `index` is its place in the log, or None while it waits for one."""

    index: int | None
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
    """Where the log stands. `signed_size` and `note` are of the largest signed checkpoint."""

    size: int
    root: bytes
    at: datetime | None
    pending: int
    oldest_pending: datetime | None
    signed_size: int
    note: str | None


def entries_of_record(tx: Tx, record_id: str, limit: int) -> list[LedgerEntry]:
    """The newest entries that name the record, newest first; those that still wait come first."""
    mention = ledger_record_mention
    places = select(mention.c.idx).where(mention.c.record_id == record_id).order_by(mention.c.idx.desc())
    return _newest(tx, ledger_pending.c.records, record_id, places, limit)


def newest_of_agency(tx: Tx, agency: str, limit: int) -> list[LedgerEntry]:
    """The newest entries that concern the agency, newest first; those that still wait come first."""
    mention = ledger_agency_mention
    places = select(mention.c.idx).where(mention.c.agency == agency).order_by(mention.c.idx.desc())
    return _newest(tx, ledger_pending.c.agencies, agency, places, limit)


def entries_of_agency(tx: Tx, agency: str, after: int = -1, limit: int = 100) -> list[LedgerEntry]:
    """Entries that concern the agency from the first index past `after`, oldest first.

    Those that still wait come last, when the others do not fill the limit. To go on, give the last index.
    """
    # The waiting ones first: one that is sequenced between two statements then appears twice at most.
    waiting = _waiting(tx, ledger_pending.c.agencies, agency, limit)
    mention = ledger_agency_mention
    places = select(mention.c.idx).where(mention.c.agency == agency, mention.c.idx > after)
    found = _placed(tx, places.order_by(mention.c.idx).limit(limit))
    seen = {entry.id for entry in found}
    return (found + [entry for entry in reversed(waiting) if entry.id not in seen])[:limit]


def status(tx: Tx) -> Status:
    """Where the log stands now."""
    table = ledger_checkpoint
    newest = tx.execute(select(table).order_by(table.c.size.desc()).limit(1)).one_or_none()
    signed = tx.execute(
        select(table.c.size, table.c.note)
        .where(table.c.note.is_not(None))
        .order_by(table.c.size.desc())
        .limit(1)
    ).one_or_none()
    pending, oldest = _pending(tx)
    return Status(
        size=newest.size if newest else 0,
        root=newest.root if newest else EMPTY_ROOT,
        at=newest.at if newest else None,
        pending=pending,
        oldest_pending=oldest,
        signed_size=signed.size if signed else 0,
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


def _newest(
    tx: Tx, column: ColumnElement[Any], name: str, places: Select[tuple[Any]], limit: int
) -> list[LedgerEntry]:
    waiting = _waiting(tx, column, name, limit)
    found = _placed(tx, places.limit(limit))
    seen = {entry.id for entry in found}
    placed = sorted(found, key=lambda entry: -(entry.index or 0))
    return ([entry for entry in waiting if entry.id not in seen] + placed)[:limit]


def _placed(tx: Tx, places: Select[tuple[Any]]) -> list[LedgerEntry]:
    chosen = places.subquery()
    joined = ledger_detail.join(chosen, ledger_detail.c.idx == chosen.c.idx)
    wanted = select(ledger_detail.c.idx, ledger_detail.c.detail).select_from(joined)
    return [_entry(row.idx, row.detail) for row in tx.execute(wanted.order_by(ledger_detail.c.idx))]


def _waiting(tx: Tx, column: ColumnElement[Any], name: str, limit: int) -> list[LedgerEntry]:
    """Entries that still wait and name this, newest first; so few that no index is kept for them."""
    table = ledger_pending
    named = type_coerce(column, String).contains(json.dumps(name), autoescape=True)
    wanted = select(table.c.detail, column.label("names")).where(named).order_by(table.c.seq.desc())
    rows = tx.execute(wanted.limit(limit))
    return [_entry(None, row.detail) for row in rows if name in row.names]


def _entry(index: int | None, text: str) -> LedgerEntry:
    whole = json.loads(text)
    return LedgerEntry(
        index=index,
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
