"""On whose credential this thread of work asks the database: held outside every use case's arguments.

The gate presents what it was shown; the database looks it up for itself at the start of each transaction, so
that a statement cannot say whom it speaks for. This module knows nothing of how a credential was shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shown:
    """The token of a session or of a key, as somebody showed it; never in a log."""

    token: str = field(repr=False)


_held: ContextVar[Shown | None] = ContextVar("credential", default=None)


def held() -> Shown | None:
    """The credential of this context, None where nobody asks."""
    return _held.get()


def present(credential: Shown | None) -> None:
    """Replace the credential of this context. Whoever serves requests does so at each one's start and end."""
    _held.set(credential)


@contextmanager
def presenting(credential: Shown) -> Iterator[None]:
    """The credential within the block, and then whichever it was before."""
    before = _held.set(credential)
    try:
        yield
    finally:
        _held.reset(before)
