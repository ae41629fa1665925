"""Who counts as a child, when, and towards whom; and age bands. Days are those of Europe/London."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sharing.release.facts import Person

LONDON = ZoneInfo("Europe/London")
#: Whoever is younger is a child.
ADULT = 18
_BANDS = ((10, "under 10"), (14, "10–13"), (16, "14–15"), (18, "16–17"), (25, "18–24"))


def day_of(moment: datetime) -> date:
    """The day in Europe/London on which a moment falls."""
    return moment.astimezone(LONDON).date()


def completed_years(start: date, day: date) -> int:
    """Whole years from one day to another, below zero before it; 29 February is completed on 1 March."""
    return day.year - start.year - ((day.month, day.day) < (start.month, start.day))


def age_on(person: Person, day: date) -> int | None:
    """The person's age on a day, by date of birth, else by the lower end of the apparent age.

    None if nothing is recorded, or if what is recorded makes an adult of somebody believed to be a child.
    """
    if person.dob is not None:
        years = completed_years(person.dob, day)
    elif person.apparent_age is not None:
        years = person.apparent_age.low + completed_years(person.apparent_age.recorded, day)
    else:
        return None
    doubted = person.believed_child and not (person.dob and person.dob_verified)
    return None if doubted and years >= ADULT else years


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
    age = age_on(person, day)
    return unknown if age is None else age < ADULT


def band_of(age: int) -> str:
    """The age band: under 10, 10–13, 14–15, 16–17, 18–24, and decades from 25."""
    for below, text in _BANDS:
        if age < below:
            return text
    start = 25 + (age - 25) // 10 * 10
    return f"{start}–{start + 9}"
