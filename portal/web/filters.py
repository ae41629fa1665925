"""How values read on a page: London times, days, spans of time, counts, money. Pure: no request, no app."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from foundation import clock
from foundation.clock import LONDON

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
#: From here on a span is told in days alone.
_LONG = 2 * _DAY


def london(moment: datetime) -> datetime:
    """The moment on London's clock.

    Raises:
        ValueError: if it does not say in which zone it is.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be shown")
    return moment.astimezone(LONDON)


def long_time(moment: datetime) -> str:
    """A moment as "17 February 2026, 17:36"."""
    local = london(moment)
    return f"{local.day} {local:%B %Y, %H:%M}"


def short_time(moment: datetime) -> str:
    """A moment of this year as "17 Feb, 17:36", of another as "17 Feb 2025, 17:36"."""
    local = london(moment)
    year = "" if local.year == clock.today().year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def clock_time(moment: datetime) -> str:
    """The time alone, as "17:36"."""
    return f"{london(moment):%H:%M}"


def long_date(day: date) -> str:
    """A day, or the London day of a moment, as "17 February 2026"."""
    local = _day_of(day)
    return f"{local.day} {local:%B %Y}"


def short_date(day: date) -> str:
    """A day, or the London day of a moment, as "17 Feb 2026"."""
    local = _day_of(day)
    return f"{local.day} {local:%b %Y}"


def machine_time(moment: date) -> str:
    """A moment or a day as machines read it, for the datetime attribute of a time element."""
    return moment.astimezone(UTC).isoformat() if isinstance(moment, datetime) else moment.isoformat()


def is_moment(value: object) -> bool:
    """Whether a value is a moment, with a day and a time."""
    return isinstance(value, datetime)


def is_day(value: object) -> bool:
    """Whether a value is a day without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def span(length: timedelta) -> str:
    """A length of time in at most two words with numbers, as "1 day 19 hours" or "5 hours"."""
    length = abs(length)
    if length < _MINUTE:
        return "less than a minute"
    if length < _HOUR:
        return plural(length // _MINUTE, "minute")
    if length < _DAY:
        return plural(length // _HOUR, "hour")
    days, hours = plural(length // _DAY, "day"), length % _DAY // _HOUR
    return f"{days} {plural(hours, 'hour')}" if hours and length < _LONG else days


def ago(moment: datetime) -> str:
    """How long ago a moment was, or in how long it will be: "3 days ago", "in 5 hours"."""
    length = clock.now() - moment
    return f"{span(length)} ago" if length >= timedelta(0) else f"in {span(length)}"


def until(moment: datetime) -> str:
    """What is left until a moment, as "1 day 19 hours left", or how long it has been over."""
    length = moment - clock.now()
    return f"{span(length)} left" if length >= timedelta(0) else f"{span(length)} over"


def days_until(day: date) -> str:
    """A day as seen from today: "today", "in 3 days", "7 days ago"."""
    days = (_day_of(day) - clock.today()).days
    if days == 0:
        return "today"
    return f"in {plural(days, 'day')}" if days > 0 else f"{plural(-days, 'day')} ago"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun, as "1 field" or "1,204 fields"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def pounds(pence: int) -> str:
    """An amount of pence as "£460" or "£4.50"."""
    whole, rest = divmod(abs(pence), 100)
    sign = "-" if pence < 0 else ""
    return f"{sign}£{whole:,}.{rest:02}" if rest else f"{sign}£{whole:,}"


def sentence_list(words: list[str] | tuple[str, ...]) -> str:
    """Words in a row as a sentence says them: "A, B and C"."""
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def filters(code_label: Callable[[str, str], str]) -> Mapping[str, Callable[..., Any]]:
    """Every filter by the name that templates use; `code_label` gives the words for a field's code."""

    def label(code: str, field: str) -> str:
        return code_label(field, code)

    return {
        "ago": ago,
        "clock_time": clock_time,
        "days_until": days_until,
        "label": label,
        "long_date": long_date,
        "long_time": long_time,
        "machine_time": machine_time,
        "plural": plural,
        "pounds": pounds,
        "sentence_list": sentence_list,
        "short_date": short_date,
        "short_time": short_time,
        "span": span,
        "until": until,
    }


def _day_of(day: date) -> date:
    return london(day).date() if isinstance(day, datetime) else day
