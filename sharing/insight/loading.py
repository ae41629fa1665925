"""Rows into tables in batches: each batch is one transaction with its own ledger entry.

A row's key is a digest of all that names it, so that the same row comes in once however often it is sent,
and an import that was killed is carried on by running it again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from foundation.database import Tx
from sharing.insight.readers.lines import Problem

#: Rows to a transaction: about a tenth of a second on SQLite, so that nobody who waits behind it notices.
BATCH = 2000


@dataclass(frozen=True)
class Importer:
    """On whose account figures come in, as the ledger names it."""

    user: str = "import"
    agency: str = "concordat"
    session: str = "command-line"


@dataclass(frozen=True)
class Kind:
    """One kind of row: its table, and the column in which a row may differ from the one that is held.

    `contradiction` says what is wrong when it differs; None means that a later edition replaces the value.
    """

    name: str
    table: Table
    compared: str
    contradiction: Callable[[Mapping[str, Any], Any], str] | None


@dataclass(frozen=True)
class Candidate:
    """A row that could go in: its line in the file, and its values without import and edition."""

    line: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Stamp:
    """What every row of one import carries."""

    edition: str
    imported_at: datetime
    import_id: str


@dataclass(frozen=True)
class Loaded:
    """What became of a batch."""

    new: int
    changed: int
    held: int
    problems: tuple[tuple[int, Problem], ...]


def key_of(*parts: str) -> str:
    """A digest of what names a row, 128 bits in hexadecimal."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Held:
    """What is held under a key: the compared value, and the edition it came in."""

    value: Any
    edition: str


def load_batch(
    tx: Tx, kind: Kind, batch: Sequence[Candidate], stamp: Stamp, *, seen: dict[str, Held] | None = None
) -> Loaded:
    """Sort a batch into new, changed, held and contradicting rows, and write the first two.

    With `seen`, a dry run, nothing is written; it carries from batch to batch what would be held by then.
    """
    held = _held(tx, kind, [each.values["key"] for each in batch]) | (seen or {})
    new: dict[str, Mapping[str, Any]] = {}
    changed: dict[str, Any] = {}
    problems: list[tuple[int, Problem]] = []
    for each in batch:
        key, value = each.values["key"], each.values[kind.compared]
        before = held.get(key)
        if before is None:
            new[key] = each.values
        elif value == before.value:
            continue
        elif kind.contradiction is not None:
            problems.append((each.line, Problem(kind.contradiction(each.values, before.value))))
            continue
        elif value is not None and stamp.edition > before.edition:
            changed[key] = value
        else:
            continue
        held[key] = Held(value, stamp.edition)
    if seen is None:
        _insert(tx, kind.table, list(new.values()), stamp)
        _replace(tx, kind, changed, stamp)
    else:
        seen.update(held)
    same = len(batch) - len(new) - len(changed) - len(problems)
    return Loaded(len(new), len(changed), same, tuple(problems))


def _held(tx: Tx, kind: Kind, keys: Sequence[str]) -> dict[str, Held]:
    columns = kind.table.c
    statement = select(columns.key, columns[kind.compared].label("value"), columns.edition)
    return {
        row.key: Held(row.value, row.edition) for row in tx.execute(statement.where(columns.key.in_(keys)))
    }


def _insert(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], stamp: Stamp) -> None:
    # Two imports of the same file at once meet here on PostgreSQL: the second finds the row and leaves it.
    if not rows:
        return
    make = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    statement = make(table).on_conflict_do_nothing(index_elements=["key"])
    tx.execute(statement, [{**row, **vars(stamp)} for row in rows])


def _replace(tx: Tx, kind: Kind, changed: Mapping[str, Any], stamp: Stamp) -> None:
    for key, value in changed.items():
        tx.execute(
            update(kind.table).where(kind.table.c.key == key).values({kind.compared: value, **vars(stamp)})
        )
