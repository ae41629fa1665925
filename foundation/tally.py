"""How much this thread of work has released and stored, for whoever bounds how much one person may.

Held outside every use case's arguments, as the credential is: what releases records and stores stills counts
them here, and the gate takes the numbers at the end of the request. What runs beside requests is counted and
never asked.
"""

from collections.abc import Mapping
from contextvars import ContextVar

_counts: ContextVar[Mapping[str, int]] = ContextVar("counts", default={})  # noqa: B039 - never changed, replaced


def add(kind: str, number: int = 1) -> None:
    """Count some of a kind: `records` that were just released, `stills` that were stored."""
    counts = _counts.get()
    _counts.set({**counts, kind: counts.get(kind, 0) + number})


def take() -> Mapping[str, int]:
    """How many of each kind there were since this was last asked."""
    counts = _counts.get()
    _counts.set({})
    return counts
