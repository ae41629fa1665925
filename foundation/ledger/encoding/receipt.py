"""A receipt: one entry with the proof that it stands in the log, which verifies by itself. Pure.

Source: C2SP tlog-proof. Its `extra` is what the public leaf commits to: the nonce, then the canonical detail;
of an entry of which each agency reads a view of its own, then two lines' ends, which no detail holds, before
the agency and before the view's proof (`foundation.ledger.encoding.views`).
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.ledger.encoding.detail import NONCE_SIZE

_HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"


@dataclass(frozen=True)
class Receipt:
    """One entry at `index`, with its inclusion proof in the tree of the signed checkpoint `note`.

    Where it is the view of an agency, `of_view` proves that.
    """

    index: int
    nonce: bytes
    detail: str
    proof: tuple[bytes, ...]
    note: str
    agency: str = ""
    of_view: bytes = b""

    def text(self) -> str:
        """The file."""
        beside = b"\n" + self.agency.encode() + b"\n" + self.of_view if self.of_view else b""
        extra = b64encode(self.nonce + self.detail.encode() + beside).decode()
        steps = "".join(f"{b64encode(step).decode()}\n" for step in self.proof)
        return f"{_HEADER}\nextra {extra}\nindex {self.index}\n{steps}\n{self.note}"


def read_receipt(text: str) -> Receipt:
    """The receipt that a file holds; nothing of it has been checked.

    Raises:
        ValueError: if the file has another form.
    """
    head, found, note = text.partition("\n\n")
    lines: Sequence[str] = head.split("\n")
    if not found or len(lines) < 3 or lines[0] != _HEADER:
        raise ValueError("this is not a receipt")
    extra, index = lines[1].removeprefix("extra "), lines[2].removeprefix("index ")
    if f"extra {extra}" != lines[1] or f"index {index}" != lines[2] or str(int(index)) != index:
        raise ValueError("this is not a receipt")
    raw = b64decode(extra, validate=True)
    proof = tuple(b64decode(line, validate=True) for line in lines[3:])
    detail, agency, of_view = [*raw[NONCE_SIZE:].split(b"\n", 2), b"", b""][:3]
    return Receipt(int(index), raw[:NONCE_SIZE], detail.decode(), proof, note, agency.decode(), of_view)
