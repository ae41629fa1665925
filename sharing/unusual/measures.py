"""The measures by which looks stand out. Pure, few and simple enough to be told to whoever is asked about.

Each compares somebody with their own habit and never with others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from foundation.clock import LONDON

#: So many days are looked through, and so many before each of them make a habit.
DAYS = HABIT = 28
#: A day with more looks than this many times the median of the person's own days stands out …
TIMES = 3
#: … from this many looks on.
LEAST = 20
#: With fewer days than this nobody has a habit yet.
HABIT_FROM = 5
#: Night, as hours of the clock in London: from, until.
NIGHT = (22, 6)
#: An hour is usual for somebody who looked in it on so many days of the habit.
USUAL_FROM = 2


class Kind(StrEnum):
    """Why a line stands in the list."""

    FIRST = "first"
    GLASS = "glass"
    NIGHT = "night"
    VOLUME = "volume"


@dataclass(frozen=True)
class Look:
    """One entry of somebody's: its event and its moment."""

    person: str
    event: str
    at: datetime

    @property
    def day(self) -> date:
        """Its day in London."""
        return self.at.astimezone(LONDON).date()

    @property
    def hour(self) -> int:
        """Its hour by the clock in London."""
        return self.at.astimezone(LONDON).hour


@dataclass(frozen=True)
class Found:
    """Something that stands out: `of` names it together with kind and person; `why` is a sentence."""

    kind: Kind
    person: str
    of: str
    at: datetime
    why: str


#: What was looked at, by event: for one, for more.
_THINGS: Mapping[str, tuple[str, str]] = {
    "sharing:picture:shown": ("still", "stills"),
    "sharing:record:listed": ("list", "lists"),
    "sharing:record:read": ("record", "records"),
}


def standing_out(looks: Iterable[Look], today: date) -> Iterator[Found]:
    """What stands out by number or by hour in the `DAYS` up to today, by looks from `HABIT` days before."""
    days: dict[str, dict[date, list[Look]]] = defaultdict(lambda: defaultdict(list))
    for look in looks:
        days[look.person][look.day].append(look)
    for own in days.values():
        for day in sorted(own):
            if today - timedelta(days=DAYS) < day <= today:
                before = [own[each] for each in own if day - timedelta(days=HABIT) <= each < day]
                yield from _volume(own[day], before)
                yield from _night(own[day], before)


def _volume(looks: Sequence[Look], before: Sequence[Sequence[Look]]) -> Iterator[Found]:
    usual = median(map(len, before)) if len(before) >= HABIT_FROM else 0
    if len(looks) < LEAST or len(looks) <= TIMES * usual:
        return
    habit = (
        f"more than {TIMES} times their usual {usual:g} a day"
        if usual
        else f"at least {LEAST}, with fewer than {HABIT_FROM} days before from which to tell a habit"
    )
    yield _found(Kind.VOLUME, looks, f"looked {len(looks)} times in a day, {habit}")


def _night(looks: Sequence[Look], before: Sequence[Sequence[Look]]) -> Iterator[Found]:
    hours = Counter(hour for day in before for hour in {look.hour for look in day})
    at_night = [
        look
        for look in looks
        if (look.hour >= NIGHT[0] or look.hour < NIGHT[1]) and hours[look.hour] < USUAL_FROM
    ]
    if at_night:
        usual = sorted(hour for hour, count in hours.items() if count >= USUAL_FROM)
        said = f"their usual hours are {_hours(usual)}" if usual else "they have no usual hours yet"
        times = [look.at.astimezone(LONDON) for look in at_night]
        first, last = f"{min(times):%H:%M}", f"{max(times):%H:%M}"
        when = f"at {first}" if first == last else f"between {first} and {last}"
        yield _found(Kind.NIGHT, at_night, f"looked at night, {when}; {said}")


def _found(kind: Kind, looks: Sequence[Look], why: str) -> Found:
    counts = Counter(look.event for look in looks)
    things = [
        f"{count} {one if count == 1 else more}"
        for event, (one, more) in _THINGS.items()
        if (count := counts[event])
    ]
    last = max(look.at for look in looks)
    return Found(kind, looks[0].person, looks[0].day.isoformat(), last, f"{why}. Looked at: {_and(things)}.")


def _hours(hours: Sequence[int]) -> str:
    """Hours of the clock as spans: `08:00 to 12:00 and 14:00 to 15:00`."""
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return _and([f"{begin:02}:00 to {end:02}:00" for begin, end in spans])


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
