"""What one batch adds to the log, computed from what waits and where the log stands. Pure.

Every batch ends with one manifest leaf for each agency that its entries concern: how many entries concern it
by now, and the root of the tree over them. So an agency sees also an entry that was left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from foundation.identifiers import new_id
from foundation.ledger.encoding.detail import Plain, canonical, leaf, new_nonce
from foundation.ledger.encoding.tree import Frontier, leaf_hash
from foundation.moments import in_utc

#: A manifest is no operation of anyone: it stands beside the operations of `append.Operation`.
MANIFEST = "manifest"
MANIFEST_EVENT = "ledger:batch:counted"
#: The first leaf of a log that took over from another, because a database had been restored.
OPENING = "opening"
OPENING_EVENT = "ledger:log:opened"
EMPTY_CHAIN = bytes(32)


@dataclass(frozen=True)
class Waiting:
    """Of an entry that waits, what its place depends on: its public leaf, and all whom it concerns."""

    leaf: bytes
    agencies: Sequence[str]


@dataclass(frozen=True)
class Told:
    """An entry that the log writes about itself. It concerns nobody's own tree."""

    id: str
    at: datetime
    operation: str
    event: str
    agency: str
    leaf: bytes
    sealed: bytes  # detail and nonce, as storage keeps them


#: Makes what storage keeps of a detail and its nonce.
Seal = Callable[[str, bytes], bytes]


@dataclass(frozen=True)
class Log:
    """Where the log stands: its frontier, and the running digest of its leaves."""

    frontier: Frontier = field(default_factory=Frontier)
    chain: bytes = EMPTY_CHAIN


@dataclass(frozen=True)
class Leaf:
    """A public leaf with its place in the log."""

    index: int
    leaf: bytes
    hash: bytes
    chain: bytes


@dataclass(frozen=True)
class Batch:
    """What is to be written: the leaves in order, and where the log and each agency touched now stand.

    The last leaves are of `told`, in its order; those before are of what waited.
    """

    leaves: tuple[Leaf, ...]
    told: tuple[Told, ...]
    log: Log
    agencies: dict[str, Frontier]


def own_hash(index: int, public_leaf: bytes) -> bytes:
    """The leaf hash in an agency's own tree: of the index (u64) and the public leaf."""
    return leaf_hash(index.to_bytes(8, "big") + public_leaf)


def link(chain: bytes, hash_: bytes) -> bytes:
    """The running digest after one more leaf."""
    return sha256(chain + hash_).digest()


def sequenced(
    waiting: Sequence[Waiting], log: Log, agencies: Mapping[str, Frontier], at: datetime, seal: Seal
) -> Batch:
    """Give the entries their places, and end with the manifests.

    `agencies` holds the frontier of every agency that the entries concern, empty ones too.
    """
    touched = dict(agencies)
    for name, hashes in _own_hashes(waiting, log.frontier.size).items():
        touched[name] = touched[name].extended(hashes)
    manifests = tuple(_manifest(name, touched[name], at, seal) for name in sorted(touched))
    return _batch(log, [each.leaf for each in waiting], manifests, touched)


def opened(log: Log, opening: Told) -> Batch:
    """The first leaf of a log that takes over from another."""
    return _batch(log, [], (opening,), {})


def _batch(log: Log, waiting: list[bytes], told: tuple[Told, ...], agencies: dict[str, Frontier]) -> Batch:
    leaves, chain = [], log.chain
    for index, public in enumerate([*waiting, *(each.leaf for each in told)], log.frontier.size):
        hash_ = leaf_hash(public)
        chain = link(chain, hash_)
        leaves.append(Leaf(index, public, hash_, chain))
    frontier = log.frontier.extended(each.hash for each in leaves)
    return Batch(tuple(leaves), told, Log(frontier, chain), agencies)


def _own_hashes(waiting: Iterable[Waiting], first: int) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for index, entry in enumerate(waiting, first):
        own = own_hash(index, entry.leaf)
        for agency in entry.agencies:
            found.setdefault(agency, []).append(own)
    return found


def _manifest(agency: str, own: Frontier, at: datetime, seal: Seal) -> Told:
    counted: dict[str, Plain] = {"count": own.size, "root": own.root().hex()}
    return of_the_log(MANIFEST, MANIFEST_EVENT, agency, at, seal, counted)


def of_the_log(
    operation: str, event: str, agency: str, at: datetime, seal: Seal, told: Mapping[str, Plain]
) -> Told:
    """An entry that the log writes about itself, sealed."""
    event_id, nonce = new_id(), new_nonce()
    whole = {"id": event_id, "at": in_utc(at), "operation": operation, "event": event, "agency": agency}
    detail = canonical({**whole, **told})
    public, sealed = leaf(detail, nonce, at), seal(detail, nonce)
    return Told(event_id, at, operation, event, agency, public, sealed)
