"""References to subjects: what an entry says of whom it concerns, which tells nothing without a key. Pure.

Each subject has a key of 32 random bytes. Under it every entry holds another reference, so that two entries
do not tell each other that they concern the same person; and the index by which an agency finds entries holds
one reference for each agency whose records name the subject. Once the key is gone, none of them leads to
anybody, and they cannot be told from random ones.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass

KEY_SIZE = 32
#: Bytes of a reference; in a detail each is so many in hexadecimal.
_SIZE = 16
#: References are filled up to a multiple of this where their number would say how many persons a record has.
_FILL = 8


@dataclass(frozen=True)
class Subject:
    """Somebody whom an entry concerns: by a key, on a record of this agency."""

    key: bytes
    agency: str

    @property
    def found_by(self) -> str:
        """The reference by which this agency finds the subject's entries; it stands in the index only."""
        return _reference(self.key, f"agency {self.agency}")


def references(subjects: Collection[Subject], event_id: str, *, filled: bool) -> list[str]:
    """The references of one entry, sorted; `filled` hides how many there are."""
    if not subjects and not filled:
        return []
    found = {_reference(key, f"entry {event_id}") for key in {each.key for each in subjects}}
    wanted = max(_FILL, -(-len(found) // _FILL) * _FILL) if filled else 0
    while len(found) < wanted:
        found.add(secrets.token_hex(_SIZE))
    return sorted(found)


def index_digest(secret: bytes, found_by: Collection[str]) -> str:
    """What an entry says of its rows in the index, under the secret that seals it alone.

    It tells nothing to who does not hold the references, and two entries about the same person differ.
    """
    told = "".join(f"{each}\n" for each in sorted(found_by))
    return hmac.new(secret, b"index\n" + told.encode(), "sha256").digest()[:_SIZE].hex()


def _reference(key: bytes, of: str) -> str:
    return hmac.new(key, of.encode(), "sha256").digest()[:_SIZE].hex()
