"""What somebody typed and could not send: sealed, so that it lies in their browser and only they open it."""

import base64
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


@cache
def _key(secret: str) -> AESGCMSIV:
    return AESGCMSIV(HKDF(SHA256(), 32, None, b"concordat/v1 typed").derive(secret.encode()))


def seal_typed(secret: str, bound_to: str, text: str) -> str:
    """The text, to be opened with the same `bound_to` alone, which names who typed it and where.

    Source: RFC 8452.
    """
    nonce = os.urandom(_NONCE)
    return base64.urlsafe_b64encode(
        nonce + _key(secret).encrypt(nonce, text.encode(), bound_to.encode())
    ).decode()


def open_typed(secret: str, bound_to: str, sealed: str) -> str | None:
    """The text; None if it was sealed for somebody else or for another place, or is anything else."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return _key(secret).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode()).decode()
    except (ValueError, InvalidTag):
        return None
