"""Days and times that count from the day of loading, so that releases are live whenever it is run.

`-3d 17:36` is three days earlier at 17:36 in Romford, `+90d` a day or its end, `-16y112d` sixteen years and
112 days earlier.
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from foundation.clock import LONDON

_MOMENT = re.compile(r"([+-]\d+)d(?: (\d{2}):(\d{2}))?")
_BIRTH = re.compile(r"-(\d+)y(\d+)d")


def moment_of(text: str, now: datetime) -> datetime:
    """The moment, in UTC; without a time of day it is midnight in Romford.

    Raises:
        ValueError: if the text has another form.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no moment such as -3d 17:36")
    day = _today(now) + timedelta(days=int(found[1]))
    at = time(int(found[2] or 0), int(found[3] or 0))
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def day_of(text: str, now: datetime) -> date:
    """The day.

    Raises:
        ValueError: if the text has another form, or a time of day.
    """
    found = _MOMENT.fullmatch(text)
    if found is None or found[2]:
        raise ValueError(f"{text} is no day such as +90d")
    return _today(now) + timedelta(days=int(found[1]))


def birth_of(text: str, now: datetime) -> date:
    """The date of birth of somebody who is so many years and days old.

    Raises:
        ValueError: if the text has another form.
    """
    found = _BIRTH.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no age such as -16y112d")
    today = _today(now)
    birthday = date(today.year - int(found[1]), today.month, min(today.day, 28))
    return birthday - timedelta(days=int(found[2]))


def _today(now: datetime) -> date:
    return now.astimezone(LONDON).date()
