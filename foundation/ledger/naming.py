"""Which entries name a record: the index rows of records, taken apart into one for each entry."""

import heapq
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, String, cast, column, delete, func, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from foundation.bulk import insert_many
from foundation.database import Tx
from foundation.ledger.tables import ledger_checkpoint, ledger_record_mention

_mention = ledger_record_mention
#: Rows of one statement at most, and of the first of several.
_PART, _FIRST = 500, 20


class _Each(FunctionElement[str]):
    """The elements of a list that a column holds, one row each, as `value`."""

    name = "each"
    inherit_cache = True


@compiles(_Each, "sqlite")
def _on_sqlite(element: _Each, compiler: Any, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: Any, **how: Any) -> str:
    return f"jsonb_array_elements_text(CAST({compiler.process(element.clauses, **how)} AS jsonb))"


_each = _Each(_mention.c.places).table_valued(column("value", String), joins_implicitly=True)

#: One row for each record that an entry names: `record_id`, the entry's `idx`, `owner`, `agency`. The index
#: row's `last` is never before `idx`: whoever asks from some place on says so of both.
named = (
    select(
        _mention.c.record_id,
        cast(_each.c.value, BigInteger).label("idx"),
        _mention.c.idx.label("last"),
        _mention.c.owner,
        _mention.c.agency,
    )
    .select_from(_mention, _each)
    .subquery("named")
)


def places_of(tx: Tx, record_id: str) -> Iterator[int]:
    """The places of all entries that name the record, the newest first; fetched as far as the caller goes."""
    wanted = (
        select(_mention.c.idx, _mention.c.places)
        .where(_mention.c.record_id == record_id)
        .order_by(_mention.c.idx.desc())
    )
    held: list[int] = []  # of the rows met until now, negated: what a row ends with is its newest
    for row in _parts(tx, wanted):
        while held and -held[0] > row.idx:
            yield -heapq.heappop(held)
        for place in row.places:
            heapq.heappush(held, -place)
    while held:
        yield -heapq.heappop(held)


def _parts(tx: Tx, wanted: Select[Any]) -> Iterator[Any]:
    """The rows in larger and larger parts: most ask for few entries, and one row may hold thousands."""
    size, before = _FIRST, None
    while True:
        part = wanted if before is None else wanted.where(_mention.c.idx < before)
        rows = tx.execute(part.limit(size)).all()
        yield from rows
        if len(rows) < size:
            return
        size, before = min(2 * size, _PART), rows[-1].idx


def forget_places(tx: Connection, places: Collection[int]) -> None:
    """Take the entries at these places out of the index; what shares a row with one of them stays in it."""
    if not places:
        return
    gone, size = {*places}, ledger_checkpoint.c.size
    # Entries of one row are of one batch, so the last of them stands before its checkpoint.
    end = select(func.min(size)).where(size > max(gone)).scalar_subquery()
    touched = (
        select(named.c.record_id, named.c.last)
        .where(named.c.last >= min(gone), named.c.last < end, named.c.idx.in_(sorted(gone)))
        .distinct()
    )
    keys = [tuple(row) for row in tx.execute(touched)]
    key = tuple_(_mention.c.record_id, _mention.c.idx)
    for at in range(0, len(keys), _PART):
        of_part = key.in_(keys[at : at + _PART])
        rows = tx.execute(select(_mention).where(of_part)).mappings().all()
        tx.execute(delete(_mention).where(of_part))
        left = [(row, sorted({*row["places"]} - gone)) for row in rows]
        insert_many(tx, _mention, [{**row, "idx": kept[-1], "places": kept} for row, kept in left if kept])
