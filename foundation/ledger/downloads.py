"""What an agency takes home: a bundle of all that concerns it, and the receipt of one entry.

A bundle is planned in one transaction and then written page by page, each in a short one of its own, so that
a long download holds nobody up. Its bytes are the same each time it is asked for with the same plan, so that
a download that broke off can go on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select

from foundation.database import Database, Tx
from foundation.errors import Conflict, Missing, Unavailable
from foundation.ledger import logs
from foundation.ledger.encoding import bundle
from foundation.ledger.encoding.batch import MANIFEST, own_hash
from foundation.ledger.encoding.detail import LEAF_SIZE, NONCE_SIZE
from foundation.ledger.encoding.kept import taken_home
from foundation.ledger.encoding.tiles import subtrees_in
from foundation.ledger.encoding.tree import Frontier
from foundation.ledger.erasing import told_later
from foundation.ledger.logs import LogSpan
from foundation.ledger.published import (
    Signed,
    hashes,
    newest_signed,
    newest_witnessed,
    signed_at,
)
from foundation.ledger.sealing import SEAL_OVERHEAD, unseal
from foundation.ledger.tables import (
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_key,
    ledger_leaf,
)

_PAGE = 500
_NO_ENTRY = "There is no such entry."
_NOT_YET = "The entry is not signed yet. Try again in a minute."


@dataclass(frozen=True)
class LogPart:
    """One log's part of a bundle: its checkpoint, where it begins, and the indices of what is the agency's.

    `entries` are in order and include those that were erased since; `count` is the index of the newest count,
    `opening` that of how the log began, where it did not begin from nothing.
    """

    agency: str
    signed: Signed
    before: Frontier
    counted: Frontier
    entries: tuple[int, ...]
    erased: frozenset[int]
    count: int | None
    opening: int | None

    @property
    def mine(self) -> list[int]:
        """Every index whose content is in the bundle, in order."""
        beside = [each for each in (self.count, self.opening) if each is not None]
        return sorted({*self.entries, *beside})


@dataclass(frozen=True)
class Plan:
    """A bundle before it is written. `length` is its number of bytes, `tag` names exactly these bytes."""

    agency: str
    head: str
    parts: tuple[LogPart, ...]
    length: int
    tag: str

    @property
    def entries(self) -> int:
        """How many of the agency's entries it holds."""
        return sum(len(part.entries) for part in self.parts)

    @property
    def size(self) -> int:
        """How many leaves the newest log has in it."""
        return self.parts[-1].signed.size


def plan_bundle(tx: Tx, agency: str, *, size: int = 0, after: int = 0, witnesses: Sequence[str] = ()) -> Plan:
    """What a bundle of the agency will hold, up to a signed checkpoint of the log that grows.

    Without `size` it is the newest that one of the witnesses has seen, or else the newest. With `after`, the
    size of an earlier checkpoint of the same log, only what came since: it goes on from that bundle.

    Raises:
        Missing: if there is no such signed checkpoint.
        Conflict: if details were erased of which entries tell only after it.
    """
    spans = logs.spans(tx)
    if not spans:
        raise Missing("The ledger has signed nothing yet. Try again in a minute.")
    last = spans[-1]
    signed = signed_at(tx, last, size) if size else newest_offered(tx, last, witnesses)
    if after > signed.size:
        raise Missing("There is no such part of the ledger.")
    parts = [] if after else [_whole_part(tx, span, agency) for span in spans[:-1]]
    earlier = [part for part in parts if part]
    planned = [*earlier, _part(tx, signed, agency, after)]
    if not size and _told_later(tx, planned):
        planned = [*earlier, _part(tx, newest_offered(tx, last, ()), agency, after)]
    if _told_later(tx, planned):
        raise Conflict("Details were erased since. Take the newest download, in a minute.")
    notes = [each.note for span in spans for each in span.reigns if each.note]
    head = bundle.head(agency, notes)
    length = len(head.encode()) + sum(_length(tx, part) for part in planned) + len(bundle.end("0" * 64))
    return Plan(agency, head, tuple(planned), length, _tag(head, planned))


def newest_offered(tx: Tx, span: LogSpan, witnesses: Sequence[str]) -> Signed:
    """The newest signed checkpoint that a witness has seen, or the newest of all.

    Raises:
        Missing: if nothing is signed yet.
    """
    found = newest_witnessed(tx, span, witnesses) if witnesses else None
    found = found or newest_signed(tx, span)
    if found is None:
        raise Missing("The ledger has signed nothing yet. Try again in a minute.")
    return found


def write_bundle(database: Database, plan: Plan) -> Iterator[bytes]:
    """The bytes of the bundle, in parts of some hundred lines.

    Raises:
        Conflict: if details were erased since it was planned, so that it has to be asked for again.
    """
    digest = sha256()
    for part in _before_the_end(database, plan):
        digest.update(part)
        yield part
    yield bundle.end(digest.hexdigest()).encode()


def _before_the_end(database: Database, plan: Plan) -> Iterator[bytes]:
    yield plan.head.encode()
    for part in plan.parts:
        span, signed = part.signed.span, part.signed
        yield bundle.log_head(span.number, signed.note, part.before, part.counted).encode()
        subtree = subtrees_in(partial(_tile, database, span))
        lines = bundle.tree_lines(part.mine, part.before.size, signed.size, subtree)
        yield from _joined(lines)
        yield from _joined(_contents(database, part))


def _joined(lines: Iterator[str]) -> Iterator[bytes]:
    kept: list[str] = []
    for line in lines:
        kept.append(line)
        if len(kept) == _PAGE:
            yield "".join(kept).encode()
            kept.clear()
    yield "".join(kept).encode()


def _tile(database: Database, span: LogSpan, level: int, number: int) -> list[bytes]:
    with database.reading() as tx:
        return hashes(tx, span, level, number)


def _contents(database: Database, part: LogPart) -> Iterator[str]:
    mine, first = part.mine, part.signed.span.first
    for at in range(0, len(mine), _PAGE):
        page = mine[at : at + _PAGE]
        places = [first + index for index in page]
        with database.reading() as tx:
            sealed = {row.idx: row for row in tx.execute(_sealed(places, part.agency))}
            leaves = {row.idx: row.leaf for row in tx.execute(_leaves(places))} if part.erased else {}
        for index in page:
            row = sealed.get(first + index)
            if index in part.erased:
                yield bundle.erased_line(index, leaves[first + index])
            elif row is None:
                raise Conflict("Details were erased meanwhile. Start the download again.")
            else:
                yield bundle.content_line(_kind(part, index), index, *_opened(row, part.agency))


def _opened(row: Any, agency: str) -> tuple[bytes, str]:
    """Opening and detail; of one that does not open something as long, which the check then points at."""
    size = len(row.detail) - SEAL_OVERHEAD + bundle.opening_size() if row.size is None else row.size
    try:
        opening, detail = taken_home(*unseal(row.key, row.detail), agency)
        found = len(detail.encode()) + bundle.opened_size(opening)
    except (Unavailable, ValueError):
        found = -1
    return (opening, detail) if found == size else (bytes(NONCE_SIZE), "?" * (size - bundle.opening_size()))


def _kind(part: LogPart, index: int) -> str:
    return {part.count: "count", part.opening: "opening"}.get(index, "entry")


def _sealed(places: Sequence[int], agency: str) -> Select[Any]:
    """What is kept of these places; `size`, of what the agency takes home, is None for the log's own."""
    detail, key, mention = ledger_detail.c, ledger_key.c, ledger_agency_mention.c
    joined = ledger_detail.join(ledger_key, detail.idx == key.idx).outerjoin(
        ledger_agency_mention, (mention.idx == detail.idx) & (mention.agency == agency)
    )
    wanted = select(detail.idx, detail.detail, key.key, mention.size).select_from(joined)
    return wanted.where(detail.idx.in_(places))


def _leaves(places: Sequence[int]) -> Select[Any]:
    return select(ledger_leaf.c.idx, ledger_leaf.c.leaf).where(ledger_leaf.c.idx.in_(places))


def _whole_part(tx: Tx, span: LogSpan, agency: str) -> LogPart | None:
    """A log that has ended, up to the last checkpoint that was signed of what is left of it."""
    signed = newest_signed(tx, span)
    return None if signed is None else _part(tx, signed, agency, 0)


def _part(tx: Tx, signed: Signed, agency: str, after: int) -> LogPart:
    span, table = signed.span, ledger_agency_mention
    start, end = span.first + after, span.first + signed.size
    places = select(table.c.idx).where(table.c.agency == agency, table.c.idx >= start, table.c.idx < end)
    entries = [place - span.first for place in tx.execute(places.order_by(table.c.idx)).scalars()]
    kept = ledger_detail.join(table, ledger_detail.c.idx == table.c.idx)
    with_detail = (
        select(table.c.idx)
        .select_from(kept)
        .where(table.c.agency == agency, table.c.idx >= start, table.c.idx < end)
    )
    held = {place - span.first for place in tx.execute(with_detail).scalars()}
    before, counted = _standing(tx, span, agency, after) if after else (Frontier(), Frontier())
    return LogPart(
        agency=agency,
        signed=signed,
        before=before,
        counted=counted,
        entries=tuple(entries),
        erased=frozenset(entries) - held,
        count=_newest_count(tx, agency, start, end, span.first),
        opening=0 if span.number > 1 and not after else None,
    )


def _told_later(tx: Tx, parts: Sequence[LogPart]) -> bool:
    gone = [part.signed.span.first + index for part in parts for index in part.erased]
    newest = parts[-1].signed
    return bool(gone) and told_later(tx, parts[-1].agency, gone, newest.span.first + newest.size)


def _newest_count(tx: Tx, agency: str, start: int, end: int, first: int) -> int | None:
    detail = ledger_detail.c
    wanted = select(func.max(detail.idx)).where(
        detail.operation == MANIFEST, detail.agency == agency, detail.idx >= start, detail.idx < end
    )
    place = tx.execute(wanted).scalar_one()
    return None if place is None else place - first


def _standing(tx: Tx, span: LogSpan, agency: str, after: int) -> tuple[Frontier, Frontier]:
    """The log's tree and the agency's own at an earlier checkpoint.

    Raises:
        Missing: if there is no such checkpoint.
    """
    table, mention = ledger_checkpoint, ledger_agency_mention
    packed = tx.execute(
        select(table.c.frontier).where(table.c.size == span.first + after)
    ).scalar_one_or_none()
    if packed is None:
        raise Missing("There is no such part of the ledger.")
    joined = ledger_leaf.join(mention, ledger_leaf.c.idx == mention.c.idx)
    own = (
        select(ledger_leaf.c.idx, ledger_leaf.c.leaf)
        .select_from(joined)
        .where(mention.c.agency == agency, mention.c.idx >= span.first, mention.c.idx < span.first + after)
    )
    rows = tx.execute(own.order_by(mention.c.idx))
    counted = Frontier().extended(own_hash(row.idx - span.first, row.leaf) for row in rows)
    return Frontier.unpacked(after, packed), counted


def _length(tx: Tx, part: LogPart) -> int:
    """How many bytes the part will have; nothing is opened for it."""
    first, signed = part.signed.span.first, part.signed
    detail, mention = ledger_detail.c, ledger_agency_mention.c
    length = len(bundle.log_head(part.signed.span.number, signed.note, part.before, part.counted).encode())
    length += bundle.tree_length(part.mine, part.before.size, signed.size)
    of_entries = (
        select(func.coalesce(func.sum(mention.size), 0))
        .select_from(ledger_detail.join(ledger_agency_mention, detail.idx == mention.idx))
        .where(
            mention.agency == part.agency,
            detail.idx >= first + part.before.size,
            detail.idx < first + signed.size,
        )
    )
    beside = [first + each for each in (part.count, part.opening) if each is not None]
    sealed = func.length(detail.detail) - SEAL_OVERHEAD + bundle.opening_size()
    of_beside = select(func.coalesce(func.sum(sealed), 0)).where(detail.idx.in_(beside))
    length += sum(int(tx.execute(each).scalar_one()) for each in (of_entries, of_beside))
    held = [each for each in part.mine if each not in part.erased]
    length += sum(bundle.content_length(_kind(part, index), index) for index in held)
    return length + sum(len(bundle.erased_line(index, bytes(LEAF_SIZE))) for index in part.erased)


def _tag(head: str, parts: Sequence[LogPart]) -> str:
    told = [head]
    for part in parts:
        told += [part.signed.note, str(part.before.size), str(len(part.entries)), str(sorted(part.erased))]
    return sha256("\n".join(told).encode()).hexdigest()
