"""Whether a person counts as a child, today and at an event."""

from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@cache
def moment(text):
    """The aware time that a world's text names; None stays None."""
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def within(at, start, end):
    """Whether a moment lies in [start, end); None leaves a side open."""
    return (start is None or start <= at) and (end is None or at < end)


def anniversary(day, years):
    """The same day so many years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def whole_years(since, until):
    """Anniversaries passed from one day to another; negative, rounded down, where the other is earlier."""
    years = until.year - since.year
    return years if anniversary(since, years) <= until else years - 1


def _age_on(subject, day):
    if subject["dob"]:
        return whole_years(date.fromisoformat(subject["dob"]), day)
    apparent = subject["apparent_age"]
    if apparent and apparent.get("low") is not None:
        return apparent["low"] + whole_years(date.fromisoformat(apparent["recorded"]), day)
    return None


def child_at(subject, at, *, business):
    """Whether the person counts as a child at one moment, towards a business recipient or another."""
    verified = subject["dob"] and subject["dob_verified"]
    if subject["believed_child"] and not verified:
        return True
    age = _age_on(subject, at.astimezone(LONDON).date())
    return business if age is None else age < 18


def child(subject, now, happenings, *, business):
    """Whether the person is a child for this reader.

    Towards business recipients what happened before the eighteenth birthday, or at no recorded time, stays
    a child's: `happenings` are the times of the record and of whatever it stands on.
    """
    if child_at(subject, now, business=business):
        return True
    if not business:
        return False
    return any(at is None or child_at(subject, at, business=True) for at in happenings)


def six_months_after(at):
    """The same day and time six months later; a day that the month lacks becomes its last."""
    month = at.month + 6
    year, month = (at.year + 1, month - 12) if month > 12 else (at.year, month)
    for day in (at.day, 30, 29, 28):
        try:
            return at.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise ValueError(f"no such day six months after {at}")
