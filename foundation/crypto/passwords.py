"""Passwords under Argon2id, at most two at a time in one process.

Source: OWASP ASVS 5.0, appendix C (at least 46 MiB, one pass) and V6.2 (length, no rules of composition).
"""

import threading
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from zxcvbn import zxcvbn

from foundation.errors import Invalid, Unavailable

#: A password alone must be at least so long. Source: NIST SP 800-63B-4 section 3.1.1.
LEAST_LENGTH = 15
#: And with a second factor beside it.
LEAST_WITH_FACTOR = 12
#: On zxcvbn's scale of 0 to 4: not guessed within ten thousand million tries.
_LEAST_SCORE = 3
_MOST_LENGTH = 1_000

_hasher = PasswordHasher(time_cost=2, memory_cost=47_104, parallelism=1)

#: Of a random password that nobody kept: makes the answer for an unknown account as slow as for a known one.
STRANGER = "$argon2id$v=19$m=47104,t=2,p=1$2Cp4XXZIGk+6vF4tSgBwVQ$ZUgSVQ37uPfCJEAjPIl/Fnc8E8LahEcUSA9imXgxwks"

#: Two hashes use both processors of a small machine and 92 MiB; more would let strangers starve the rest.
_places = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 10.0


def refuse_guessable(password: str, words: Iterable[str]) -> None:
    """Refuse a password that is common, or made of words that lie near, such as names of the agency.

    No rules of composition, and nothing is ever changed for its age: NIST SP 800-63B-4 section 3.1.1.2.

    Raises:
        Invalid: if it would be guessed.
    """
    near = [part for word in ("concordat", *words) for part in (word, *word.split()) if len(part) > 2]
    if zxcvbn(normal(password)[:72], user_inputs=near)["score"] < _LEAST_SCORE:
        raise Invalid(
            {"password": "This password is easily guessed. Take a few words that do not belong together."}
        )


def hash_password(password: str, least: int = LEAST_LENGTH) -> str:
    """Give what to store for the password, which has at least so many characters.

    Raises:
        Invalid: if it is too short.
        Unavailable: if too many wait.
    """
    text = normal(password)
    if not least <= len(text) <= _MOST_LENGTH:
        raise Invalid({"password": f"A password has at least {least} characters."})
    with _Place():
        return _hasher.hash(text)


def password_is_good(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Without a stored one, say no after the same work.

    Raises:
        Unavailable: if too many wait.
    """
    with _Place():
        try:
            _hasher.verify(stored or STRANGER, normal(password)[:_MOST_LENGTH])
        except VerificationError:
            return False
    return stored is not None


def cost_is_current(stored: str) -> bool:
    """Whether the stored hash was made at today's cost."""
    return not _hasher.check_needs_rehash(stored)


def normal(password: str) -> str:
    """The form in which a password is judged and kept, however it was typed."""
    return unicodedata.normalize("NFKC", password)


class _Place:
    """One of the places at the hasher, held for the block."""

    def __enter__(self) -> None:
        if not _places.acquire(timeout=_WAIT_SECONDS):
            raise Unavailable("Many people are signing in. Wait a minute and try again.")

    def __exit__(self, *_: object) -> None:
        _places.release()
