"""The rows of the log, in pages, as verification reads them: nothing of them is trusted."""

from typing import Any

from sqlalchemy import Select, String, func, select, type_coerce

from foundation.errors import Unavailable
from foundation.ledger.replay import Row
from foundation.ledger.sealing import unseal
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_key,
    ledger_leaf,
    ledger_pending,
    ledger_record_mention,
    ledger_set_apart,
    ledger_subject_mention,
)

PAGE = 1000
_COLUMNS = ("id", "at", "operation", "event", "actor", "agency")


def row_of(row: Any, erased: tuple[tuple[str, Any], ...] | None, found_by: tuple[str, ...]) -> Row:
    """One leaf of a page; `erased` are the agencies of an entry of which nothing else is left."""
    leaf = row.idx, row.leaf, row.hash, row.chain
    if erased is not None:
        return Row(*leaf, erased=erased, found_by=found_by)
    if row.detail is None or row.key is None:
        return Row(*leaf, problem="is missing")
    try:
        detail, nonce = unseal(row.key, row.detail)
    except Unavailable:
        return Row(*leaf, problem="cannot be opened")
    columns = {name: getattr(row, name) for name in _COLUMNS}
    return Row(*leaf, nonce, detail, columns, found_by=found_by)


def extent() -> Select[Any]:
    """How far everything reaches, in one statement so that it is of one moment."""
    return select(
        select(func.max(ledger_checkpoint.c.size)).scalar_subquery().label("size"),
        select(func.max(ledger_leaf.c.idx)).scalar_subquery().label("leaf"),
        select(func.max(ledger_detail.c.idx)).scalar_subquery().label("detail"),
        select(func.max(ledger_key.c.idx)).scalar_subquery().label("key"),
        select(func.max(ledger_record_mention.c.idx)).scalar_subquery().label("record"),
        select(func.max(ledger_agency_mention.c.idx)).scalar_subquery().label("agency"),
        select(func.max(ledger_subject_mention.c.idx)).scalar_subquery().label("subject"),
        select(func.count()).select_from(ledger_pending).scalar_subquery().label("pending"),
        select(func.count()).select_from(ledger_set_apart).scalar_subquery().label("set_apart"),
    )


def page(start: int, end: int) -> Select[Any]:
    """The next leaves from `start` on, before `end`, each with what is kept of its entry."""
    leaf, detail, key = ledger_leaf.c, ledger_detail.c, ledger_key.c
    beside = [detail[name] for name in _COLUMNS if name != "at"]
    joined = ledger_leaf.outerjoin(ledger_detail, leaf.idx == detail.idx)
    return (
        select(leaf.idx, leaf.leaf, leaf.hash, leaf.chain, key.key, detail.detail, *beside)
        .add_columns(type_coerce(detail.at, String).label("at"))  # as it stands: it may be no moment at all
        .select_from(joined.outerjoin(ledger_key, leaf.idx == key.idx))
        .where(leaf.idx >= start, leaf.idx < end)
        .order_by(leaf.idx)
        .limit(PAGE)
    )


def references_between(first: int, last: int) -> Select[Any]:
    """The rows of the index of subjects of these entries, the last among them."""
    mention = ledger_subject_mention.c
    return select(mention.idx, mention.reference).where(mention.idx.between(first, last))
