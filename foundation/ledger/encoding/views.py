r"""One entry that concerns several agencies: each reads a view of its own, and one leaf commits to all. Pure.

What somebody was shown may be records of many owners, and no owner is to learn of another's. So the entry has
a text for each agency, a tree of 2 ** bits slots with the commitment to each text in the slot of its agency,
and random hashes in every other:

    slot        the first 8 bytes of SHA-256(agency), times the salt, modulo 2 ** 64: its first bits
    commitment  SHA-256(0x00, nonce, text), under a nonce of this view alone
    node        SHA-256(0x01, its hashes in their order): sixteen slots, then eight nodes, at the top four
    leaf        SHA-256("concordat/views/v3\n", bits, salt, root) in the place of a single commitment

A view is proven by the salt and the hashes beside each step of its path. They look the same whoever else is
in the tree, and an agency has one slot only, so that nobody can be given two views of one entry. Nonces and
random hashes come from the secret under which the entry is sealed, which leaves with nobody; once it is gone
they cannot be made again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import count

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

DOMAIN = b"concordat/views/v3\n"
SALT_SIZE = 8
_HASH_SIZE = 32
_WORD, _WORD_BITS = 2**64 - 1, 64
#: By how many bits a path goes on at each step, from the slots up: wider nodes are fewer, proofs longer.
#: Each is for so many agencies that a salt which gives every one a slot of its own is found soon. Which of
#: them it is can be told from a proof, and nothing more.
_STEPS = tuple((4, *[3] * number, 2) for number in range(1, 5))
_MOST = (32, 90, 256)
#: Of more at once hashlib lets other threads go first, which costs a busy server more than the hash.
_PART = 2_000


@dataclass(frozen=True)
class Views:
    """The texts of one entry by agency (`foundation.ledger.encoding.kept`); `secret` is what seals it."""

    secret: bytes
    salt: bytes
    texts: Mapping[str, str]

    @property
    def slots(self) -> list[int]:
        """Where in the tree each agency's view stands, in the order of the texts."""
        return slots(self.salt, self.texts)

    @cached_property
    def _drawn(self) -> bytes:
        """A nonce for each text in their order, and then a hash for each slot."""
        key = sha256(DOMAIN + self.secret).digest()
        size = _HASH_SIZE * (len(self.texts) + (1 << sum(_steps(len(self.texts)))))
        return Cipher(AES256(key), CTR(bytes(16))).encryptor().update(bytes(size))

    @cached_property
    def _levels(self) -> list[bytes]:
        """The hashes of each level one after the other, the slots first; of the last it is the root."""
        drawn, found, texts = self._drawn, self.slots, self.texts.values()
        if len({*found}) != len(found):
            raise ValueError("two agencies have one slot")
        end = _HASH_SIZE * len(texts)
        level = bytearray(drawn[end:])
        for at, slot, text in zip(range(0, end, _HASH_SIZE), found, texts, strict=True):
            own = _HASH_SIZE * slot
            level[own : own + _HASH_SIZE] = committed(drawn[at : at + _HASH_SIZE], text)
        levels = [bytes(level)]
        for bits in _steps(len(texts)):
            below, size = levels[-1], _HASH_SIZE << bits
            nodes = [sha256(b"\x01" + below[at : at + size]).digest() for at in range(0, len(below), size)]
            levels.append(b"".join(nodes))
        return levels

    def commitment(self) -> bytes:
        """What stands in the leaf.

        Raises:
            ValueError: if two agencies have one slot under this salt.
        """
        return _committed(_steps(len(self.texts)), self.salt, self._levels[-1])

    def nonce(self, agency: str) -> bytes:
        """What the commitment to this agency's text is made under."""
        at = _HASH_SIZE * list(self.texts).index(agency)
        return self._drawn[at : at + _HASH_SIZE]

    def proof(self, agency: str) -> bytes:
        """The salt, and the hashes beside the path of this agency's view, the lowest first."""
        steps = _steps(len(self.texts))
        (number,), beside = _slots(self.salt, [agency], steps), [self.salt]
        for bits, level in zip(steps, self._levels, strict=False):
            size, own = _HASH_SIZE << bits, _HASH_SIZE * number
            row = own // size * size
            beside += level[row:own], level[own + _HASH_SIZE : row + size]
            number >>= bits
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
    steps = next((each for each in _STEPS if len(proof) == _proof_size(each)), None)
    if steps is None:
        raise ValueError("this proves no view")
    salt, at = proof[:SALT_SIZE], SALT_SIZE
    (number,), hash_ = _slots(salt, [agency], steps), own
    for bits in steps:
        end = at + _HASH_SIZE * ((1 << bits) - 1)
        middle = at + _HASH_SIZE * (number % (1 << bits))
        hash_ = sha256(b"\x01" + proof[at:middle] + hash_ + proof[middle:end]).digest()
        at, number = end, number >> bits
    return _committed(steps, salt, hash_)


def proof_size(agencies: Collection[str]) -> int:
    """How many bytes a proof has where an entry concerns so many."""
    return _proof_size(_steps(len(agencies)))


def slots(salt: bytes, agencies: Collection[str]) -> list[int]:
    """Where the view of each of these agencies stands under this salt."""
    return _slots(salt, agencies, _steps(len(agencies)))


def _slots(salt: bytes, agencies: Collection[str], steps: Sequence[int]) -> list[int]:
    factor, beyond = int.from_bytes(salt, "big"), _WORD_BITS - sum(steps)
    return [(number * factor & _WORD) >> beyond for number in map(_number, agencies)]


def _steps(agencies: int) -> tuple[int, ...]:
    return _STEPS[sum(agencies > most for most in _MOST)]


def _proof_size(steps: Sequence[int]) -> int:
    return SALT_SIZE + _HASH_SIZE * sum((1 << bits) - 1 for bits in steps)


@lru_cache(maxsize=4096)
def _number(agency: str) -> int:
    return int.from_bytes(sha256(agency.encode()).digest()[:8], "big")


def _committed(steps: Sequence[int], salt: bytes, root: bytes) -> bytes:
    return sha256(DOMAIN + bytes([sum(steps)]) + salt + root).digest()
