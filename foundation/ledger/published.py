"""What of the log is the same for everybody: signed checkpoints, tiles, leaves, and proofs made of them.

Nothing here opens a detail. Pieces are given only up to what is signed, and never change once they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, func, select

from foundation.bulk import insert_many
from foundation.database import Tx
from foundation.errors import Missing
from foundation.ledger import logs
from foundation.ledger.encoding.checkpoint import Checkpoint, read_body
from foundation.ledger.encoding.note import split
from foundation.ledger.encoding.tiles import WIDTH, Piece, completed, entry_bundle, is_level, subtrees_in
from foundation.ledger.encoding.tree import Subtree, consistency_proof, inclusion_proof, root_of
from foundation.ledger.logs import LogSpan
from foundation.ledger.tables import ledger_checkpoint, ledger_cosignature, ledger_leaf, ledger_node

_NOTHING = "There is no such part of the ledger."
_NOT_BEGUN = "The ledger has signed nothing yet. Try again in a minute."


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint of one log; `seen` are the names of witnesses' keys, and when each saw it."""

    span: LogSpan
    checkpoint: Checkpoint
    at: datetime
    own_note: str  # with the log's own signatures
    lines: tuple[str, ...] = ()  # those of witnesses
    seen: tuple[tuple[str, datetime], ...] = ()

    @property
    def note(self) -> str:
        """The checkpoint with every signature."""
        return self.own_note + "".join(self.lines)

    @property
    def size(self) -> int:
        """How many leaves of its log it covers."""
        return self.checkpoint.size


def span_of(tx: Tx, number: int | None = None) -> LogSpan:
    """One log by its number, or the one that grows.

    Raises:
        Missing: if there is none, or nothing was sequenced yet.
    """
    found = logs.spans(tx)
    for span in reversed(found):
        if number in (None, span.number):
            return span
    raise Missing(_NOTHING if found else _NOT_BEGUN)


def newest_signed(tx: Tx, span: LogSpan) -> Signed | None:
    """The largest signed checkpoint of a log, with what witnesses said of it; None if there is none."""
    return _signed(tx, span, _of_log(span).order_by(ledger_checkpoint.c.size.desc()).limit(1))


def signed_at(tx: Tx, span: LogSpan, size: int) -> Signed:
    """The signed checkpoint of exactly that size.

    Raises:
        Missing: if there is none.
    """
    found = _signed(tx, span, _of_log(span).where(ledger_checkpoint.c.size == span.first + size))
    if found is None:
        raise Missing(_NOTHING)
    return found


def is_signed(tx: Tx, span: LogSpan, size: int) -> bool:
    """Whether there is a signed checkpoint of exactly that size."""
    table = ledger_checkpoint
    wanted = _of_log(span).where(table.c.size == span.first + size)
    return tx.execute(wanted).first() is not None


def signed_steps(tx: Tx, span: LogSpan, after: int, size: int, apart: int) -> list[int]:
    """Sizes of signed checkpoints between two others, each the first with `apart` more leaves."""
    table, first = ledger_checkpoint, span.first
    within = table.c.note.is_not(None), table.c.size > first + after, table.c.size < first + size
    step = (table.c.size - (first + after)) // apart
    found = tx.execute(select(func.min(table.c.size)).where(*within).group_by(step).having(step > 0))
    return sorted(place - first for place in found.scalars())


def newest_witnessed(tx: Tx, span: LogSpan, names: Sequence[str]) -> Signed | None:
    """The largest signed checkpoint that any of these witnesses has seen; None if there is none."""
    seen, table = ledger_cosignature, ledger_checkpoint
    sizes = select(seen.c.size).where(seen.c.witness.in_(names), seen.c.size > span.first)
    if span.end is not None:
        sizes = sizes.where(seen.c.size <= span.end)
    size = tx.execute(sizes.order_by(seen.c.size.desc()).limit(1)).scalar_one_or_none()
    return None if size is None else _signed(tx, span, _of_log(span).where(table.c.size == size))


def _of_log(span: LogSpan) -> Select[Any]:
    table = ledger_checkpoint
    wanted = select(table.c.size, table.c.at, table.c.note).where(
        table.c.note.is_not(None), table.c.size > span.first
    )
    return wanted if span.end is None else wanted.where(table.c.size <= span.end)


def _signed(tx: Tx, span: LogSpan, wanted: Select[Any]) -> Signed | None:
    row = tx.execute(wanted).one_or_none()
    if row is None:
        return None
    seen = ledger_cosignature
    lines = tx.execute(
        select(seen.c.witness, seen.c.at, seen.c.line).where(seen.c.size == row.size).order_by(seen.c.witness)
    ).all()
    seen_by = tuple((line.witness, line.at) for line in lines)
    checkpoint, signatures = read_body(split(row.note)[0]), tuple(line.line for line in lines)
    return Signed(span, checkpoint, row.at, row.note, signatures, seen_by)


def tile_of(tx: Tx, span: LogSpan, level: int, piece: Piece) -> bytes:
    """The bytes of a tile.

    Raises:
        Missing: if the signed tree has no such tile.
    """
    if not is_level(level):
        raise Missing(_NOTHING)
    _refuse_unsigned(tx, span, piece, level)
    return b"".join(hashes(tx, span, level, piece.number)[: piece.width])


def entries_of(tx: Tx, span: LogSpan, piece: Piece) -> bytes:
    """The bytes of a bundle of public leaves.

    Raises:
        Missing: if the signed tree has no such bundle.
    """
    _refuse_unsigned(tx, span, piece, 0)
    start = span.first + piece.number * WIDTH
    rows = tx.execute(_leaves(ledger_leaf.c.leaf, start, start + piece.width))
    return entry_bundle(rows.scalars())


def _refuse_unsigned(tx: Tx, span: LogSpan, piece: Piece, level: int) -> None:
    newest = newest_signed(tx, span)
    if newest is None or not piece.exists(newest.size, level):
        raise Missing(_NOTHING)


def proof_of_inclusion(tx: Tx, span: LogSpan, index: int, size: int) -> tuple[bytes, ...]:
    """The proof that the leaf at `index` is in the tree of `size` leaves of this log."""
    return tuple(inclusion_proof(index, size, subtree_of(tx, span)))


def proof_of_growth(tx: Tx, span: LogSpan, first: int, second: int) -> tuple[bytes, ...]:
    """The proof that the tree of `first` leaves grew into the tree of `second`; none is needed from zero."""
    return tuple(consistency_proof(first, second, subtree_of(tx, span))) if first else ()


def subtree_of(tx: Tx, span: LogSpan) -> Subtree:
    """The complete subtrees of a log, read tile by tile."""
    return subtrees_in(partial(hashes, tx, span))


def hashes(tx: Tx, span: LogSpan, level: int, number: int) -> list[bytes]:
    """The hashes of a tile, as many as there are, signed or not."""
    if level == 0:
        start = span.first + number * WIDTH
        end = start + WIDTH if span.end is None else min(start + WIDTH, span.end)
        return list(tx.execute(_leaves(ledger_leaf.c.hash, start, end)).scalars())
    table = ledger_node
    wanted = select(table.c.hash).where(
        table.c.log == span.number,
        table.c.level == level,
        table.c.number >= number * WIDTH,
        table.c.number < (number + 1) * WIDTH,
    )
    return list(tx.execute(wanted.order_by(table.c.number)).scalars())


def _leaves(column: Any, start: int, end: int) -> Select[Any]:
    place = ledger_leaf.c.idx
    return select(column).where(place >= start, place < end).order_by(place)


def complete_nodes(tx: Connection, span: LogSpan, size: int) -> None:
    """Keep the root of every tile that is whole once the log has `size` leaves, and was not kept before."""
    table = ledger_node
    newest = select(func.max(table.c.number)).where(table.c.log == span.number, table.c.level == 1)
    last = tx.execute(newest).scalar_one()
    before = 0 if last is None else (last + 1) * WIDTH
    for level, number in completed(size, before):
        root = root_of(hashes(tx, span, level, number))
        insert_many(tx, table, [{"log": span.number, "level": level + 1, "number": number, "hash": root}])
