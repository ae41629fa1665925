"""Succession: one key of the log hands over to the next, and both say so. Pure.

A note, so that whoever trusts the old key can go on with the new one: after a change of key the same log
goes on; after a database was restored from a backup a new log begins, and the note says where the old one
ended and how much of it is left.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from enum import StrEnum

from foundation.ledger.encoding.note import Signer, Verifier, opened, sign, split
from foundation.ledger.encoding.tree import HASH_SIZE

_HEADER = "concordat/succession/v1"
_NUMBER = "(0|[1-9][0-9]{0,18})"
_BODY = re.compile(
    rf"{_HEADER}\nwhy (changed|restored)\nold (\S+)\nnew (\S+)\n"
    rf"last {_NUMBER} ([A-Za-z0-9+/]{{43}}=)\nkept {_NUMBER}\n"
)


class Why(StrEnum):
    """Why there is another key."""

    CHANGED = "changed"  # the key was changed, and the log goes on
    RESTORED = "restored"  # the database was restored, and a new log begins


@dataclass(frozen=True)
class Succession:
    """The old key signed `last` leaves with this root at most; `kept` of them are still there."""

    why: Why
    old: Verifier
    new: Verifier
    last: int
    root: bytes
    kept: int

    def body(self) -> str:
        """The text that both keys sign."""
        root = b64encode(self.root).decode()
        return (
            f"{_HEADER}\nwhy {self.why}\nold {self.old.text()}\nnew {self.new.text()}\n"
            f"last {self.last} {root}\nkept {self.kept}\n"
        )

    def signed(self, *signers: Signer) -> str:
        """The note, signed by the new key and, unless it is lost, by the old one."""
        return sign(self.body(), *signers)


def read_succession(note: str) -> tuple[Succession, bool]:
    """The succession that a note tells of, signed by its new key; and whether the old key signed it too.

    Raises:
        ValueError: if the note is not good, or carries a bad signature of one of the two.
    """
    text, signatures = split(note)
    match = _BODY.fullmatch(text)
    if match is None:
        raise ValueError("this is not the text of a succession")
    root = b64decode(match[5])
    found = Succession(
        Why(match[1]), Verifier.read(match[2]), Verifier.read(match[3]), int(match[4]), root, int(match[6])
    )
    if len(root) != HASH_SIZE or found.kept > found.last:
        raise ValueError("this is not the text of a succession")
    opened(note, found.new)
    by_old = any(each.is_of(found.old) for each in signatures)
    if by_old:
        opened(note, found.old)
    return found, by_old
