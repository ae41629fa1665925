"""How details are kept: sealed, each under a secret of its own, which lies wrapped in a row of its own.

    key in the data folder ─ wraps (AES-KW) ─ the entry's 32 random bytes ┬ HMAC key of the public leaf
                                                                          └ HKDF → AES-256-GCM-SIV: detail

So to forget an entry is to delete one small row, and nothing that the tree holds has to change. A secret
seals one message, therefore the nonce of the cipher is fixed; that the text belongs to its secret is shown by
the leaf, which commits to both. The process holds the keys that were opened; each sealed row names its key.
"""

import hmac
import secrets
import zlib
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from foundation.errors import Misconfigured, Unavailable
from foundation.ledger.files import held, own_alone, write_whole

SEAL_FILE = "ledger.seal"
_KEY_SIZE = 32
_ID_SIZE = 4
#: Bytes of the part that is kept apart: which key wraps it, and the wrapped secret.
KEY_SIZE = _ID_SIZE + 40
#: By so much the rest is longer than the detail in UTF-8, if that is shorter than `_LONG`.
SEAL_OVERHEAD = 16
#: From so many bytes a detail is pressed before it is sealed: of a page of many owners it repeats itself.
_LONG = 4_096
#: How what was pressed begins (RFC 1950), and no detail does.
_PRESSED = b"\x78"
_INFO = b"concordat/ledger/detail/v1"
_NONCE = bytes(12)

#: How rows from before there was a seal begin, where the key's id stands: `foundation.ledger.resealing`.
BARE = bytes(_ID_SIZE)

_keys: dict[bytes, bytes] = {}
_current: list[bytes] = []  # one id at most: of the key that wraps what is written now


def open_keys(data_dir: Path) -> None:
    """Take the keys of an installation into this process; the newest of them seals from now on.

    The file is made at first use. Keys that were opened before stay, so that what they sealed can be read.

    Raises:
        Misconfigured: if the file cannot be read, holds no key, or can be read by others than its owner.
    """
    path = data_dir / SEAL_FILE
    if not path.exists():
        with held(data_dir):
            if not path.exists():
                write_whole(path, secrets.token_hex(_KEY_SIZE) + "\n")
    own_alone(path)
    try:
        found = [bytes.fromhex(line) for line in path.read_text(encoding="utf-8").split()]
    except ValueError as error:
        raise Misconfigured(f"{path} holds no keys. Put the kept copy back.") from error
    if not found or any(len(key) != _KEY_SIZE for key in found):
        raise Misconfigured(f"{path} holds no keys. Put the kept copy back.")
    for key in found:
        use_key(key)


def add_key(data_dir: Path) -> None:
    """Make a new key that seals from now on; the old ones stay, to read what they sealed."""
    open_keys(data_dir)
    path = data_dir / SEAL_FILE
    with held(data_dir):
        write_whole(path, f"{path.read_text(encoding='utf-8')}{secrets.token_hex(_KEY_SIZE)}\n")
    open_keys(data_dir)


def use_key(key: bytes) -> None:
    """Take one key into this process, and seal with it from now on."""
    found = _id_of(key)
    _keys[found] = key
    _current[:] = [found]


def is_open(key_part: bytes) -> bool:
    """Whether this process holds the key that wraps this part."""
    return key_part[:_ID_SIZE] in _keys


def seal(detail: str, secret: bytes) -> bytes:
    """The detail and its secret as they are kept; the first `KEY_SIZE` bytes may be kept apart.

    `secret` has 32 bytes and seals nothing else.

    Raises:
        Unavailable: if this process has opened no key.
    """
    if not _current:
        raise Unavailable("The key of the ledger is not open here, so nothing is done and nothing is shown.")
    key_id, body = _current[0], detail.encode()
    if len(body) >= _LONG:
        body = zlib.compress(body, 1)
    return key_id + aes_key_wrap(_keys[key_id], secret) + _cipher(secret).encrypt(_NONCE, body, None)


def unseal(key_part: bytes, body: bytes) -> tuple[str, bytes]:
    """The detail and its secret from the two parts.

    Raises:
        Unavailable: always with the same words, whatever is wrong with them.
    """
    key_id, wrapped = key_part[:_ID_SIZE], key_part[_ID_SIZE:]
    try:
        secret = aes_key_unwrap(_keys[key_id], wrapped)
        opened = _cipher(secret).decrypt(_NONCE, body, None)
        return (zlib.decompress(opened) if opened[:1] == _PRESSED else opened).decode(), secret
    except (KeyError, InvalidUnwrap, InvalidTag, ValueError, zlib.error) as error:
        raise Unavailable("An entry of the ledger cannot be opened. Tell whoever runs the portal.") from error


def parted(sealed: bytes) -> tuple[bytes, bytes]:
    """The part that is kept apart, and the rest."""
    return sealed[:KEY_SIZE], sealed[KEY_SIZE:]


class Sealed(TypeDecorator[str]):
    """A detail that is kept sealed in one column, with its secret: written as bytes, read as its text."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Open it."""
        del dialect
        return None if value is None else unseal(*parted(value))[0]


def _cipher(secret: bytes) -> AESGCMSIV:
    # HKDF-Expand of one block: RFC 5869 section 2.3. The secret is uniform, so there is nothing to extract.
    return AESGCMSIV(hmac.new(secret, _INFO + b"\x01", "sha256").digest())


def _id_of(key: bytes) -> bytes:
    return sha256(_INFO + key).digest()[:_ID_SIZE]
