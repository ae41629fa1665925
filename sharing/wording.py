"""Released values in words: headings, moments and codes as people read them, on pages and in files."""

from datetime import date, datetime
from typing import Any

from foundation.clock import LONDON
from sharing.release.exit import Released
from sharing.release.treatments import DayPart, Month
from sharing.vocabulary.codes import code_label
from sharing.vocabulary.words import RECORD_TYPES

#: The fields by which people know when a record happened; a record has at most one of them.
_SUMMARY = ("occurred", "seen", "last_seen", "issued", "taken")


def title_of(record: Released) -> str:
    """A heading made of released values only: what, and where."""
    fields = record.fields
    what = next((words(n, fields[n]) for n in ("crime_type", "topic") if fields.get(n)), "")
    if record.type == "item":
        what = " ".join(str(plain(fields[n])) for n in ("make", "model") if fields.get(n))
    if record.type == "camera":
        what = f"Camera {plain(fields['number'])}" if fields.get("number") else ""
    if record.type == "subject":
        what = words("state", fields["state"]) if fields.get("state") else ""
    if record.type == "premises":
        what = str(plain(fields["trading_name"])) if fields.get("trading_name") else ""
    where = next((str(plain(fields[n])) for n in ("address", "ward") if fields.get(n)), "")
    return ", ".join(part for part in (what or RECORD_TYPES[record.type][0], where) if part)


def when_of(record: Released) -> str:
    """The moment by which people know a record, in its released form."""
    found = next((record.fields[name] for name in _SUMMARY if record.fields.get(name)), None)
    return "" if found is None else words("", found)


def plain(value: Any) -> Any:
    """A treated form as its text, anything else as it is."""
    return getattr(value, "text", value)


def words(name: str, value: Any) -> str:
    """The words that people read for a released value of a field."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, DayPart | Month | date):
        return _when(value)
    if isinstance(value, list | tuple):
        return ", ".join(code_label(name, str(part)) for part in value)
    if name == "loss" and isinstance(value, int):
        return f"£{value / 100:,.2f}"
    return code_label(name, str(plain(value)))


def _when(value: DayPart | Month | date) -> str:
    if isinstance(value, DayPart):
        return f"{value.day:%-d %B %Y}, {value.quarter * 6:02}:00 to {value.quarter * 6 + 6:02}:00"
    if isinstance(value, Month):
        return f"{date(value.year, value.month, 1):%B %Y}"
    if isinstance(value, datetime):
        return f"{value.astimezone(LONDON):%-d %B %Y, %H:%M}"
    return f"{value:%-d %B %Y}"
