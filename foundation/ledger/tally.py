"""Counting looks: how often and by how many people records were consulted, by agency, in a period.

Only what has its place in the log is counted: an entry waits for that for a moment or two.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from foundation.database import Tx, UtcTime
from foundation.ledger.naming import named
from foundation.ledger.reading import LedgerEntry, unplaced
from foundation.ledger.tables import ledger_detail, ledger_key

_detail = ledger_detail
_joined = named.join(_detail, _detail.c.idx == named.c.idx)


@dataclass(frozen=True)
class Asked:
    """Which looks count: at records that the statement selects, by others than `owner`, in [since, until)."""

    records: Select[Any]
    owner: str
    events: Sequence[str]
    since: datetime
    until: datetime
    agency: str | None = None

    def where(self) -> tuple[ColumnElement[bool], ...]:
        """The same as conditions."""
        conditions: tuple[ColumnElement[bool], ...] = (
            named.c.record_id.in_(self.records),
            _detail.c.event.in_(list(self.events)),
            _detail.c.agency != self.owner,
            _detail.c.at >= self.since,
            _detail.c.at < self.until,
        )
        return conditions if self.agency is None else (*conditions, _detail.c.agency == self.agency)


@dataclass(frozen=True)
class Tally:
    """How often people of one agency looked at one record; `last` is the place of the latest look."""

    record_id: str
    agency: str
    looks: int
    people: int
    last: int
    last_at: datetime


def tally(tx: Tx, asked: Asked, *, after: tuple[int, str, str] | None, limit: int) -> list[Tally]:
    """The counts by record and agency, the latest looked at first; `after` is (last, record, agency)."""
    last = func.max(named.c.idx)
    key = tuple_(last, named.c.record_id, _detail.c.agency)
    statement = (
        select(
            named.c.record_id,
            _detail.c.agency,
            func.count().label("looks"),
            func.count(_detail.c.actor.distinct()).label("people"),
            last.label("last"),
            func.max(_detail.c.at, type_=UtcTime).label("last_at"),
        )
        .select_from(_joined)
        .where(*asked.where())
        .group_by(named.c.record_id, _detail.c.agency)
        .order_by(last.desc(), named.c.record_id.desc(), _detail.c.agency.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.having(key < after)
    return [Tally(**row) for row in tx.execute(statement).mappings()]


def newest_looks(
    tx: Tx, asked: Asked, pairs: Iterable[tuple[str, str]], each: int
) -> Mapping[tuple[str, str], list[LedgerEntry]]:
    """The newest entries of each pair of record and agency, `each` at most, without their places."""
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    nth = func.row_number().over(
        partition_by=(named.c.record_id, _detail.c.agency), order_by=named.c.idx.desc()
    )
    numbered = (
        select(
            named.c.record_id,
            _detail.c.agency,
            _detail.c.idx,
            _detail.c.detail,
            ledger_key.c.key,
            nth.label("nth"),
        )
        .select_from(_joined.join(ledger_key, ledger_key.c.idx == _detail.c.idx))
        .where(*asked.where(), named.c.record_id.in_(sorted({record for record, _ in wanted})))
        .subquery()
    )
    newest = select(numbered).where(numbered.c.nth <= each).order_by(numbered.c.idx.desc())
    rows = tx.execute(newest).all()
    found: dict[tuple[str, str], list[LedgerEntry]] = {pair: [] for pair in wanted}
    for row, entry in zip(rows, unplaced(rows, asked.owner), strict=True):
        if entry is not None and (row.record_id, row.agency) in found:
            found[row.record_id, row.agency].append(entry)
    return found
