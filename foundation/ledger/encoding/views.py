r"""One entry that concerns several agencies: each reads a view of its own, and one leaf commits to all. Pure.

What somebody was shown may be records of many owners, and no owner is to learn of another's. So the entry has
a text for each agency, a tree of 2 ** depth slots with the commitment to each text in the slot of its agency,
and random hashes everywhere else:

    slot        the first `depth` bits of SHA-256(salt, agency)
    commitment  HMAC-SHA-256 of the text, under a nonce of this view alone
    node        SHA-256(0x01, left, right), as in RFC 9162 section 2.1
    leaf        SHA-256("concordat/views/v1\n", depth, salt, root) in the place of a single commitment

A view is proven by the salt and the hashes beside its path. They look the same whoever else is in the tree,
and an agency has one slot only, so that nobody can be given two views of one entry. Nonces and random hashes
come from the secret under which the entry is sealed, which leaves with nobody; once it is gone they cannot be
made again.
"""

import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256, shake_256

DOMAIN = b"concordat/views/v1\n"
SALT_SIZE = 8
_HASH_SIZE = 32
_DEPTH, _MOST = 10, 64
#: Of an entry of more agencies than that. Then its depth says so, and nothing more.
_GREAT_DEPTH = 16


@dataclass(frozen=True)
class Views:
    """The texts of one entry by agency, that of its actor's own first; `secret` is what seals it."""

    secret: bytes
    salt: bytes
    texts: Mapping[str, str]

    @property
    def depth(self) -> int:
        """How many hashes stand beside a path."""
        return depth_for(len(self.texts))

    @cached_property
    def _random(self) -> bytes:
        """A nonce for each text in their order, then hashes for the slots and nodes that stand for nobody."""
        return shake_256(DOMAIN + self.secret).digest(_HASH_SIZE * len(self.texts) * (1 + self.depth))

    @cached_property
    def slots(self) -> list[int]:
        """Where in the tree each agency's view stands, in the order of the texts."""
        return [slot(self.salt, agency, self.depth) for agency in self.texts]

    @cached_property
    def _levels(self) -> list[dict[int, bytes]]:
        """Every level from the slots to the root: the nodes on some path and beside it, by their number."""
        texts, random = self.texts.values(), self._random
        found = sorted(
            (number, hmac.digest(_cut(random, place), text.encode(), "sha256"))
            for place, (number, text) in enumerate(zip(self.slots, texts, strict=True))
        )
        level = dict(found)
        if len(level) != len(texts):
            raise ValueError("two agencies have one slot")
        levels, used = [level], _HASH_SIZE * len(texts)
        for _ in range(self.depth):
            above = {}
            for number in [*level]:  # in order, since the level below was
                other = level.get(number ^ 1)
                if other is None:
                    other = level[number ^ 1] = random[used : used + _HASH_SIZE]
                    used += _HASH_SIZE
                elif not number & 1:
                    continue  # the right one of two hashes both
                pair = other + level[number] if number & 1 else level[number] + other
                above[number >> 1] = sha256(b"\x01" + pair).digest()
            levels.append(above)
            level = above
        return levels

    def commitment(self) -> bytes:
        """What stands in the leaf.

        Raises:
            ValueError: if two agencies have one slot under this salt.
        """
        return sha256(DOMAIN + bytes([self.depth]) + self.salt + self._levels[-1][0]).digest()

    def nonce(self, agency: str) -> bytes:
        """What the commitment to this agency's text is made under."""
        return _cut(self._random, list(self.texts).index(agency))

    def proof(self, agency: str) -> bytes:
        """The salt, and the hashes beside the path of this agency's view, the lowest first."""
        number, beside = self.slots[list(self.texts).index(agency)], [self.salt]
        for level in self._levels[:-1]:
            beside.append(level[number ^ 1])
            number >>= 1
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
    """Views of one entry, under a fresh salt by which every agency has a slot of its own."""
    while True:
        views = Views(secret, secrets.token_bytes(SALT_SIZE), texts)
        if len({*views.slots}) == len(texts):
            return views


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


def proven(agency: str, own: bytes, proof: bytes) -> bytes:
    """What stands in the leaf, from the commitment to an agency's text and the proof of its view.

    Raises:
        ValueError: if the proof has no form.
    """
    salt, beside = proof[:SALT_SIZE], proof[SALT_SIZE:]
    depth, rest = divmod(len(beside), _HASH_SIZE)
    if rest or depth not in (_DEPTH, _GREAT_DEPTH):
        raise ValueError("this proves no view")
    number, hash_ = slot(salt, agency, depth), own
    for at in range(0, len(beside), _HASH_SIZE):
        step = beside[at : at + _HASH_SIZE]
        left, right = (step, hash_) if number & 1 else (hash_, step)
        hash_ = sha256(b"\x01" + left + right).digest()
        number >>= 1
    return sha256(DOMAIN + bytes([depth]) + salt + hash_).digest()


def proof_size(agencies: Collection[str]) -> int:
    """How many bytes a proof has where an entry concerns so many."""
    return SALT_SIZE + _HASH_SIZE * depth_for(len(agencies))


def depth_for(agencies: int) -> int:
    """The depth of the tree of so many views."""
    return _DEPTH if agencies <= _MOST else _GREAT_DEPTH


def _cut(random: bytes, place: int) -> bytes:
    return random[_HASH_SIZE * place : _HASH_SIZE * (place + 1)]


def slot(salt: bytes, agency: str, depth: int) -> int:
    """Where in the tree an agency's view stands."""
    return int.from_bytes(sha256(salt + agency.encode()).digest()[:2], "big") >> (16 - depth)
