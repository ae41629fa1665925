"""What the log keeps outside the database: its key, and the anchor that says how far it has signed.

A database that was restored from a backup would let the log grow again in another way, and sign a fork. The
anchor is written to disk before a checkpoint can be read by anyone, so that such a database is refused.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from foundation.errors import Misconfigured
from foundation.ledger.note import Signer
from foundation.ledger.tree import EMPTY_ROOT

KEY_FILE = "ledger.key"
ANCHOR_FILE = "ledger.anchor"
_LOCK_FILE = "ledger.lock"


@dataclass(frozen=True)
class Anchor:
    """The largest checkpoint that was signed."""

    origin: str
    size: int
    root: bytes


@contextmanager
def held(data_dir: Path) -> Iterator[None]:
    """Keep every other process that uses this folder from signing while the block runs."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data_dir / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def open_key(data_dir: Path) -> Signer:
    """The key of the log, made at first use together with the log's name and an anchor at size zero.

    Raises:
        Misconfigured: if the key is missing where a log has signed before, cannot be read, or can be read by
            others than its owner.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        with held(data_dir):
            if not path.exists():
                _make_key(data_dir)
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"Others can read {path}. Run: chmod 600 {path}")
    try:
        return Signer.read(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Misconfigured(f"{path} holds no key of a ledger. Put the kept copy back.") from error


def _make_key(data_dir: Path) -> None:
    path = data_dir / ANCHOR_FILE
    if path.exists() and read_anchor(data_dir).size > 0:
        raise Misconfigured(
            f"{data_dir / KEY_FILE} is missing, and this ledger has signed before. Put it back."
        )
    signer = Signer(f"concordat/ledger/{secrets.token_hex(8)}", secrets.token_bytes(32))
    write_anchor(data_dir, Anchor(signer.name, 0, EMPTY_ROOT))  # first: a key without an anchor is refused
    _write(data_dir / KEY_FILE, signer.text() + "\n")


def read_anchor(data_dir: Path) -> Anchor:
    """How far the log has signed.

    Raises:
        Misconfigured: if the anchor is missing or cannot be read.
    """
    path = data_dir / ANCHOR_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Anchor(str(found["origin"]), int(found["size"]), bytes.fromhex(found["root"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(
            f"{path} is missing or damaged, so nobody can say how far this ledger has signed. "
            "Put the kept copy back, or start a new ledger that commits to the last good checkpoint."
        ) from error


def write_anchor(data_dir: Path, anchor: Anchor) -> None:
    """Keep on disk how far the log has signed. The caller holds `held`."""
    told = {"origin": anchor.origin, "size": anchor.size, "root": anchor.root.hex()}
    _write(data_dir / ANCHOR_FILE, json.dumps(told) + "\n")


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
