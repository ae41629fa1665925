"""For how long a record is kept, counted from its last event. Pure.

What stands here for an agency that has set nothing is the portal's own: no law names a period for copies that
agencies share. The agency's data protection officer sets its own, line by line.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sharing.vocabulary.words import CATEGORIES as PERSONS
from sharing.vocabulary.words import RECORD_TYPES


class Period(NamedTuple):
    """So many months and days, and how people read it."""

    months: int
    days: int
    words: str


#: What may be chosen, the shortest first, by code.
PERIODS: Mapping[str, Period] = {
    "31-days": Period(0, 31, "31 days"),
    "3-months": Period(3, 0, "3 months"),
    "6-months": Period(6, 0, "6 months"),
    "12-months": Period(12, 0, "12 months"),
    "24-months": Period(24, 0, "24 months"),
    "3-years": Period(36, 0, "3 years"),
    "6-years": Period(72, 0, "6 years"),
    "7-years": Period(84, 0, "7 years"),
    "10-years": Period(120, 0, "10 years"),
    "30-years": Period(360, 0, "30 years"),
}
_ORDER = {code: place for place, code in enumerate(PERIODS)}

#: Somebody on the record who was or is under 18, or may have been; beside what people were at the event.
CHILD = "child"
CATEGORIES: Mapping[str, str] = {CHILD: "Child", **PERSONS}

#: A still goes with its record, and before it if its agency has a line for stills.
STILL = "media"
#: A register's entry about a place of the agency's own and about nobody, which it corrects by itself.
APART = frozenset({"camera"})
TYPES: Mapping[str, str] = {
    type_: singular for type_, (singular, _) in RECORD_TYPES.items() if type_ not in APART
}


class Rule(NamedTuple):
    """The line by which a record is kept: its period's code, its category ("" for all), and whose it is."""

    period: str
    category: str
    own: bool

    def told(self, type_: str) -> str:
        """It as one word of an entry: type, category, period, and whose line it is."""
        return " ".join((type_, self.category or "all", self.period, "agency" if self.own else "portal"))


#: By (type, category), the code of a period.
Lines = Mapping[tuple[str, str], str]

#: MoPI group 3 (Police Information and Records Management Code 2023): six years without another event; it
#: is also for how long a claim can be brought (Limitation Act 1980, section 2).
_SIX_YEARS = {"": "6-years"}
#: Business crime partnerships: 12 months shown to members and 12 more, and half of it for a child.
_BUSINESS = {"": "24-months", CHILD: "12-months"}


def defaults(*, business: bool) -> Mapping[str, str]:
    """What counts for every type where the agency has set nothing: codes of periods by category."""
    return _BUSINESS if business else _SIX_YEARS


def rule_for(lines: Lines, type_: str, categories: Collection[str], *, business: bool) -> Rule | None:
    """The one line that counts for a record: the agency's own first, a category before all, the shortest.

    None for a still of which the agency has no line: it goes with its record.
    """
    own = {category: period for (of, category), period in lines.items() if of == type_}
    others = {} if type_ == STILL else defaults(business=business)
    for line in (own, others):
        fitting = [each for each in line if each and each in categories] or [
            each for each in line if not each
        ]
        if fitting:
            shortest = min(fitting, key=lambda each: _ORDER[line[each]])
            return Rule(line[shortest], shortest, own=line is own)
    return None


def day_due(last: date, period: str) -> date:
    """The first day on which what had its last event then is deleted."""
    months, days, _ = PERIODS[period]
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    end = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(end + timedelta(days=last.day - 1), following - timedelta(days=1)) + timedelta(days=days)


def newest_to_look_at(today: date, lines: Lines, type_: str, *, business: bool) -> date | None:
    """What was recorded after this day cannot be due by `today`; None if nothing of the type ever is."""
    own = [period for (of, _), period in lines.items() if of == type_]
    periods = own + ([] if type_ == STILL else list(defaults(business=business).values()))
    if not periods:
        return None
    months, days, _ = PERIODS[min(periods, key=_ORDER.__getitem__)]
    return today - timedelta(days=months * 28 + days)
