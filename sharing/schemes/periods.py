"""A scheme's periods, in whole calendar months, and what a count of reports leads to."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day so many months on (or back, if negative); the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def card_for(checked_reports: int, held: str | None) -> str:
    """The card after so many checked reports in the period: the first makes it yellow; red stays red."""
    if held == "red":
        return "red"
    return "yellow" if checked_reports else held or "none"


def ban_for(checked_reports: int, held: str | None) -> str:
    """Whether the period's second checked report proposes an exclusion; a ban under way stays as it is."""
    if held not in (None, "none", "expired", "lifted"):
        return held
    return "proposed" if checked_reports > 1 else held or "none"
