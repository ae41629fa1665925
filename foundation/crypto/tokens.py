"""Random tokens that let somebody in. Only their digests are ever stored."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits as 43 characters that are safe in a cookie or header."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """SHA-256 in hexadecimal: enough for a token of 256 bits, which nobody can search for."""
    return hashlib.sha256(token.encode()).hexdigest()
