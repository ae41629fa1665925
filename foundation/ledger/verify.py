"""Checking the whole log: every leaf from its detail, every checkpoint, every manifest, every index row.

It reads in pages and holds no lock, so that it can run beside the server; what is added meanwhile is left
out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Select, String, func, select, tuple_, type_coerce

from foundation.database import Database
from foundation.errors import Misconfigured
from foundation.ledger.checkpoint import Checkpoint, read_note
from foundation.ledger.custody import KEY_FILE, Anchor, open_key, read_anchor
from foundation.ledger.note import Verifier
from foundation.ledger.replay import BadLogError, Mentions, Replay, Row
from foundation.ledger.tables import (
    ledger_agency,
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_leaf,
    ledger_pending,
    ledger_record_mention,
)

_PAGE = 1000
_LOWEST = -(2**63)
_COLUMNS = ("id", "at", "operation", "event", "actor", "agency")


@dataclass(frozen=True)
class Report:
    """What was found. `first_bad` is the first index that is not as it was written, if one can be named."""

    good: bool
    entries: int
    leaves: int
    pending: int
    signed: int
    root: bytes
    first_bad: int | None = None
    problem: str = ""


def verify(database: Database, data_dir: Path) -> Report:
    """Check the log against itself, and against the key and the anchor in the data folder.

    Raises:
        Misconfigured: if the data folder holds no key of a ledger.
        Unavailable: if the database cannot be reached.
    """
    if not (data_dir / KEY_FILE).exists():
        raise Misconfigured(f"{data_dir} holds no key of a ledger. Give the data folder of the server.")
    verifier, anchor = open_key(data_dir).verifier, read_anchor(data_dir)
    walk = _Walk(database, verifier)
    bad = None
    try:
        walk.check(anchor)
    except BadLogError as error:
        bad = error
    return Report(
        good=bad is None,
        entries=walk.replay.entries,
        leaves=walk.replay.size,
        pending=walk.pending,
        signed=walk.signed,
        root=walk.replay.frontier.root(),
        first_bad=bad.index if bad else None,
        problem=bad.problem if bad else "",
    )


class _Walk:
    """One pass over the log, in pages of a transaction each."""

    def __init__(self, database: Database, verifier: Verifier) -> None:
        self._database = database
        self._verifier = verifier
        self.replay = Replay()
        self.pending = 0
        self.signed = 0  # size of the largest signed checkpoint that was good

    def check(self, anchor: Anchor) -> None:
        if anchor.origin != self._verifier.name:
            raise BadLogError(None, "the key and the anchor are of two ledgers")
        extent = self._one(_extent())
        self.pending, size = extent.pending, extent.size or 0
        self._go_through(size, anchor)
        if size < anchor.size:
            raise BadLogError(size, f"the ledger signed {anchor.size} leaves, and this database holds {size}")
        for name in ("leaf", "detail", "record", "agency"):
            last = getattr(extent, name)
            if last is not None and last >= size:
                raise BadLogError(
                    size, f"there is something of an entry at {last}, after the last checkpoint"
                )
        self._check_agencies(size)
        self._check_mentions(ledger_record_mention.c.record_id, self.replay.of_record, size)
        self._check_mentions(ledger_agency_mention.c.agency, self.replay.of_agency, size)

    def _go_through(self, size: int, anchor: Anchor) -> None:
        rows = self._rows(size)
        for checkpoint in self._checkpoints(size):
            while self.replay.size < checkpoint.size:
                row = next(rows, None)
                if row is None:
                    raise BadLogError(self.replay.size, f"there is no leaf at {self.replay.size}")
                self.replay.take(row)
            self.replay.meet(checkpoint.size, checkpoint.root, checkpoint.frontier, checkpoint.chain)
            self._check_note(checkpoint)
            if checkpoint.size == anchor.size and checkpoint.root != anchor.root:
                raise BadLogError(None, f"the ledger signed another root for {anchor.size} leaves")

    def _check_note(self, row: Any) -> None:
        if row.note is None:
            return
        try:
            found = read_note(row.note, self._verifier)
        except (ValueError, TypeError) as error:
            raise BadLogError(None, f"the signed checkpoint of {row.size} is not good: {error}") from error
        if found != Checkpoint(self._verifier.name, row.size, row.root):
            raise BadLogError(self.signed, f"the leaves before {row.size} are not those that were signed")
        self.signed = row.size

    def _check_agencies(self, size: int) -> None:
        """Refuse a wrong starting point for the next manifests. Skipped where the log has grown meanwhile."""
        table = ledger_agency
        with self._database.transaction() as tx:
            rows = tx.execute(select(table.c.agency, table.c.entries, table.c.frontier)).all()
            grown = tx.execute(select(func.max(ledger_checkpoint.c.size))).scalar_one()
        found = {row.agency: (row.entries, row.frontier) for row in rows}
        expected = {name: (own.size, own.packed()) for name, own in self.replay.agencies.items()}
        if grown in (None, size) and found != expected:
            raise BadLogError(None, "where the next manifests go on from is not where the last ones ended")

    def _check_mentions(self, name: "Column[Any]", mentions: Mentions, size: int) -> None:
        table = name.table
        place: tuple[str, int] = ("", -1)
        while rows := self._all(
            select(name, table.c.idx)
            .where(tuple_(name, table.c.idx) > place)
            .order_by(name, table.c.idx)
            .limit(_PAGE)
        ):
            for row in rows:
                if row.idx < size:
                    mentions.find(row.idx, row[0])
            place = (rows[-1][0], rows[-1].idx)
        wrong = mentions.first_wrong()
        if wrong is not None:
            raise BadLogError(wrong, f"the index rows of the entry at {wrong} are not those of its detail")

    def _rows(self, size: int) -> Iterator[Row]:
        start = _LOWEST  # an index below zero is met first, and refused
        while rows := self._all(_page(start, size)):
            for row in rows:
                columns = {name: getattr(row, name) for name in _COLUMNS}
                yield Row(row.idx, row.leaf, row.hash, row.chain, row.nonce, row.detail, columns)
            start = rows[-1].idx + 1

    def _checkpoints(self, size: int) -> Iterator[Any]:
        table = ledger_checkpoint
        start = -1
        wanted = select(table.c.size, table.c.root, table.c.frontier, table.c.chain, table.c.note)
        while rows := self._all(
            wanted.where(table.c.size > start, table.c.size <= size).order_by(table.c.size).limit(_PAGE)
        ):
            yield from rows
            start = rows[-1].size

    def _all(self, statement: Select[Any]) -> list[Any]:
        with self._database.transaction() as tx:
            return list(tx.execute(statement).all())

    def _one(self, statement: Select[Any]) -> Any:
        with self._database.transaction() as tx:
            return tx.execute(statement).one()


def _extent() -> Select[Any]:
    """How far everything reaches, in one statement so that it is of one moment."""
    return select(
        select(func.max(ledger_checkpoint.c.size)).scalar_subquery().label("size"),
        select(func.max(ledger_leaf.c.idx)).scalar_subquery().label("leaf"),
        select(func.max(ledger_detail.c.idx)).scalar_subquery().label("detail"),
        select(func.max(ledger_record_mention.c.idx)).scalar_subquery().label("record"),
        select(func.max(ledger_agency_mention.c.idx)).scalar_subquery().label("agency"),
        select(func.count()).select_from(ledger_pending).scalar_subquery().label("pending"),
    )


def _page(start: int, size: int) -> Select[Any]:
    leaf, detail = ledger_leaf.c, ledger_detail.c
    beside = [detail[name] for name in _COLUMNS if name != "at"]
    return (
        select(leaf.idx, leaf.leaf, leaf.hash, leaf.chain, detail.nonce, detail.detail, *beside)
        .add_columns(type_coerce(detail.at, String).label("at"))  # as it stands: it may be no moment at all
        .select_from(ledger_leaf.outerjoin(ledger_detail, leaf.idx == detail.idx))
        .where(leaf.idx >= start, leaf.idx < size)
        .order_by(leaf.idx)
        .limit(_PAGE)
    )
