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
    """One entry as it waits; the names are those of the table's columns."""

    id: str
    at: datetime
    operation: str
    event: str
    actor: str
    agency: str
    agencies: tuple[str, ...]
    records: tuple[str, ...]
    leaf: bytes
    sealed: bytes  # detail and nonce, as storage keeps them
    subjects: tuple[str, ...] = ()  # references of the index
    sizes: tuple[int, ...] = ()  # bytes that each of `agencies` takes home
    owners: tuple[str | None, ...] = ()  # for each of `records`, in whose view it stands


#: Makes what storage keeps of a detail and its nonce.
Seal = Callable[[str, bytes], bytes]


@dataclass(frozen=True)
class Log:
    """Where the log stands: its frontier, and the running digest of its leaves."""

    frontier: Frontier = field(default_factory=Frontier)
    chain: bytes = EMPTY_CHAIN


@dataclass(frozen=True)
class Leaf:
    """An entry with its place in the log."""

    index: int
    hash: bytes
    chain: bytes
    entry: Waiting


@dataclass(frozen=True)
class Batch:
    """What is to be written: the leaves in order, where the log and each agency touched now stand."""

    leaves: tuple[Leaf, ...]
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
    leaves = _placed(waiting, log.frontier.size, log.chain)
    touched = dict(agencies)
    for name, hashes in _own_hashes(leaves).items():
        touched[name] = touched[name].extended(hashes)
    manifests = [_manifest(name, touched[name], at, seal) for name in sorted(touched)]
    last = leaves[-1].chain if leaves else log.chain
    leaves += _placed(manifests, log.frontier.size + len(leaves), last)
    frontier = log.frontier.extended(item.hash for item in leaves)
    return Batch(tuple(leaves), Log(frontier, leaves[-1].chain if leaves else log.chain), touched)


def _placed(entries: Iterable[Waiting], first: int, chain: bytes) -> list[Leaf]:
    leaves = []
    for index, entry in enumerate(entries, first):
        hash_ = leaf_hash(entry.leaf)
        chain = link(chain, hash_)
        leaves.append(Leaf(index, hash_, chain, entry))
    return leaves


def _own_hashes(leaves: Iterable[Leaf]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for item in leaves:
        own = own_hash(item.index, item.entry.leaf)
        for agency in item.entry.agencies:
            found.setdefault(agency, []).append(own)
    return found


def _manifest(agency: str, own: Frontier, at: datetime, seal: Seal) -> Waiting:
    counted: dict[str, Plain] = {"count": own.size, "root": own.root().hex()}
    return of_the_log(MANIFEST, MANIFEST_EVENT, agency, at, seal, counted)


def of_the_log(
    operation: str, event: str, agency: str, at: datetime, seal: Seal, told: Mapping[str, Plain]
) -> Waiting:
    """An entry that the log writes about itself."""
    event_id, nonce = new_id(), new_nonce()
    whole = {"id": event_id, "at": in_utc(at), "operation": operation, "event": event, "agency": agency}
    detail = canonical({**whole, **told})
    public, sealed = leaf(detail, nonce, at), seal(detail, nonce)
    return Waiting(event_id, at, operation, event, "", agency, (), (), public, sealed)
