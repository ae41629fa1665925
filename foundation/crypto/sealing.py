"""Small secrets and files kept sealed: bound to what they are, and dead without their key."""

import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class SealBroken(Exception):  # noqa: N818 - says what is the case
    """What was kept is not what was sealed, or belongs elsewhere, or the key is another."""


def new_key() -> bytes:
    """A key of 256 random bits."""
    return AESGCMSIV.generate_key(256)


@cache
def derived_key(secret: str, what: str) -> bytes:
    """The key for one kind of thing, from the portal's secret. Source: RFC 5869."""
    return HKDF(SHA256(), 32, None, f"concordat/v1 {what}".encode()).derive(secret.encode())


def seal(key: bytes, bound_to: str, data: bytes) -> bytes:
    """The data sealed; `bound_to` names the one thing that it belongs to. Source: RFC 8452."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCMSIV(key).encrypt(nonce, data, bound_to.encode())


def open_sealed(key: bytes, bound_to: str, sealed: bytes) -> bytes:
    """The data of a seal.

    Raises:
        SealBroken: if anything about it is not as it was sealed.
    """
    try:
        return AESGCMSIV(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise SealBroken from None
