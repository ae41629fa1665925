"""Narrowing a list or a search: by released values only, so that what is hidden finds nothing.

Whether a filter may be used at all follows from agreements, roles and the schema, never from records.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from foundation.clock import LONDON
from foundation.errors import FilterRefused, Invalid
from sharing.records.finding import found_by, found_by_person
from sharing.records.words import words_of
from sharing.release.exit import Released, ReleasedPerson
from sharing.release.facts import MEMBERS, Agreement, Clause, Reader, RoleGrant
from sharing.release.schema import FieldClass, Schema
from sharing.release.standing import standing_at
from sharing.release.treatments import DayPart, Month

_NEVER_FOR_BUSINESS = frozenset({FieldClass.SOURCE, FieldClass.VULNERABILITY})


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed by: equal values by field, a span of days by field, and words to be found.

    `spans` maps a field to (first day, day after the last); either may be None.
    """

    equal: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.equal or self.spans or self.words)

    @property
    def names(self) -> frozenset[str]:
        """The fields that are narrowed by."""
        return frozenset(self.equal) | frozenset(self.spans)


def searched(text: str) -> tuple[str, ...]:
    """The words of a query, folded as the words of records are; two words mean both."""
    return tuple(sorted(words_of({"query": text})))


def refuse_hidden(filters: Filters, allowed: Iterable[str]) -> None:
    """Refuse a filter on a field that no agreement and no role could show this reader.

    Raises:
        FilterRefused: always with the same sentence, whatever is stored.
    """
    if filters.names - set(allowed):
        raise FilterRefused("You cannot narrow by this field.")


def could_show(
    schema: Schema, reader: Reader, agreements: Iterable[Agreement], roles: Iterable[RoleGrant], now: Any
) -> frozenset[str]:
    """The fields of a schema that a clause in force or a role of the reader could show."""
    clauses = [
        clause
        for agreement in agreements
        if (standing := standing_at(agreement, now)) is not None and reader.agency in standing.parties
        for clause in standing.version.clauses
        if clause.opens and schema.name in clause.records and _speaks_to(clause, reader)
    ]
    held = list(roles)
    return frozenset(
        each.name
        for each in schema.fields
        if not (reader.commercial and each.field_class in _NEVER_FOR_BUSINESS)
        and (
            any(each.name in clause.fields or each.field_class in clause.fields for clause in clauses)
            or any(role.reads(schema.name, each.field_class) for role in held)
        )
    )


def _speaks_to(clause: Clause, reader: Reader) -> bool:
    return bool(
        clause.to_parties & {reader.agency, reader.kind} or (reader.member and MEMBERS in clause.to_parties)
    )


def span(first: str | None, last: str | None, *, field: str) -> tuple[date | None, date | None]:
    """A span of days from ISO texts: from the first to the last, both counted.

    Raises:
        Invalid: if one of them is not a day.
    """
    try:
        since = date.fromisoformat(first) if first else None
        until = date.fromisoformat(last) if last else None
    except ValueError:
        raise Invalid({field[:40]: "Give days like 2026-02-17."}) from None
    return since, until


def matches(record: Released, filters: Filters) -> bool:
    """Whether the released form of a record passes; a generalised value matches by overlap."""
    return (
        all(_equal(record.fields.get(name), wanted) for name, wanted in filters.equal.items())
        and all(_overlaps(record.fields.get(name), days) for name, days in filters.spans.items())
        and (not filters.words or words_shown(record) >= set(filters.words))
    )


def words_shown(record: Released) -> frozenset[str]:
    """The words by which the released form is found: of values that leave as they are, on it and its persons.

    A word that is shown and not kept (of an age band, a stand-in name, a status) finds nothing. It would only
    where another value holds it, and that one may be hidden.
    """
    shown: frozenset[str] = words_of(found_by(record.type, _as_they_are(record)))
    for person in record.persons:
        shown |= words_of(found_by_person(_as_they_are(person)))
    return shown


def _as_they_are(part: Released | ReleasedPerson) -> dict[str, Any]:
    return {name: part.fields[name] for name in part.disclosed}


def _plain(value: Any) -> Any:
    return getattr(value, "text", value)


def _equal(value: Any, wanted: str) -> bool:
    if isinstance(value, list | tuple):
        return wanted in value
    if isinstance(value, bool):
        return wanted == ("yes" if value else "no")
    return value is not None and str(_plain(value)).casefold() == wanted.casefold()


def _overlaps(value: Any, days: tuple[date | None, date | None]) -> bool:
    first, last = days_of(value)
    if first is None or last is None:
        return False
    since, until = days
    return (since is None or last >= since) and (until is None or first <= until)


def days_of(value: Any) -> tuple[date | None, date | None]:
    """The first and last day that a released value may mean; (None, None) if it is no time at all."""
    if isinstance(value, DayPart):
        return value.day, value.day
    if isinstance(value, Month):
        last = monthrange(value.year, value.month)[1]
        return date(value.year, value.month, 1), date(value.year, value.month, last)
    if isinstance(value, datetime):
        day = value.astimezone(LONDON).date()
        return day, day
    return (value, value) if isinstance(value, date) else (None, None)
