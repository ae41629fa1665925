r"""One entry that concerns several agencies: each reads a view of its own, and one leaf commits to all. Pure.

What somebody was shown may be records of many owners, and no owner is to learn of another's. So the entry has
a text for each agency, a tree of 8 ** depth slots with the commitment to each text in the slot of its agency,
and random hashes everywhere else:

    slot        the first 8 bytes of SHA-256(agency), times the salt, modulo 2 ** 64: its first 3 * depth bits
    commitment  SHA-256(0x00, nonce, text), under a nonce of this view alone
    node        SHA-256(0x01, its eight hashes in their order)
    leaf        SHA-256("concordat/views/v3\n", depth, salt, root) in the place of a single commitment

A view is proven by the salt and the seven hashes beside each step of its path. They look the same whoever
else is in the tree, and an agency has one slot only, so that nobody can be given two views of one entry.
Nonces and random hashes come from the secret under which the entry is sealed, which leaves with nobody; once
it is gone they cannot be made again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

DOMAIN = b"concordat/views/v3\n"
SALT_SIZE = 8
_HASH_SIZE = 32
#: Eight hashes under one node: of four there are twice as many nodes; of sixteen a proof is twice as long.
_BITS, _MASK = 3, 7
_ROW_SIZE = 8 * _HASH_SIZE
_BESIDE_SIZE = 7 * _HASH_SIZE
_DEPTH, _MOST = 3, 32
#: Of an entry of more agencies than that. Then its depth says so, and nothing more.
_GREAT_DEPTH = 5
_WORD, _WORD_BITS = 2**64 - 1, 64
#: Of more at once hashlib lets other threads go first, which costs a busy server more than the hash.
_PART = 2_000


class _Level(NamedTuple):
    """The nodes above some hashes, by their number: where the row of each begins, and all rows together."""

    places: Mapping[int, int]
    rows: bytearray


@dataclass(frozen=True)
class Views:
    """The texts of one entry by agency (`foundation.ledger.encoding.kept`); `secret` is what seals it."""

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
    def _drawn(self) -> bytes:
        """Nonces in the order of the texts; then, row by row, what stands for nobody."""
        most = len(self.texts)
        rows = sum(min(most, 1 << _BITS * height) for height in range(self.depth))
        zeros, key = bytes(_HASH_SIZE * most + _ROW_SIZE * rows), sha256(DOMAIN + self.secret).digest()
        return Cipher(AES256(key), CTR(bytes(16))).encryptor().update(zeros)

    @cached_property
    def _tree(self) -> tuple[list[_Level], bytes]:
        """Every level from the slots up, and the root."""
        drawn, texts, levels, size, whole = self._drawn, self.texts, list[_Level](), _HASH_SIZE, _ROW_SIZE
        end = size * len(texts)
        nonces = [drawn[at : at + size] for at in range(0, end, size)]
        hashes = dict(zip(self.slots, map(committed, nonces, texts.values()), strict=True))
        if len(hashes) != len(texts):
            raise ValueError("two agencies have one slot")
        for _ in range(self.depth):
            above = sorted({number >> 3 for number in hashes})
            begin, end = end, end + whole * len(above)
            rows, places = bytearray(drawn[begin:end]), dict(zip(above, range(0, end, whole), strict=False))
            for number, each in hashes.items():
                at = places[number >> 3] + size * (number & 7)
                rows[at : at + size] = each
            hashes = {
                number: sha256(b"\x01" + rows[at : at + whole]).digest() for number, at in places.items()
            }
            levels.append(_Level(places, rows))
        return levels, hashes[0]

    def commitment(self) -> bytes:
        """What stands in the leaf.

        Raises:
            ValueError: if two agencies have one slot under this salt.
        """
        return _committed(self.depth, self.salt, self._tree[1])

    def nonce(self, agency: str) -> bytes:
        """What the commitment to this agency's text is made under."""
        at = _HASH_SIZE * list(self.texts).index(agency)
        return self._drawn[at : at + _HASH_SIZE]

    def proof(self, agency: str) -> bytes:
        """The salt, and the hashes beside the path of this agency's view, the lowest first."""
        (number,), beside = slots(self.salt, [agency], self.depth), [self.salt]
        for places, rows in self._tree[0]:
            row = places[number >> _BITS]
            own = row + _HASH_SIZE * (number & _MASK)
            beside += bytes(rows[row:own]), bytes(rows[own + _HASH_SIZE : row + _ROW_SIZE])
            number >>= _BITS
        return b"".join(beside)


def new_views(secret: bytes, texts: Mapping[str, str]) -> Views:
    """Views of one entry, under the first salt of its secret by which every agency has a slot of its own."""
    salts = (sha256(DOMAIN + number.to_bytes(4, "big") + secret).digest()[:SALT_SIZE] for number in count())
    return next(Views(secret, salt, texts) for salt in salts if len({*slots(salt, texts)}) == len(texts))


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
        middle = at + _HASH_SIZE * (number & _MASK)
        hash_ = sha256(b"\x01" + beside[at:middle] + hash_ + beside[middle : at + _BESIDE_SIZE]).digest()
        number >>= _BITS
    return _committed(depth, salt, hash_)


def proof_size(agencies: Collection[str]) -> int:
    """How many bytes a proof has where an entry concerns so many."""
    return SALT_SIZE + _BESIDE_SIZE * depth_for(len(agencies))


def depth_for(agencies: int) -> int:
    """The depth of the tree of so many views."""
    return _DEPTH if agencies <= _MOST else _GREAT_DEPTH


def slots(salt: bytes, agencies: Collection[str], depth: int = 0) -> list[int]:
    """Where each agency's view stands under this salt: in a tree of all of them, or of a depth."""
    factor, beyond = int.from_bytes(salt, "big"), _WORD_BITS - _BITS * (depth or depth_for(len(agencies)))
    return [(number * factor & _WORD) >> beyond for number in map(_number, agencies)]


@lru_cache(maxsize=4096)
def _number(agency: str) -> int:
    return int.from_bytes(sha256(agency.encode()).digest()[:8], "big")


def _committed(depth: int, salt: bytes, root: bytes) -> bytes:
    return sha256(DOMAIN + bytes([depth]) + salt + root).digest()
