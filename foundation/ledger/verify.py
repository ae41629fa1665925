"""Checking the whole log: every leaf from its detail, every checkpoint, every manifest, every index row.

It reads in pages and holds no lock, so that it can run beside the server; what is added meanwhile is left
out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Select, String, Table, func, select, tuple_, type_coerce
from sqlalchemy.exc import DBAPIError

from foundation.database import Database, JsonText
from foundation.errors import Misconfigured
from foundation.ledger import logs
from foundation.ledger.custody import KEY_FILE, Anchor, open_key, read_anchor
from foundation.ledger.encoding.checkpoint import Checkpoint, read_note
from foundation.ledger.encoding.cosignature import cosigned_at
from foundation.ledger.encoding.note import Kind, Verifier, split
from foundation.ledger.encoding.succession import read_succession
from foundation.ledger.encoding.tiles import WIDTH
from foundation.ledger.encoding.tree import root_of
from foundation.ledger.erasing import Accounted, accounted_for
from foundation.ledger.logs import LogSpan
from foundation.ledger.replay import BadLogError, Mentions, Replay, Row, concerned_by, named_by
from foundation.ledger.rows import PAGE, extent, page, references_between, row_of
from foundation.ledger.tables import (
    ledger_agency,
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_node,
    ledger_record_mention,
)

_LOWEST = -(2**63)


@dataclass(frozen=True)
class Report:
    """What was found, over all logs; `signed` and `root` are of the one that grows.

    `first_bad` is the first place that is not as it was written, if one can be named. `lost` tells of each
    restore: how many leaves a log had signed that are no more.
    """

    good: bool
    entries: int
    leaves: int
    pending: int
    signed: int
    root: bytes
    first_bad: int | None = None
    problem: str = ""
    erased: int = 0
    lost: tuple[int, ...] = ()


def verify(database: Database, data_dir: Path) -> Report:
    """Check the log against itself, and against the key and the anchor in the data folder.

    A row that the database itself cannot read out is bad, as any other that was not written by the ledger.

    Raises:
        Misconfigured: if the data folder holds no key of a ledger.
        Unavailable: if the database cannot be reached.
    """
    if not (data_dir / KEY_FILE).exists():
        raise Misconfigured(f"{data_dir} holds no key of a ledger. Give the data folder of the server.")
    walk = Walk(database, open_key(data_dir).verifier)
    anchor = read_anchor(data_dir)
    bad = None
    try:
        walk.check(anchor)
    except BadLogError as error:
        bad = error
    except DBAPIError as error:  # the database is there, and cannot give what a row holds
        bad = BadLogError(None, f"a row of the ledger cannot be read: {error.orig}")
    return Report(
        good=bad is None,
        entries=walk.entries + walk.replay.entries,
        leaves=walk.replay.place,
        pending=walk.pending,
        signed=walk.signed,
        root=walk.replay.frontier.root(),
        first_bad=bad.index if bad else None,
        problem=walk.said(bad) if bad else "",
        erased=walk.erased + walk.replay.erased,
        lost=tuple(walk.lost),
    )


class Walk:
    """One pass over all logs, in pages of a transaction each."""

    def __init__(self, database: Database, verifier: Verifier) -> None:
        self._database = database
        self._verifier = verifier
        self.replay = Replay()
        self.entries = self.erased = 0  # of the logs before this one
        self.pending = 0
        self.signed = 0  # size of the largest signed checkpoint that was good
        self.lost: list[int] = []
        self._spans: list[LogSpan] = []
        self._erased = Accounted(())
        self._agencies: list[str] = []
        self._met_anchor = False

    def said(self, bad: BadLogError) -> str:
        """What is wrong, with the index as partners count it where that is another."""
        span = next((each for each in self._spans[1:] if (bad.index or 0) >= each.first), None)
        if span is None or bad.index is None:
            return bad.problem
        return f"{bad.problem} (index {bad.index - span.first} of log {span.number})"

    def check(self, anchor: Anchor) -> None:
        """Go through everything.

        Raises:
            BadLogError: at the first thing that is not as it was written.
        """
        if anchor.origin != self._verifier.name:
            raise BadLogError(None, "the key and the anchor are of two ledgers")
        reached = self._one(extent())
        self.pending, size = reached.pending, reached.size or 0
        self._check_reigns()
        self._erased = self._accounted()
        for span in self._spans:
            self._go_through(span, size if span.end is None else span.end, anchor)
        self._check_end(reached, size, anchor)
        self._check_agencies(size)
        self._check_mentions(ledger_record_mention, named_by, self.replay.of_record, size)
        self._check_mentions(ledger_agency_mention, concerned_by, self.replay.of_agency, size)
        if reached.set_apart:
            raise BadLogError(
                None, f"entries that could not be placed: {reached.set_apart}, in ledger_set_apart"
            )

    def _check_reigns(self) -> None:
        """Each key was handed over to by the one before it, or the new one says that the old was lost."""
        with self._database.transaction() as tx:
            found = logs.reigns(tx)
        own = (logs.Reign(1, 1, 0, self._verifier, None, None),)
        self._spans = logs.spans_of(found) or [LogSpan(1, 0, None, own)]
        if found and found[-1].verifier != self._verifier:
            raise BadLogError(None, "another key signs this ledger than the one in the data folder")
        for old, new in pairwise(found):
            try:
                told, _ = read_succession(new.note or "")
            except ValueError as error:
                raise BadLogError(None, f"how key {new.number} took over is not good: {error}") from error
            if (told.old, told.new) != (old.verifier, new.verifier):
                raise BadLogError(None, f"key {new.number} took over from another key than the one before it")
            if new.log != old.log:
                self.lost.append(told.last - told.kept)

    def _check_end(self, reached: Any, size: int, anchor: Anchor) -> None:
        own = size - self._spans[-1].first
        if anchor.size and not self._met_anchor and own >= anchor.size:
            raise BadLogError(None, f"no checkpoint has the {anchor.size} leaves that the ledger signed last")
        if own < anchor.size:
            raise BadLogError(size, f"the ledger signed {anchor.size} leaves, and this database holds {own}")
        for name in ("leaf", "detail", "key", "record", "agency", "subject"):
            last = getattr(reached, name)
            if last is not None and last >= size:
                raise BadLogError(
                    size, f"there is something of an entry at {last}, after the last checkpoint"
                )

    def _go_through(self, span: LogSpan, end: int, anchor: Anchor) -> None:
        if span.first:
            self.entries += self.replay.entries
            self.erased += self.replay.erased
            self.signed = 0
            shared = self.replay.of_record, self.replay.of_agency
            self.replay = Replay(span.first, of_record=shared[0], of_agency=shared[1])
        rows = self._rows(span.first, end)
        for checkpoint in self._checkpoints(span.first, end):
            while self.replay.place < checkpoint.size:
                row = next(rows, None)
                if row is None:
                    raise BadLogError(self.replay.place, f"there is no leaf at {self.replay.place}")
                self.replay.take(row)
            size = checkpoint.size - span.first
            self.replay.meet(size, checkpoint.root, checkpoint.frontier, checkpoint.chain)
            self._check_note(span, size, checkpoint)
            if span.end is None and size == anchor.size:
                self._met_anchor = True
                if checkpoint.root != anchor.root:
                    raise BadLogError(None, f"the ledger signed another root for {anchor.size} leaves")
        if self.replay.place != end:
            raise BadLogError(self.replay.place, f"there is no checkpoint after {self.replay.place}")
        self._check_nodes(span)

    def _check_note(self, span: LogSpan, size: int, row: Any) -> None:
        if row.note is None:
            return
        try:
            found, at = _read_by_any(row.note, span.verifiers)
        except (ValueError, TypeError, OverflowError, OSError) as error:
            raise BadLogError(None, f"the signed checkpoint of {size} is not good: {error}") from error
        if found != Checkpoint(span.origin, size, row.root):
            begun = span.first + self.signed
            raise BadLogError(begun, f"the leaves before {row.size} are not those that were signed")
        if str(row.at)[:19] != at:
            raise BadLogError(None, f"the checkpoint of {size} was signed at another time than it says")
        self.signed = size

    def _check_nodes(self, span: LogSpan) -> None:
        expected, level = self.replay.nodes, 1
        while expected:
            table = ledger_node
            wanted = select(table.c.hash).where(
                table.c.log == span.number, table.c.level == level, table.c.number < len(expected)
            )
            found = [row.hash for row in self._all(wanted.order_by(table.c.number))]
            if found != expected:
                raise BadLogError(None, f"the kept hashes of level {level} are not those of the leaves")
            whole = range(len(expected) // WIDTH)
            expected = [root_of(expected[each * WIDTH : (each + 1) * WIDTH]) for each in whole]
            level += 1

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

    def _check_mentions(
        self, table: Table, told: Callable[[Any], Iterator[tuple[int, str]]], mentions: Mentions, size: int
    ) -> None:
        key = tuple(table.primary_key)
        # What is to be JSON is taken as it stands: it may be none.
        as_kept = [type_coerce(each, String) if isinstance(each.type, JsonText) else each for each in table.c]
        wanted = select(*as_kept).order_by(*key).limit(PAGE)
        place: tuple[str, int] = ("", -1)
        while rows := self._all(wanted.where(tuple_(*key) > place)):
            for row in rows:
                if row.idx < size:
                    for index, name in told(row):
                        mentions.find(index, name)
            place = (rows[-1][0], rows[-1].idx)
        wrong = mentions.first_wrong()
        if wrong is not None:
            raise BadLogError(wrong, f"the index rows of the entry at {wrong} are not those of its detail")

    def _rows(self, first: int, end: int) -> Iterator[Row]:
        start = first or _LOWEST  # a place below zero is met first, and refused
        while rows := self._all(page(start, end)):
            gone = [row.idx for row in rows if row.detail is None and row.key is None]
            if any(place not in self._erased for place in gone):
                self._erased = self._accounted()  # it may have been erased since
            erased = {place for place in gone if place in self._erased}
            agencies = self._agencies_between(min(erased), max(erased)) if erased else {}
            about = self._references_between(start, rows[-1].idx)
            nowhere = min(about.keys() - {row.idx for row in rows}, default=None)
            if nowhere is not None:
                raise BadLogError(nowhere, f"the index names a subject at {nowhere}, where no entry is")
            for row in rows:
                concerned = tuple(agencies.get(row.idx, ())) if row.idx in erased else None
                yield row_of(row, concerned, tuple(about.get(row.idx, ())))
            start = rows[-1].idx + 1

    def _references_between(self, first: int, last: int) -> dict[int, list[str]]:
        """By which references the index of subjects finds these entries."""
        found: dict[int, list[str]] = {}
        for row in self._all(references_between(first, last)):
            found.setdefault(row.idx, []).append(row.reference)
        return found

    def _agencies_between(self, first: int, last: int) -> dict[int, list[tuple[str, Any]]]:
        """Whom the entries concern whose details are gone. By agency, as the table is kept."""
        table = ledger_agency_mention
        found: dict[int, list[tuple[str, Any]]] = {}
        if not self._agencies:
            self._agencies = [row.agency for row in self._all(select(table.c.agency).distinct())]
        for agency in sorted(self._agencies):
            wanted = select(table.c.idx, table.c.size).where(table.c.agency == agency)
            for row in self._all(wanted.where(table.c.idx.between(first, last))):
                found.setdefault(row.idx, []).append((agency, row.size))
        return found

    def _accounted(self) -> Accounted:
        with self._database.transaction() as tx:
            return accounted_for(tx)

    def _checkpoints(self, first: int, end: int) -> Iterator[Any]:
        table = ledger_checkpoint
        start = first or -1
        as_kept = type_coerce(table.c.at, String).label("at")  # it may be no moment at all
        wanted = select(table.c.size, table.c.root, table.c.frontier, table.c.chain, table.c.note, as_kept)
        while rows := self._all(
            wanted.where(table.c.size > start, table.c.size <= end).order_by(table.c.size).limit(PAGE)
        ):
            yield from rows
            start = rows[-1].size

    def _all(self, statement: Select[Any]) -> list[Any]:
        with self._database.transaction() as tx:
            return list(tx.execute(statement).all())

    def _one(self, statement: Select[Any]) -> Any:
        with self._database.transaction() as tx:
            return tx.execute(statement).one()


def _read_by_any(note: str, verifiers: tuple[Verifier, ...]) -> tuple[Checkpoint, str]:
    """The checkpoint from a note that one of the keys has signed, and when: UTC to the second, as text.

    Raises:
        ValueError: if none has, or one of them badly, or it does not say when.
    """
    _, signatures = split(note)
    known = [each for each in verifiers if any(line.is_of(each) for line in signatures)]
    if not known:
        raise ValueError("the note does not carry the signature of a key of this log")
    read = [read_note(note, each) for each in known]
    timed = [cosigned_at(note, replace(each, kind=Kind.COSIGNATURE)) for each in known]
    at = max(each for each in timed if each is not None)
    return read[0], f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}"
