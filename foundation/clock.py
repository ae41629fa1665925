"""What time it is. Everything asks here, so that tests can stop the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present moment, in UTC, to the microsecond."""
    return _stopped.get() or datetime.now(UTC)  # noqa: TID251 - the one place that may ask


def today() -> date:
    """The present day in Europe/London, by which ages and periods are counted."""
    return now().astimezone(LONDON).date()


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Hold the clock at one moment within the block, in this thread and context only."""
    token = _stopped.set(at)
    try:
        yield
    finally:
        _stopped.reset(token)
