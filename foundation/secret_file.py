"""The file of the portal's secret: made once, kept to its owner, refused when weak or readable by others."""

import os
import secrets
import stat
from pathlib import Path

from foundation.errors import Misconfigured

#: A secret is at least so many bytes, as text in the file.
LEAST_BYTES = 32

#: Words that stand in examples, and so in every guesser's list.
_KNOWN = ("change", "default", "secret", "password", "example", "development", "concordat", "insecure")


def create_secret(path: Path) -> None:
    """Write 256 random bits as hexadecimal text, readable by the owner only; an existing file stays.

    Raises:
        FileNotFoundError: if the folder does not exist.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_secret(path: Path) -> str:
    """Give the secret in the file.

    Raises:
        Misconfigured: if it is missing, readable by others than its owner, short, or one that stands in
            examples. The message never holds any of it.
    """
    if not path.exists():
        command = "python -m portal.cli.setup prepare"
        raise Misconfigured(f"There is no secret file at {path}. Run: {command}")
    secret = read_private(path)
    _refuse_weak(secret, path)
    return secret


def read_private(path: Path) -> str:
    """Give the text of a file that is its owner's alone.

    Raises:
        Misconfigured: if it is missing, or readable by others. The message never holds any of it.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"The secret file {path} cannot be read as text.") from None
    if mode & 0o077:
        raise Misconfigured(f"The secret file {path} can be reached by others. Run: chmod 600 {path}")
    return text


def _refuse_weak(secret: str, path: Path) -> None:
    if len(secret.encode()) < LEAST_BYTES:
        raise Misconfigured(f"The secret in {path} is shorter than {LEAST_BYTES} bytes.")
    if len(set(secret)) < 10 or any(word in secret.lower() for word in _KNOWN):
        raise Misconfigured(f"The secret in {path} is a known default. Make a random one.")
