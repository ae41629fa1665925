"""The checkpoint: what the log says of itself at one size, in the form that other tools read. Pure.

Source: C2SP tlog-checkpoint. Origin, size and root on a line each; no extension lines, so no time.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

from foundation.ledger.encoding.note import Signer, Verifier, opened, sign
from foundation.ledger.encoding.tree import HASH_SIZE

_BODY = re.compile(r"([^\s+]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


@dataclass(frozen=True)
class Checkpoint:
    """The log called `origin` had `size` leaves and this root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def signed(self, signer: Signer) -> str:
        """The checkpoint as a note, signed by the key of the log, which bears the log's name."""
        return sign(self.body(), signer)


def read_body(text: str) -> Checkpoint:
    """The checkpoint from the text of its note.

    Raises:
        ValueError: if the text has another form, for instance a size with a leading zero.
    """
    match = _BODY.fullmatch(text)
    if match is None:
        raise ValueError("this is not the text of a checkpoint")
    root = b64decode(match[3])
    if len(root) != HASH_SIZE or b64encode(root).decode() != match[3]:
        raise ValueError("the root of a checkpoint has 32 bytes")
    return Checkpoint(match[1], int(match[2]), root)


def read_note(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint from a note that the key has signed for the log of its own name.

    Raises:
        ValueError: if the note is not good, or speaks of another log.
    """
    found = read_body(opened(note, verifier))
    if found.origin != verifier.name:
        raise ValueError("the checkpoint speaks of another log")
    return found
