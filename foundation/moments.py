"""How a moment is kept as text: in UTC and of one width, so that text and time sort alike."""

from datetime import UTC, datetime


def in_utc(at: datetime) -> str:
    """The moment as `2026-02-17T14:00:00.000000Z`."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"
