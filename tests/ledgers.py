"""A ledger to test with: a database with its tables and guards, a data folder, and entries to fill it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Column, ColumnElement, LargeBinary, delete, insert, select, text, type_coerce

from foundation.database import Database, metadata
from foundation.ledger import tables
from foundation.ledger.append import Entry, Operation, View, append
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.sealing import Sealed, open_keys
from foundation.ledger.sequencer import sequence
from foundation.ledger.verify import Report, verify

AT = datetime(2026, 2, 17, 14, tzinfo=UTC)
AGENCIES = ("havering", "newham", "romford-bcrp")

TABLES = [
    tables.ledger_pending,
    tables.ledger_set_apart,
    tables.ledger_leaf,
    tables.ledger_detail,
    tables.ledger_key,
    tables.ledger_record_mention,
    tables.ledger_subject_mention,
    tables.ledger_agency_mention,
    tables.ledger_agency,
    tables.ledger_checkpoint,
    tables.ledger_cosignature,
    tables.ledger_signer,
    tables.ledger_node,
]


def make_tables(database: Database) -> None:
    """What the migration does for the ledger."""
    metadata.create_all(database.engine, TABLES)
    with database.transaction() as tx:
        for statement in tables.guard_statements(database.engine.dialect.name):
            tx.exec_driver_sql(statement)


def an_entry(number: int = 0, *, agency: str = "havering", **changes: object) -> Entry:
    """One consultation of two records, which concerns the reader's agency and one owner.

    Of every second one the owner reads a view of its own, of one of the records.
    """
    values: dict[str, object] = {
        "operation": Operation.CONSULTATION,
        "event": "sharing:record:read",
        "at": AT + timedelta(minutes=number),
        "actor": "officer-1",
        "agency": agency,
        "session": "5e55",
        "agencies": frozenset({agency, AGENCIES[number % 3]}),
        "records": (f"record-{number % 5}", "record-shared"),
        "detail": {"purpose": "running-the-partnership", "number": number},
    }
    owner = AGENCIES[number % 3]
    if number % 2 and owner != agency and "agencies" not in changes:
        view = View(owner, ("record-shared",))
        values |= {"agencies": frozenset({agency}), "views": (view,)}
    return Entry(**values | changes)


@dataclass
class Ledger:
    """One ledger under test."""

    database: Database
    data_dir: Path
    ids: list[str] = field(default_factory=list)

    def add(self, count: int = 1) -> list[str]:
        added = []
        for number in range(count):
            with self.database.transaction() as tx:
                added.append(append(tx, an_entry(len(self.ids) + number)))
        self.ids += added
        return added

    def sequence(self, limit: int = 4096) -> int:
        return sequence(self.database, self.data_dir, limit)

    def verify(self) -> Report:
        return verify(self.database, self.data_dir)

    def fill(self, batches: int = 6, seed: int = 1) -> None:
        """Several batches of several entries."""
        random = Random(seed)
        for _ in range(batches):
            self.add(random.randint(1, 6))
            self.sequence()

    def run(self, statement: str, **values: object) -> list[tuple]:
        """One statement behind the guards' back, as the database's owner could."""
        with self.database.transaction() as tx:
            found = tx.execute(text(statement), values)
            return [tuple(row) for row in found] if found.returns_rows else []

    def copy(self) -> dict[str, list[dict]]:
        """Every row of the ledger, to put back after a change."""
        with self.database.transaction() as tx:
            return {
                table.name: [dict(row._mapping) for row in tx.execute(select(*map(_as_kept, table.c)))]
                for table in TABLES
            }

    def put_back(self, rows: dict[str, list[dict]]) -> None:
        with self.database.transaction() as tx:
            for table in TABLES:
                tx.execute(delete(table))
                if rows[table.name]:
                    tx.execute(insert(table), rows[table.name])

    def drop_guards(self) -> None:
        if self.database.is_sqlite:
            for name in ("update", "delete", "replace"):
                self.run(f"DROP TRIGGER ledger_leaf_no_{name}")
        else:
            self.run("ALTER TABLE ledger_leaf DISABLE TRIGGER ALL")


def entries_waiting(database: Database) -> list[dict]:
    """Every entry that waits to be sequenced, oldest first, as its actor's own agency reads it."""
    with database.transaction() as tx:
        rows = tx.execute(select(tables.ledger_pending.c.detail).order_by(tables.ledger_pending.c.seq))
        return [json.loads(seen_by(row, None)) for row in rows.scalars()]


def _as_kept(column: Column) -> ColumnElement:
    """Sealed details as the bytes that lie there."""
    is_sealed = isinstance(column.type, Sealed)
    return type_coerce(column, LargeBinary).label(column.name) if is_sealed else column


def make_ledger(url: str, data_dir: Path) -> Ledger:
    database = Database(url)
    make_tables(database)
    open_keys(data_dir)
    return Ledger(database, data_dir)
