"""Names for things: random, so that none tells how many there are or when it was made."""

import secrets
import uuid

ID_SIZE = 16

#: Crockford's alphabet without the letters that are read wrong over a radio.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A random UUID (version 4) in its text form. Source: RFC 9562 section 5.4."""
    return id_of(secrets.token_bytes(ID_SIZE))


def id_of(random: bytes) -> str:
    """The same of so many random bytes that were drawn with others."""
    digits = random.hex()
    variant = "89ab"[random[8] >> 6]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def is_id(text: str) -> bool:
    """Whether the text is a UUID in the form that `new_id` gives."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def new_reference() -> str:
    """A short random reference for people to read out, such as `7QF4-K2`."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    return f"{letters[:4]}-{letters[4:]}"
