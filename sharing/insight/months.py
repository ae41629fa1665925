"""Months as text (`2025-11`), which sort as they follow one another; financial years run April to March."""

import calendar
import re

_MONTH = re.compile(r"(20\d\d)[-/]?(0[1-9]|1[0-2])")


def parse_month(text: str) -> str | None:
    """The month that `202511`, `2025-11` or `2025/11` names, or None."""
    match = _MONTH.fullmatch(text.strip())
    return f"{match[1]}-{match[2]}" if match else None


def shift(month: str, by: int) -> str:
    """The month so many months later; earlier if negative."""
    whole = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{whole // 12:04}-{whole % 12 + 1:02}"


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from the first to the last, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = shift(first, 1)
    return tuple(found)


def twelve_to(last: str) -> tuple[str, ...]:
    """The twelve months that end with this one."""
    return months_between(shift(last, -11), last)


def days_in(months: tuple[str, ...]) -> int:
    """How many days the months have together."""
    return sum(calendar.monthrange(int(month[:4]), int(month[5:]))[1] for month in months)


def financial_year(month: str) -> str:
    """The financial year, such as `2011/12`, that the month falls in."""
    start = int(shift(month, -3)[:4])
    return f"{start}/{(start + 1) % 100:02}"


def in_words(month: str) -> str:
    """The month as people say it: November 2025."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def short(month: str) -> str:
    """The month's name in three letters, for an axis."""
    return calendar.month_abbr[int(month[5:])]
