"""Going through the log from its first leaf and judging each against what came before. Pure."""

import operator
import secrets
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from foundation.ledger.encoding.batch import EMPTY_CHAIN, MANIFEST, OPENING, link, own_hash
from foundation.ledger.encoding.bundle import opening_size
from foundation.ledger.encoding.detail import leaf, leaf_of, parse
from foundation.ledger.encoding.kept import read_kept
from foundation.ledger.encoding.subject import index_digest
from foundation.ledger.encoding.tiles import WIDTH
from foundation.ledger.encoding.tree import Frontier, leaf_hash, root_of

_WORD = 2**64


class BadLogError(Exception):
    """The log is not as it was written. `index` is the first bad place, or None where no leaf is to blame."""

    def __init__(self, index: int | None, problem: str) -> None:
        super().__init__(problem)
        self.index = index
        self.problem = problem


@dataclass(frozen=True)
class Row:
    """One leaf with its opened detail, as the database gives them: nothing of it is trusted.

    Of an entry whose detail was erased only the agencies are left, each with the bytes that it takes home;
    `problem` says what else is wrong.
    """

    idx: Any
    leaf: Any
    hash: Any
    chain: Any
    nonce: Any = None
    detail: Any = None
    columns: Mapping[str, Any] = field(default_factory=dict)  # stand beside the detail and must say the same
    erased: tuple[tuple[str, Any], ...] | None = None
    found_by: tuple[str, ...] = ()  # references of the index of subjects
    problem: str = ""


@dataclass
class Mentions:
    """What the index rows must hold, as one keyed sum for each index: they must all cancel out."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    sums: "array[int]" = field(default_factory=lambda: array("Q"))

    def expect(self, index: int, names: list[str]) -> None:
        """Say which names the entry at the next index mentions."""
        self.sums.append(sum(self._word(index, name) for name in names) % _WORD)

    def find(self, index: int, name: str) -> None:
        """Tell of one row of the index table.

        Raises:
            BadLogError: if there is no such entry.
        """
        if not 0 <= index < len(self.sums):
            raise BadLogError(index, f"the index names {name!r} at {index}, where no entry is")
        self.sums[index] = (self.sums[index] - self._word(index, name)) % _WORD

    def first_wrong(self) -> int | None:
        """The first index whose rows are not those of its entry, once every row has been told of."""
        return next((index for index, left in enumerate(self.sums) if left), None)

    def _word(self, index: int, name: str) -> int:
        digest = blake2b(f"{index}/{name}".encode(), key=self.key, digest_size=8).digest()
        return int.from_bytes(digest, "big")


@dataclass
class Replay:
    """One log up to the last row that was taken. `first` is the place of its first leaf in the tables."""

    first: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    chain: bytes = EMPTY_CHAIN
    before: bytes = EMPTY_CHAIN  # the chain one leaf ago
    agencies: dict[str, Frontier] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)  # touched since their last manifest
    entries: int = 0
    erased: int = 0
    checked: int = 0  # size of the last checkpoint that agreed
    nodes: list[bytes] = field(default_factory=list)  # roots of the whole tiles of leaves
    of_record: Mentions = field(default_factory=Mentions)
    of_agency: Mentions = field(default_factory=Mentions)
    _tile: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many leaves of the log have been taken."""
        return self.frontier.size

    @property
    def place(self) -> int:
        """Where in the tables the next leaf stands."""
        return self.first + self.size

    def take(self, row: Row) -> None:
        """Judge the next leaf.

        Raises:
            BadLogError: if it is not what was written there.
        """
        place = self.place
        if row.idx != place:
            raise BadLogError(place, f"there is no leaf at {place}")
        if row.problem:
            raise BadLogError(place, f"the entry at {place} {row.problem}")
        try:
            whole = _judged(row) if row.erased is None else None
            self._go_on(row, whole)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise BadLogError(place, f"the entry at {place} is not as it was written: {error}") from error

    def meet(self, size: int, root: bytes, frontier: bytes, chain: bytes) -> None:
        """Judge the checkpoint at the size that has just been reached.

        Raises:
            BadLogError: if it does not agree with the leaves.
        """
        last = self.place - 1
        if self.uncounted:
            names = ", ".join(sorted(self.uncounted))
            raise BadLogError(last, f"the batch that ends at {last} does not count the entries of {names}")
        if (root, frontier, chain) != (self.frontier.root(), self.frontier.packed(), self.chain):
            begun = self.first + self.checked
            raise BadLogError(
                begun,
                f"the checkpoint of {self.place} does not agree with the leaves from {begun} to {last}",
            )
        self.checked = size

    def _go_on(self, row: Row, whole: Mapping[str, Any] | None) -> None:
        _refuse_another_index(row, whole)
        place, hash_ = self.place, leaf_hash(row.leaf)
        chain = link(self.chain, hash_)
        if self.size and row.chain == link(self.before, hash_):  # it follows, if the leaf before is left out
            raise BadLogError(place - 1, f"the entry at {place - 1} was put in later")
        if (row.hash, row.chain) != (hash_, chain):
            raise ValueError("it does not follow from the leaves before it")
        agencies, records = self._understood(row, whole)
        self.of_record.expect(place, records)
        self.of_agency.expect(place, list(map(repr, agencies)))
        self.before, self.chain = self.chain, chain
        self.frontier = self.frontier.extended([hash_])
        self._tile.append(hash_)
        if len(self._tile) == WIDTH:
            self.nodes.append(root_of(self._tile))
            self._tile.clear()

    def _understood(
        self, row: Row, whole: Mapping[str, Any] | None
    ) -> tuple[list[tuple[str, Any]], list[str]]:
        """What index rows must name: agencies with their bytes, and records as `mention` says them."""
        if whole is None:
            self.erased += 1
            agencies, records = list(row.erased or ()), list[str]()
        elif whole["operation"] == MANIFEST:
            self._count(whole)
            return [], []
        elif whole["operation"] == OPENING:
            if self.size:
                raise ValueError("a log opens with its first leaf")
            return [], []
        else:
            owners, by = whole.get("owners", {}), whole["agency"]
            agencies = [(agency, whole["sizes"][agency]) for agency in whole["agencies"]]
            records = [mention(record, owners.get(record), by) for record in whole["records"]]
        self._mention(row.leaf, [agency for agency, _ in agencies])
        return agencies, records

    def _count(self, whole: Mapping[str, Any]) -> None:
        own = self.agencies.get(whole["agency"], Frontier())
        if (whole["count"], whole["root"]) != (own.size, own.root().hex()):
            raise ValueError(f"it does not count what concerns {whole['agency']}")
        self.uncounted.discard(whole["agency"])

    def _mention(self, public_leaf: bytes, agencies: list[str]) -> None:
        self.entries += 1
        hash_ = own_hash(self.size, public_leaf)
        for agency in agencies:
            self.agencies[agency] = self.agencies.get(agency, Frontier()).extended([hash_])
            self.uncounted.add(agency)


def _judged(row: Row) -> dict[str, Any]:
    """The detail, once it is what the leaf commits to and what stands beside it; of views the actor's.

    Added is `sizes`, the bytes that each agency takes home, and of views `owners`, in whose view each of its
    records stands.
    """
    kept = read_kept(row.detail)
    whole = parse(row.detail) if kept is None else dict(kept.told)
    at = datetime.fromisoformat(whole["at"])
    if kept is None:
        public = leaf(row.detail, row.nonce, at)
        whole["sizes"] = dict.fromkeys(whole.get("agencies", ()), opening_size() + len(row.detail.encode()))
    else:
        views = kept.views(row.nonce)
        public, opening = leaf_of(views.commitment(), at), opening_size(views.texts)
        whole["sizes"] = {agency: opening + len(text.encode()) for agency, text in views.texts.items()}
        whole["owners"] = {
            record: whole["agencies"][owner]
            for record, owner in zip(whole["records"], kept.owners, strict=True)
        }
    if public != row.leaf:
        raise ValueError("the leaf does not commit to the detail")
    for name, value in row.columns.items():
        if whole.get(name, "") != value:
            raise ValueError(f"the column {name} says something else than the detail")
    return whole


def _refuse_another_index(row: Row, whole: Mapping[str, Any] | None) -> None:
    """Refuse rows of the index of subjects that are not those of the entry.

    Raises:
        ValueError: if they are others than it says.
    """
    told = (whole or {}).get("index")
    if told is None and whole is not None and "subjects" in whole:
        return  # from before entries said which rows the index holds
    found = None if told is None and not row.found_by else index_digest(row.nonce or b"", row.found_by)
    if found != told:
        raise ValueError("the index of subjects does not hold what it says")


def mention(record: str, owner: str | None, agency: str | None) -> str:
    """How one entry of the index of records is summed up; the agency counts where there is an owner."""
    return repr((record,) if owner is None else (record, owner, agency))  # no two of which read alike


def named_by(row: Any) -> Iterator[tuple[int, str]]:
    """Each entry of a row of the index of records, which is kept under its last.

    Raises:
        BadLogError: if it cannot be told which they are, or it is kept under another.
    """
    try:
        places = [operator.index(place) for place in orjson.loads(row.places)]
        last = max(places)
    except (ValueError, TypeError) as error:
        raise BadLogError(
            row.idx, f"an index row of the entry at {row.idx} cannot be read: {error}"
        ) from error
    if last != row.idx:
        raise BadLogError(row.idx, f"an index row of the entry at {row.idx} is kept under another")
    for place in places:
        yield place, mention(row.record_id, row.owner, row.agency)


def concerned_by(row: Any) -> Iterator[tuple[int, str]]:
    """The one entry of a row of the index of agencies, with the bytes that the agency takes home."""
    yield row.idx, repr((row.agency, row.size))
