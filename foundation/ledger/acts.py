"""What people of one agency did of late: plain rows by event and moment, without opening what is sealed.

Whoever calls this for a person leaves an entry of its own. Only what has its place in the log is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from foundation.database import Tx
from foundation.ledger.naming import named
from foundation.ledger.reading import LedgerEntry, entries_in
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_key,
)

_mention, _detail = ledger_agency_mention, ledger_detail


@dataclass(frozen=True)
class Act:
    """Who did what, and when; `place` is over all logs."""

    place: int
    event: str
    actor: str
    at: datetime


def acts_of(tx: Tx, agency: str, events: Sequence[str], since: datetime) -> list[Act]:
    """What the agency's own actors did by these events since then, oldest first."""
    joined = _mention.join(_detail, _detail.c.idx == _mention.c.idx)
    rows = (
        select(_detail.c.idx, _detail.c.event, _detail.c.actor, _detail.c.at)
        .select_from(joined)
        .where(_mention.c.agency == agency, _mention.c.idx >= _begun(tx, since), *_own(agency, events))
        .where(_detail.c.at >= since)
        .order_by(_detail.c.at)
    )
    return [Act(row.idx, row.event, row.actor, row.at) for row in tx.execute(rows)]


def first_acts(
    tx: Tx, agency: str, event: str, records: Select[Any], since: datetime
) -> list[tuple[str, Act]]:
    """The first act of each actor by this event on each of these records, where it was since then."""
    begun = _begun(tx, since)
    joined = named.join(_detail, _detail.c.idx == named.c.idx)
    late = (
        select(named.c.record_id, _detail.c.actor, func.min(_detail.c.idx).label("first"))
        .select_from(joined)
        .where(named.c.idx >= begun, named.c.last >= begun, named.c.record_id.in_(records))
        .where(_detail.c.at >= since, *_own(agency, [event]))
        .group_by(named.c.record_id, _detail.c.actor)
        .subquery()
    )
    before, act = named.alias("before"), _detail.alias("act")
    earlier = (
        select(before.c.idx)
        .select_from(before.join(act, act.c.idx == before.c.idx))
        .where(
            before.c.record_id == late.c.record_id,
            before.c.idx < late.c.first,
            act.c.actor == late.c.actor,
            act.c.event == event,
        )
    )
    rows = tx.execute(
        select(late.c.record_id, _detail.c.idx, _detail.c.event, _detail.c.actor, _detail.c.at)
        .select_from(late.join(_detail, _detail.c.idx == late.c.first))
        .where(~earlier.exists())
    )
    return [(row.record_id, Act(row.idx, row.event, row.actor, row.at)) for row in rows]


def entries_at(tx: Tx, agency: str, places: Iterable[int]) -> Iterator[LedgerEntry]:
    """The whole entries at some places, in their order, as the agency reads them."""
    rows = (
        select(_detail.c.idx, _detail.c.detail, ledger_key.c.key)
        .join_from(_detail, ledger_key, ledger_key.c.idx == _detail.c.idx)
        .where(_detail.c.idx.in_(sorted(set(places))))
        .order_by(_detail.c.idx)
    )
    return entries_in(tx, tx.execute(rows).all(), agency)


def _own(agency: str, events: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return _detail.c.agency == agency, _detail.c.event.in_(list(events))


def _begun(tx: Tx, since: datetime) -> int:
    """A place before which nothing is as late as that: what was sequenced before then.

    By checkpoints that are signed alone: their time is signed with them, and verification finds another.
    """
    table = ledger_checkpoint.c
    signed = select(table.size).where(table.at < since, table.note.is_not(None))
    found = signed.order_by(table.size.desc()).limit(1)
    return tx.execute(found).scalar_one_or_none() or 0
