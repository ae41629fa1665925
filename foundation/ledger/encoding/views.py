r"""One entry that concerns several agencies: each reads a view of its own, and one leaf commits to all. Pure.

What somebody was shown may be records of many owners, and no owner is to learn of another's. So the entry has
a text for each agency, a tree of 4 ** depth slots with the commitment to each text in the slot of its agency,
and random hashes everywhere else:

    slot        the first 8 bytes of SHA-256(agency), times the salt, modulo 2 ** 61 - 1, modulo 4 ** depth
    commitment  SHA-256(0x00, nonce, text), under a nonce of this view alone
    node        SHA-256(0x01, its four hashes in their order)
    leaf        SHA-256("concordat/views/v2\n", depth, salt, root) in the place of a single commitment

A view is proven by the salt and the three hashes beside each step of its path. They look the same whoever
else is in the tree, and an agency has one slot only, so that nobody can be given two views of one entry.
Nonces and random hashes come from the secret under which the entry is sealed, which leaves with nobody; once
it is gone they cannot be made again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256, shake_256
from itertools import count
from typing import NamedTuple

DOMAIN = b"concordat/views/v2\n"
SALT_SIZE = 8
_HASH_SIZE = 32
#: Four hashes under one node: of two there are twice as many nodes, of eight a proof is twice as long.
_ROW_SIZE = 4 * _HASH_SIZE
_BESIDE_SIZE = 3 * _HASH_SIZE
_DEPTH, _MOST = 5, 64
#: Of an entry of more agencies than that. Then its depth says so, and nothing more.
_GREAT_DEPTH = 8
_PRIME = 2**61 - 1
#: Of more at once hashlib lets other threads go first, which costs a busy server more than the hash.
_PART = 2_000


class _Level(NamedTuple):
    """The nodes above some hash, by their number: where the row of each begins, and all rows together."""

    places: Mapping[int, int]
    rows: bytes


@dataclass(frozen=True)
class Views:
    """The texts of one entry by agency, that of its actor's own first; `secret` is what seals it."""

    secret: bytes
    salt: bytes
    texts: Mapping[str, str]

    @property
    def depth(self) -> int:
        """How many steps a path has from its slot to the root."""
        return depth_for(len(self.texts))

    @property
    def slots(self) -> list[int]:
        """Where in the tree each agency's view stands, in the order of the texts."""
        return slots(self.salt, self.texts)

    @cached_property
    def _nonces(self) -> bytes:
        return self._drawn(0, _HASH_SIZE * len(self.texts))

    @cached_property
    def _tree(self) -> tuple[list[_Level], bytes]:
        """Every level from the slots up, and the root."""
        texts, nonces = self.texts.values(), self._nonces
        hashes = {
            number: committed(_cut(nonces, place), text)
            for place, (number, text) in enumerate(zip(self.slots, texts, strict=True))
        }
        if len(hashes) != len(texts):
            raise ValueError("two agencies have one slot")
        levels = []
        for height in range(1, self.depth + 1):
            above = sorted({number >> 2 for number in hashes})
            places = {number: at * _ROW_SIZE for at, number in enumerate(above)}
            rows = bytearray(self._drawn(height, _ROW_SIZE * len(places)))
            for number, each in hashes.items():
                at = places[number >> 2] + _HASH_SIZE * (number & 3)
                rows[at : at + _HASH_SIZE] = each
            whole = bytes(rows)
            hashes = {
                number: sha256(b"\x01" + whole[at : at + _ROW_SIZE]).digest() for number, at in places.items()
            }
            levels.append(_Level(places, whole))
        return levels, hashes[0]

    def _drawn(self, height: int, size: int) -> bytes:
        """Nonces in the order of the texts at height 0, above that what stands for nobody in the rows."""
        return shake_256(DOMAIN + bytes([height]) + self.secret).digest(size)

    def commitment(self) -> bytes:
        """What stands in the leaf.

        Raises:
            ValueError: if two agencies have one slot under this salt.
        """
        return _committed(self.depth, self.salt, self._tree[1])

    def nonce(self, agency: str) -> bytes:
        """What the commitment to this agency's text is made under."""
        return _cut(self._nonces, list(self.texts).index(agency))

    def proof(self, agency: str) -> bytes:
        """The salt, and the hashes beside the path of this agency's view, the lowest first."""
        (number,), beside = slots(self.salt, [agency], self.depth), [self.salt]
        for places, rows in self._tree[0]:
            row = places[number >> 2]
            own = row + _HASH_SIZE * (number & 3)
            beside += rows[row:own], rows[own + _HASH_SIZE : row + _ROW_SIZE]
            number >>= 2
        return b"".join(beside)

    def kept(self) -> str:
        """The one text that is sealed, a line for each view; it cannot be taken for a detail.

        Raises:
            ValueError: if the name of an agency would not be told from its text.
        """
        if any(" " in agency or "\n" in agency for agency in self.texts):
            raise ValueError("the name of an agency is one word")
        return "\n".join([self.salt.hex(), *(f"{agency} {text}" for agency, text in self.texts.items())])


def new_views(secret: bytes, texts: Mapping[str, str]) -> Views:
    """Views of one entry, under the first salt of its secret by which every agency has a slot of its own."""
    salts = (sha256(DOMAIN + number.to_bytes(4, "big") + secret).digest()[:SALT_SIZE] for number in count())
    return next(Views(secret, salt, texts) for salt in salts if len({*slots(salt, texts)}) == len(texts))


def kept_views(kept: str, secret: bytes) -> Views | None:
    """The views that a sealed text holds, None if it is one detail for all.

    Raises:
        ValueError: if it is neither, or not in the form in which it was written.
    """
    if kept[:1] == "{":
        return None
    salt, *lines = kept.split("\n")
    parts = [line.partition(" ") for line in lines]
    found = Views(secret, bytes.fromhex(salt), {agency: text for agency, _, text in parts})
    if len(found.salt) != SALT_SIZE or not found.texts or found.kept() != kept:
        raise ValueError("the views are not in their form")
    return found


def taken_home(kept: str, secret: bytes, agency: str) -> tuple[bytes, str]:
    """What opens an entry for an agency, and what it then reads: the nonce, with the proof if it is a view.

    Raises:
        ValueError: if the text is in no form, or no view is the agency's.
    """
    views = kept_views(kept, secret)
    if views is None:
        return secret, kept
    if agency not in views.texts:
        raise ValueError("no view is of this agency")
    return views.nonce(agency) + views.proof(agency), views.texts[agency]


def seen_by(kept: str, agency: str | None) -> str | None:
    """What this agency reads of an entry, None if nothing; without one, what the actor's own reads."""
    if kept[:1] == "{":
        return kept
    for line in kept.split("\n")[1:]:
        name, _, text = line.partition(" ")
        if agency in (None, name):
            return text
    return None


def committed(nonce: bytes, text: str) -> bytes:
    """The commitment to the text of one view."""
    whole = b"\x00" + nonce + text.encode()
    if len(whole) <= _PART:
        return sha256(whole).digest()
    made = sha256()
    for at in range(0, len(whole), _PART):
        made.update(whole[at : at + _PART])
    return made.digest()


def proven(agency: str, own: bytes, proof: bytes) -> bytes:
    """What stands in the leaf, from the commitment to an agency's text and the proof of its view.

    Raises:
        ValueError: if the proof has no form.
    """
    salt, beside = proof[:SALT_SIZE], proof[SALT_SIZE:]
    depth, rest = divmod(len(beside), _BESIDE_SIZE)
    if rest or depth not in (_DEPTH, _GREAT_DEPTH):
        raise ValueError("this proves no view")
    (number,), hash_ = slots(salt, [agency], depth), own
    for at in range(0, len(beside), _BESIDE_SIZE):
        middle = at + _HASH_SIZE * (number & 3)
        hash_ = sha256(b"\x01" + beside[at:middle] + hash_ + beside[middle : at + _BESIDE_SIZE]).digest()
        number >>= 2
    return _committed(depth, salt, hash_)


def proof_size(agencies: Collection[str]) -> int:
    """How many bytes a proof has where an entry concerns so many."""
    return SALT_SIZE + _BESIDE_SIZE * depth_for(len(agencies))


def depth_for(agencies: int) -> int:
    """The depth of the tree of so many views."""
    return _DEPTH if agencies <= _MOST else _GREAT_DEPTH


def slots(salt: bytes, agencies: Collection[str], depth: int = 0) -> list[int]:
    """Where each agency's view stands under this salt: in a tree of all of them, or of a depth."""
    factor, among = int.from_bytes(salt, "big"), 4 ** (depth or depth_for(len(agencies)))
    return [_number(agency) * factor % _PRIME % among for agency in agencies]


@lru_cache(maxsize=4096)
def _number(agency: str) -> int:
    return int.from_bytes(sha256(agency.encode()).digest()[:8], "big")


def _committed(depth: int, salt: bytes, root: bytes) -> bytes:
    return sha256(DOMAIN + bytes([depth]) + salt + root).digest()


def _cut(random: bytes, place: int) -> bytes:
    return random[_HASH_SIZE * place : _HASH_SIZE * (place + 1)]
