"""Narrowing a list or a search: by released values only, so that what is hidden finds nothing.

Whether a filter may be used at all follows from agreements, roles and the schema, never from records.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from foundation.errors import FilterRefused
from sharing.records.words import words_of
from sharing.release.facts import MEMBERS, Agreement, Clause, Reader, RoleGrant
from sharing.release.schema import FieldClass, Schema
from sharing.release.standing import standing_at

_NEVER_FOR_BUSINESS = frozenset({FieldClass.SOURCE, FieldClass.VULNERABILITY})


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed by: equal values by field, a span of days by field, and words to be found.

    `spans` maps a field to (first day, day after the last); either may be None.
    """

    equal: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    words: tuple[str, ...] = ()

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
        clause.to_parties & {reader.agency, reader.kind}
        or (reader.site is not None and MEMBERS in clause.to_parties)
    )
