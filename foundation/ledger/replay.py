"""Going through the log from its first leaf and judging each against what came before. Pure."""

import secrets
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from foundation.ledger import encoding
from foundation.ledger.batch import EMPTY_CHAIN, MANIFEST, link, own_hash
from foundation.ledger.tree import Frontier, leaf_hash

_WORD = 2**64


class BadLogError(Exception):
    """The log is not as it was written. `index` is the first bad one, or None where no leaf is to blame."""

    def __init__(self, index: int | None, problem: str) -> None:
        super().__init__(problem)
        self.index = index
        self.problem = problem


@dataclass(frozen=True)
class Row:
    """One leaf with its detail, as the database gives them: nothing of it is trusted."""

    idx: Any
    leaf: Any
    hash: Any
    chain: Any
    nonce: Any
    detail: Any  # None if the row is missing
    columns: Mapping[str, Any]  # what stands beside the detail and must say the same


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
    """The log up to the last row that was taken."""

    frontier: Frontier = field(default_factory=Frontier)
    chain: bytes = EMPTY_CHAIN
    before: bytes = EMPTY_CHAIN  # the chain one leaf ago
    agencies: dict[str, Frontier] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)  # touched since their last manifest
    entries: int = 0
    checked: int = 0  # size of the last checkpoint that agreed
    of_record: Mentions = field(default_factory=Mentions)
    of_agency: Mentions = field(default_factory=Mentions)

    @property
    def size(self) -> int:
        """How many leaves have been taken."""
        return self.frontier.size

    def take(self, row: Row) -> None:
        """Judge the next leaf.

        Raises:
            BadLogError: if it is not what was written there.
        """
        index = self.size
        if row.idx != index:
            raise BadLogError(index, f"there is no leaf at {index}")
        if row.detail is None:
            raise BadLogError(index, f"the entry at {index} is missing")
        try:
            whole = _judged(row)
            self._go_on(row, whole)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BadLogError(index, f"the entry at {index} is not as it was written: {error}") from error

    def meet(self, size: int, root: bytes, frontier: bytes, chain: bytes) -> None:
        """Judge the checkpoint at the size that has just been reached.

        Raises:
            BadLogError: if it does not agree with the leaves.
        """
        if self.uncounted:
            names = ", ".join(sorted(self.uncounted))
            raise BadLogError(
                size - 1, f"the batch that ends at {size - 1} does not count the entries of {names}"
            )
        if (root, frontier, chain) != (self.frontier.root(), self.frontier.packed(), self.chain):
            raise BadLogError(
                self.checked,
                f"the checkpoint of {size} does not agree with the leaves from {self.checked} to {size - 1}",
            )
        self.checked = size

    def _go_on(self, row: Row, whole: Mapping[str, Any]) -> None:
        index, hash_ = self.size, leaf_hash(row.leaf)
        chain = link(self.chain, hash_)
        if index and row.chain == link(self.before, hash_):  # it follows, if the leaf before is left out
            raise BadLogError(index - 1, f"the entry at {index - 1} was put in later")
        if (row.hash, row.chain) != (hash_, chain):
            raise ValueError("it does not follow from the leaves before it")
        if whole["operation"] == MANIFEST:
            self._count(whole)
        else:
            self._mention(index, row.leaf, whole)
        self.of_record.expect(index, whole.get("records", []))
        self.of_agency.expect(index, whole.get("agencies", []))
        self.before, self.chain = self.chain, chain
        self.frontier = self.frontier.extended([hash_])

    def _count(self, whole: Mapping[str, Any]) -> None:
        own = self.agencies.get(whole["agency"], Frontier())
        if (whole["count"], whole["root"]) != (own.size, own.root().hex()):
            raise ValueError(f"it does not count what concerns {whole['agency']}")
        self.uncounted.discard(whole["agency"])

    def _mention(self, index: int, leaf: bytes, whole: Mapping[str, Any]) -> None:
        self.entries += 1
        hash_ = own_hash(index, leaf)
        for agency in whole["agencies"]:
            self.agencies[agency] = self.agencies.get(agency, Frontier()).extended([hash_])
            self.uncounted.add(agency)


def _judged(row: Row) -> dict[str, Any]:
    """The detail, once it is what the leaf commits to and what stands beside it."""
    whole = encoding.parse(row.detail)
    if encoding.leaf(row.detail, row.nonce, datetime.fromisoformat(whole["at"])) != row.leaf:
        raise ValueError("the leaf does not commit to the detail")
    for name, value in row.columns.items():
        if whole.get(name, "") != value:
            raise ValueError(f"the column {name} says something else than the detail")
    return whole
