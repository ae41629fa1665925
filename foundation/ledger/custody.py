"""What the log keeps outside the database: its keys, and the anchor that says how far it has signed.

A database that was restored from a backup would let the log grow again in another way, and sign a fork. The
anchor is written to disk before a checkpoint can be read by anyone, so that such a database is refused.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import Misconfigured
from foundation.ledger.encoding.note import Kind, Signer
from foundation.ledger.encoding.tree import EMPTY_ROOT
from foundation.ledger.files import held, own_alone, replace_whole, write_whole

KEY_FILE = "ledger.key"
NEXT_KEY_FILE = "ledger.key.next"
ANCHOR_FILE = "ledger.anchor"
_NAME = "concordat/ledger"


@dataclass(frozen=True)
class Anchor:
    """The largest checkpoint that was signed, and the note that says so; empty before the first."""

    origin: str
    size: int
    root: bytes
    note: str = ""


@dataclass(frozen=True)
class Keys:
    """The keys of the log: the one that signs every checkpoint, and one of another kind where that is set."""

    first: Signer
    second: Signer | None = None

    def text(self) -> str:
        """The file."""
        return "".join(f"{each.text()}\n" for each in (self.first, self.second) if each)


def new_keys(name: str = "", *, second: bool = False) -> Keys:
    """Fresh keys, for a log with a fresh name if none is given."""
    name = name or f"{_NAME}/{secrets.token_hex(8)}"
    first = Signer(name, secrets.token_bytes(32))
    return Keys(first, Signer(name, secrets.token_bytes(32), Kind.ML_DSA_44) if second else None)


def open_keys(data_dir: Path) -> Keys:
    """The keys of the log, made at first use together with the log's name and an anchor at size zero.

    Raises:
        Misconfigured: if the file is missing where a log has signed before, cannot be read, or can be read by
            others than its owner.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        with held(data_dir):
            if not path.exists():
                _make_keys(data_dir)
    return read_keys(path)


def open_key(data_dir: Path) -> Signer:
    """The key that signs every checkpoint, as `open_keys` gives it."""
    return open_keys(data_dir).first


def read_keys(path: Path) -> Keys:
    """The keys in a file.

    Raises:
        Misconfigured: if it holds none, or can be read by others than its owner.
    """
    own_alone(path)
    try:
        signers = [Signer.read(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except ValueError as error:
        raise Misconfigured(f"{path} holds no key of a ledger. Put the kept copy back.") from error
    if [each.kind for each in signers] not in ([Kind.ED25519], [Kind.ED25519, Kind.ML_DSA_44]):
        raise Misconfigured(f"{path} holds no key of a ledger. Put the kept copy back.")
    return Keys(*signers)


def keep_keys(data_dir: Path, keys: Keys) -> None:
    """Write the file of keys anew. The caller holds `held`."""
    write_whole(data_dir / KEY_FILE, keys.text())


def arrange_second_key(data_dir: Path, *, wanted: bool) -> None:
    """Have a second key of the other kind, or have none, as the settings say; from the next checkpoint on."""
    keys = open_keys(data_dir)
    if wanted == (keys.second is not None):
        return
    with held(data_dir):
        first = open_keys(data_dir).first
        second = new_keys(first.name, second=True).second if wanted else None
        keep_keys(data_dir, Keys(first, second))


def keep_next(data_dir: Path, keys: Keys) -> None:
    """Write the keys that are about to take over. The caller holds `held`."""
    write_whole(data_dir / NEXT_KEY_FILE, keys.text())


def next_keys(data_dir: Path) -> Keys | None:
    """The keys that were about to take over when something was interrupted."""
    path = data_dir / NEXT_KEY_FILE
    return read_keys(path) if path.exists() else None


def let_next_take_over(data_dir: Path) -> None:
    """Put the next keys in the place of the old, which are gone then. The caller holds `held`."""
    replace_whole(data_dir / NEXT_KEY_FILE, data_dir / KEY_FILE)


def _make_keys(data_dir: Path) -> None:
    path = data_dir / ANCHOR_FILE
    if path.exists() and read_anchor(data_dir).size > 0:
        raise Misconfigured(
            f"{data_dir / KEY_FILE} is missing, and this ledger has signed before. Put it back."
        )
    keys = new_keys()
    write_anchor(
        data_dir, Anchor(keys.first.name, 0, EMPTY_ROOT)
    )  # first: a key without an anchor is refused
    keep_keys(data_dir, keys)


def read_anchor(data_dir: Path) -> Anchor:
    """How far the log has signed.

    Raises:
        Misconfigured: if the anchor is missing or cannot be read.
    """
    path = data_dir / ANCHOR_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        root = bytes.fromhex(found["root"])
        return Anchor(str(found["origin"]), int(found["size"]), root, str(found.get("note", "")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(
            f"{path} is missing or damaged, so nobody can say how far this ledger has signed. "
            "Put the kept copy back, or begin a new ledger with: ledger ceremony"
        ) from error


def write_anchor(data_dir: Path, anchor: Anchor) -> None:
    """Keep on disk how far the log has signed. The caller holds `held`."""
    told = {"origin": anchor.origin, "size": anchor.size, "root": anchor.root.hex(), "note": anchor.note}
    write_whole(data_dir / ANCHOR_FILE, json.dumps(told) + "\n")
