"""Entries that wait and cannot be placed are set apart, so that they hold up no other.

The portal writes none. Who wrote the row got past it; verification names it until somebody has looked at it
and taken it out of `ledger_set_apart`.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import LargeBinary, String, delete, insert, select, type_coerce

from foundation import clock
from foundation.database import Tx
from foundation.ledger.encoding.detail import LEAF_SIZE
from foundation.ledger.sealing import KEY_SIZE
from foundation.ledger.tables import ledger_detail, ledger_pending, ledger_set_apart

_log = logging.getLogger(__name__)

_PART = 500
_MOST = 2**31 - 1
_BYTES = ("leaf", "detail")


def set_apart(tx: Tx, limit: int) -> int:
    """Set apart those of the oldest that cannot be placed, and give how many they are.

    `limit` is that of the batch which failed. The caller keeps others from moving the same entries.
    """
    rows = [dict(row) for row in tx.execute(_as_they_stand(limit)).mappings()]
    known, count = _known(tx, [row["id"] for row in rows]), 0
    for row in rows:
        problem = _problem(row, known)
        if not problem:
            known.add(row["id"])
            continue
        tx.execute(insert(ledger_set_apart), {**row, "found_at": clock.now(), "problem": problem})
        tx.execute(delete(ledger_pending).where(ledger_pending.c.seq == row["seq"]))
        _log.error("An entry of the ledger cannot be placed and was set apart: %s: %s", row["seq"], problem)
        count += 1
    return count


def _as_they_stand(limit: int) -> Any:
    columns = [
        type_coerce(each, LargeBinary if each.name in _BYTES else String).label(each.name)
        for each in ledger_pending.c
        if each.name != "seq"
    ]
    number = ledger_pending.c.seq
    return select(number, *columns).order_by(number).limit(limit)


def _known(tx: Tx, ids: list[str]) -> set[str]:
    """Those of these ids that entries of the log have."""
    found, column = set[str](), ledger_detail.c.id
    for at in range(0, len(ids), _PART):
        found.update(tx.execute(select(column).where(column.in_(ids[at : at + _PART]))).scalars())
    return found


def _problem(row: Mapping[str, Any], known: set[str]) -> str:
    """Why the row has no place, or nothing."""
    if row["id"] in known:
        return "there is an entry of this id"
    if not all(isinstance(row[name], bytes) for name in _BYTES):
        return "its leaf or its detail is not in bytes"
    if len(row["leaf"]) != LEAF_SIZE or len(row["detail"]) <= KEY_SIZE:
        return "its leaf or its detail has not the length of one"
    return _problem_of_lists(row)


def _problem_of_lists(row: Mapping[str, Any]) -> str:
    try:
        lists = {name: _list(row[name]) for name in ("agencies", "sizes", "records", "owners", "subjects")}
    except (ValueError, TypeError, RecursionError):
        return "one of its lists cannot be read"
    for name, fits, unique in _LISTS:
        if not all(map(fits, lists[name])) or (unique and len({*lists[name]}) != len(lists[name])):
            return f"its list of {name} holds what none does"
    if len(lists["sizes"]) != len(lists["agencies"]) or row["agency"] not in lists["agencies"]:
        return "its agencies are not those that it concerns"
    return "" if len(lists["owners"]) in {0, len(lists["records"])} else "its owners are not of its records"


def _list(told: Any) -> list[Any]:
    found = orjson.loads(told)
    if not isinstance(found, list):
        raise TypeError("this is not a list")
    return found


def _word(most: int) -> Callable[[Any], bool]:
    # What is not printable holds a NUL or half of a pair, which PostgreSQL takes in no text.
    return lambda value: isinstance(value, str) and 0 < len(value) <= most and value.isprintable()


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST


#: Each list, what its elements are, as `foundation.ledger.placing` puts them into columns, and whether each
#: stands in it once.
_LISTS: Iterable[tuple[str, Callable[[Any], bool], bool]] = (
    ("agencies", _word(60), True),
    ("sizes", _is_number, False),
    ("records", _word(80), True),
    ("owners", _is_number, False),
    ("subjects", _word(32), True),
)
