"""The Merkle tree of the log: hashes, roots, proofs and their verification. Pure.

Source: RFC 6962 section 2.1 and RFC 9162 section 2.1. Everything is SHA-256; a hash is 32 bytes.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf. Source: RFC 9162 section 2.1.1."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others. Source: RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """What is needed of a tree to go on with it: the roots of its complete subtrees, largest first.

    A tree of `size` leaves has one for each bit that is set in `size`, so appending never re-reads the tree.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def extended(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier after more leaves, in their order."""
        size, stack = self.size, list(self.hashes)
        for leaf in leaf_hashes:
            stack.append(leaf)
            full = size
            while full & 1:
                right = stack.pop()
                stack.append(node_hash(stack.pop(), right))
                full >>= 1
            size += 1
        return Frontier(size, tuple(stack))

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def packed(self) -> bytes:
        """The hashes one after the other; `unpacked` gives the frontier back."""
        return b"".join(self.hashes)

    @staticmethod
    def unpacked(size: int, packed: bytes) -> "Frontier":
        """The frontier of `size` leaves from its hashes.

        Raises:
            ValueError: if there are not exactly as many hashes as a tree of that size has.
        """
        if size < 0 or len(packed) != size.bit_count() * HASH_SIZE:
            raise ValueError("the frontier does not fit its size")
        return Frontier(size, tuple(packed[at : at + HASH_SIZE] for at in range(0, len(packed), HASH_SIZE)))


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root of a tree with these leaves. Source: RFC 9162 section 2.1.1."""
    return Frontier().extended(leaf_hashes).root()


#: Gives the root of the complete subtree of `2 ** height` leaves from `start` on, a multiple of that number.
Subtree = Callable[[int, int], bytes]


def subtrees_of(leaf_hashes: Sequence[bytes]) -> Subtree:
    """The subtrees of a tree whose leaves are at hand."""
    kept: dict[tuple[int, int], bytes] = {}

    def subtree(start: int, height: int) -> bytes:
        if height == 0:
            return leaf_hashes[start]
        found = kept.get((start, height))
        if found is None:
            half = 1 << height - 1
            found = node_hash(subtree(start, height - 1), subtree(start + half, height - 1))
            kept[start, height] = found
        return found

    return subtree


def cover(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest complete subtrees, as (start, height), that are the leaves from `start` to `end`."""
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield start, height
        start += 1 << height


def span_root(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over the leaves from `start` to `end` as one branch of a tree.

    `start` is a multiple of every power of two below the number of leaves, as it is where a tree splits.
    """
    roots = [subtree(*each) for each in cover(start, end)]
    if not roots:
        return EMPTY_ROOT
    root = roots.pop()
    while roots:
        root = node_hash(roots.pop(), root)
    return root


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the leaf at `index` is in the tree of `size` leaves. Source: RFC 9162 section 2.1.3.1.

    Raises:
        IndexError: if there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError("there is no such leaf")
    start, end, proof = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(span_root(middle, end, subtree))
            end = middle
        else:
            proof.append(span_root(start, middle, subtree))
            start = middle
    return proof[::-1]


def consistency_proof(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of `first` leaves grew into the tree of `second`.

    Source: RFC 9162 section 2.1.4.1.

    Raises:
        ValueError: if `first` is zero or more than `second`.
    """
    if not 0 < first <= second:
        raise ValueError("a tree grows from at least one leaf")
    start, end, proof = 0, second, list[bytes]()
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(span_root(middle, end, subtree))
            end = middle
        else:
            proof.append(span_root(start, middle, subtree))
            start = middle
    if start:  # the tree of `first` is then no whole branch, and its last branch stands in the proof
        proof.append(span_root(start, end, subtree))
    return proof[::-1]


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the hash `leaf` stands at `index` in the tree of `size` leaves with this root.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    position, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(step, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, step)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, root)


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the tree of `first` leaves is the beginning of the tree of `second`.

    A tree of size zero is the beginning of everything, so that a proof from it proves nothing and is refused.
    Source: RFC 9162 section 2.1.4.2.
    """
    if first == second:
        return first > 0 and not proof and hmac.compare_digest(first_root, second_root)
    if not 0 < first < second or not _all_hashes(first_root, second_root, *proof):
        return False
    steps = list(proof) if first & (first - 1) else [first_root, *proof]
    if not steps:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    return _climb(position, last, steps, first_root, second_root)


def _climb(position: int, last: int, steps: list[bytes], first_root: bytes, second_root: bytes) -> bool:
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, step)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(old, first_root) and hmac.compare_digest(new, second_root)


def _all_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
