"""Rows inside of rows: what hangs on a record comes with it as JSON, in the record's own statement.

Each statement more costs 0.3 ms of processor time at its two ends, which is more than its rows do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import Boolean, ColumnElement, Date, FromClause, Label, String, case, cast, func, null, select

from auth.tables import agency, user
from foundation.database import JsonText, UtcTime
from foundation.walls import POSTGRESQL
from sharing.agreements.tables import break_glass, grant, necessity_note, release, stand_in
from sharing.records.person import PERSON
from sharing.records.record import link, person, record

#: How JSON gives back what a column's own type would give.
_READERS: Mapping[type[Any], Callable[[Any], Any]] = {
    UtcTime: datetime.fromisoformat,
    JsonText: orjson.loads,
    Date: date.fromisoformat,
    Boolean: bool,
}


@dataclass(frozen=True)
class Nested:
    """Rows of one kind, in a column of this name: their columns by name, and which hang on a record."""

    name: str
    columns: Mapping[str, ColumnElement[Any]]
    source: FromClause
    hangs: ColumnElement[bool]
    readers: tuple[tuple[str, Callable[[Any], Any]], ...] = field(init=False)

    def __post_init__(self) -> None:
        readers = [(name, _READERS.get(type(column.type))) for name, column in self.columns.items()]
        object.__setattr__(self, "readers", tuple(each for each in readers if each[1] is not None))

    def column(self, dialect: str) -> Label[str]:
        """The column that holds the rows that hang on the record of the outer row."""
        postgresql = dialect == POSTGRESQL
        build = func.json_build_array if postgresql else func.json_array
        collect = func.json_agg if postgresql else func.json_group_array
        rows = select(cast(collect(build(*self.columns.values())), String)).select_from(self.source)
        return rows.where(self.hangs).correlate(record).scalar_subquery().label(self.name)

    def nothing(self) -> Label[None]:
        """The column where these rows are not wanted."""
        return null().label(self.name)

    def read(self, row: Mapping[Any, Any]) -> list[dict[str, Any]]:
        """The rows inside of a row, in the order of their ids, whatever the database gives them in."""
        stored = row[self.name]
        if not stored:
            return []
        return sorted([self._read(values) for values in orjson.loads(stored)], key=itemgetter("id"))

    def _read(self, values: list[Any]) -> dict[str, Any]:
        row = dict(zip(self.columns, values, strict=True))
        for name, reader in self.readers:
            if row[name] is not None:
                row[name] = reader(row[name])
        return row


#: The releases of a record, whomever they reach: the engine picks, and only it. A still has its parent's, by
#: which it is found in lists.
RELEASES = Nested(
    "releases",
    {
        name: release.c[name]
        for name in (
            "id", "agreement_id", "purposes", "recipients", "category", "text", "at", "expires", "revoked"
        )
    },
    release,
    # CASE, not COALESCE: PostgreSQL takes that for leaky and would walk all releases behind their policy.
    release.c.record_id == case((record.c.parent.is_(None), record.c.id), else_=record.c.parent),
)  # fmt: skip

#: The grants on a record, whomever they are for.
GRANTS = Nested(
    "grants",
    {
        name: grant.c[name]
        for name in (
            "id", "agreement_id", "fields", "treatment", "to_agency", "to_users", "purpose", "from_at",
            "until_at", "passes"
        )
    },
    grant,
    grant.c.record_id == record.c.id,
)  # fmt: skip

#: The broken glass over a record, by whomever, with the second person of each; what waits for one is none.
GLASS = Nested(
    "break_glass",
    {
        name: break_glass.c[name]
        for name in ("id", "user_id", "at", "role", "danger", "reason", "factor_at", "overdue", "second_user")
    }
    | {
        f"second_{name}": user.c[name]
        for name in ("agency_id", "member", "roles", "partnership_roles", "vetting", "service")
    }
    | {f"second_{name}": agency.c[name] for name in ("kind", "business", "vetting_rules")},
    break_glass.outerjoin(user, user.c.id == break_glass.c.second_user).outerjoin(
        agency, agency.c.id == user.c.agency_id
    ),
    (break_glass.c.record_id == record.c.id) & break_glass.c.at.is_not(None),
)

#: The notes of necessity on a record.
NOTES = Nested(
    "notes", dict(necessity_note.c.items()), necessity_note, necessity_note.c.record_id == record.c.id
)


_LINKED = link.join(person, person.c.id == link.c.person_id)
#: What rules must know of a person on a record, and nothing that was entered of them there.
_FACTS: Mapping[str, ColumnElement[Any]] = {
    **{name: link.c[name] for name in ("id", "person_id", "categories", "own")},
    **{f"fact_{name}": column for name, column in person.c.items()},
}


@cache
def persons_on(dialect: str) -> Nested:
    """The persons on a record, with what rules must know of each (`fact_…`) and their stand-in names."""
    values = {each.name: link.c[each.name] for each in PERSON.fields}
    columns = {**_FACTS, **values, "stand_ins": _stand_ins(dialect)}
    return Nested("persons", columns, _LINKED, link.c.record_id == record.c.id)


#: The same of a record that the reader may not see: without what was entered of them.
PERSONS_BEHIND = Nested("persons", _FACTS, _LINKED, link.c.record_id == record.c.id)


@cache
def keeper_of(dialect: str) -> Nested:
    """The person who keeps a thing, on the record where they were linked, with when that event `happened`."""
    event = record.alias("event")
    columns = {**_FACTS, "happened": event.c.happened, "stand_ins": _stand_ins(dialect)}
    source = _LINKED.join(event, event.c.id == link.c.record_id)
    return Nested("kept_by", columns, source, link.c.id == record.c.keeper)


def _stand_ins(dialect: str) -> ColumnElement[Any]:
    collect = func.json_object_agg if dialect == POSTGRESQL else func.json_group_object
    names = select(collect(stand_in.c.agreement_id, stand_in.c.token))
    return names.where(stand_in.c.person_id == link.c.person_id).correlate(link).scalar_subquery()
