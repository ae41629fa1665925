"""Small files of the data folder that must not be lost, torn, or read by others."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foundation.errors import Misconfigured

_LOCK_FILE = "ledger.lock"


@contextmanager
def held(data_dir: Path, name: str = _LOCK_FILE) -> Iterator[None]:
    """Keep every other process that uses this folder out of the same block while it runs."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def held_if_free(data_dir: Path, name: str) -> Iterator[bool]:
    """The same without waiting: false if another process is in the block."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Put the text in place of what the file holds: after a crash there is the one or the other, on disk."""
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    replace_whole(part, path)


def replace_whole(part: Path, path: Path) -> None:
    """Give the file its name, on disk; what had that name is gone."""
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def own_alone(path: Path) -> None:
    """Refuse a file that others than its owner can read.

    Raises:
        Misconfigured: saying what to run.
    """
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"Others can read {path}. Run: chmod 600 {path}")
