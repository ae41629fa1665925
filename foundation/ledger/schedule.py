"""How long details of the ledger are kept, by kind of entry, and why so long. Pure.

The Data Protection Act 2018 names no period for logs: section 39 asks for one that is set and justified. What
stands here is the product's, and an operator changes it by a setting.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kept:
    """For how many months, None for as long as the ledger; and on what basis."""

    months: int | None
    basis: str


_CLAIM = "A claim or a complaint about it can be brought for six years (Limitation Act 1980, section 2)."

SCHEDULE: Mapping[str, Kept] = {
    "alteration": Kept(72, _CLAIM),
    "collection": Kept(72, _CLAIM),
    "combination": Kept(72, _CLAIM),
    "consultation": Kept(72, _CLAIM),
    "disclosure": Kept(72, _CLAIM),
    "erasure": Kept(None, "It accounts for what is gone, and holds nothing of it."),
    "security": Kept(24, "An attack is found late, and seldom later; nothing of a record stands in it."),
}
#: Months after leaving when the name behind a pseudonym goes: the longest period above, and one year.
NAMES_MONTHS = 84
#: No detail is kept for less: a year's review must still find it.
LEAST = 12
_OVERRIDE = re.compile(r"([a-z]+)=([1-9][0-9]{0,3})")


def months_by_kind(overrides: Iterable[str]) -> dict[str, int]:
    """The months of each kind of entry that ends, with an operator's `kind=months` in the place of ours.

    Raises:
        ValueError: if one of them has another form, is of no kind that ends, or is too short.
    """
    months = {kind: kept.months for kind, kept in SCHEDULE.items() if kept.months is not None}
    for each in overrides:
        match = _OVERRIDE.fullmatch(each)
        if match is None or match[1] not in months or int(match[2]) < LEAST:
            raise ValueError(each)
        months[match[1]] = int(match[2])
    return months


def months_before(now: datetime, months: int) -> datetime:
    """The same moment so many months ago; of the last days of a month, its 28th."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, 28))
