"""Who counts as a child, when, and towards whom; and age bands. Days are those of Europe/London."""

from bisect import bisect_right
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sharing.release.facts import Person

LONDON = ZoneInfo("Europe/London")
#: Whoever is younger is a child.
ADULT = 18
#: Years by eye that end here or later have no upper end: somebody known to be an adult is seen as 18 to 99.
OLDEST = 99
#: Where the bands begin; from the last on they are decades.
_STARTS = (0, 10, 14, 16, 18, 25)


def day_of(moment: datetime) -> date:
    """The day in Europe/London on which a moment falls."""
    return moment.astimezone(LONDON).date()


def completed_years(start: date, day: date) -> int:
    """Whole years from one day to another, below zero before it; 29 February is completed on 1 March."""
    return day.year - start.year - ((day.month, day.day) < (start.month, start.day))


def years_on(person: Person, day: date) -> tuple[int, int] | None:
    """Between which ages the person is on a day, the lower one first: by date of birth, else by apparent age.

    What was seen on another day is widened by the birthday that may lie between. None if nothing is recorded,
    or if what is recorded makes an adult of somebody believed to be a child.
    """
    if person.dob is not None:
        age = completed_years(person.dob, day)
        years = (age, age)
    elif (seen := person.apparent_age) is not None:
        since, at_most = completed_years(seen.recorded, day), -completed_years(day, seen.recorded)
        years = (seen.low + since, seen.high + at_most)
    else:
        return None
    doubted = person.believed_child and not (person.dob and person.dob_verified)
    return None if doubted and years[0] >= ADULT else years


def is_child(person: Person, now: datetime, happened: datetime | None, *, business: bool) -> bool:
    """Whether the person is to be treated as a child; `business` where the recipient is one.

    Towards business recipients what happened before the eighteenth birthday, or at no recorded time, stays a
    child's, whatever the age now.
    """
    if _under_age(person, day_of(now), unknown=business):
        return True
    return business and (happened is None or _under_age(person, day_of(happened), unknown=True))


def _under_age(person: Person, day: date, *, unknown: bool) -> bool:
    verified = person.dob is not None and person.dob_verified
    if person.believed_child and not verified:
        return True
    years = years_on(person, day)
    return unknown if years is None else years[0] < ADULT


def band_of(age: int) -> str:
    """The age band: under 10, 10–13, 14–15, 16–17, 18–24, and decades from 25."""
    return _said(*_edges(age))


def band_between(lowest: int, highest: int) -> str | None:
    """The bands in which two ages lie, as one: 16–24, under 18, 18 and over. None where they say nothing.

    It never tells less than all the years between the two, so nobody reads of an age that was not recorded.
    """
    start, _ = _edges(lowest)
    below = None if highest >= OLDEST else _edges(highest)[1]
    return _said(start, below) if start or below else None


def _edges(age: int) -> tuple[int, int]:
    """The first age of the band that an age is in, and the first above it."""
    if age >= _STARTS[-1]:
        start = age - (age - _STARTS[-1]) % 10
        return start, start + 10
    at = bisect_right(_STARTS, age)
    return _STARTS[at - 1], _STARTS[at]


def _said(start: int, below: int | None) -> str:
    if below is None:
        return f"{start} and over"
    return f"{start}–{below - 1}" if start else f"under {below}"
