"""Where a list goes on: sealed, so that a cursor tells nothing and fits only the list that gave it."""

import base64
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.errors import Invalid

_NONCE = 12
#: A cursor of the portal is far shorter; a longer one is refused before it is read.
_LONGEST = 400


@cache
def _key(secret: str) -> AESGCMSIV:
    return AESGCMSIV(HKDF(SHA256(), 32, None, b"concordat/v1 cursor").derive(secret.encode()))


def seal_cursor(secret: str, bound_to: str, text: str) -> str:
    """The text as an opaque cursor. `bound_to` names the list and its reader. Source: RFC 8452."""
    nonce = os.urandom(_NONCE)
    # Padded, so that the length tells nothing of the position.
    sealed = _key(secret).encrypt(nonce, text.ljust(96).encode(), bound_to.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_cursor(secret: str, bound_to: str, cursor: str) -> str:
    """The text of a cursor that this list gave to this reader.

    Raises:
        Invalid: if it is any other text.
    """
    wrong = Invalid({"cursor": "This is not a cursor of this list. Start without one."})
    if len(cursor) > _LONGEST:
        raise wrong
    try:
        raw = base64.urlsafe_b64decode(cursor)
        opened = _key(secret).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode())
    except (ValueError, InvalidTag):
        raise wrong from None
    return opened.decode().rstrip()
