"""Which rows may exist for a reader, as SQL: the same rules as the engine, narrowed as far as SQL can.

A scope is a set of lanes. A lane is one walk along the newest rows of one index: what was released under one
agreement to one recipient key, or what the reader's own agency holds. The engine decides every row again, so
a scope may be too wide but never too narrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    FromClause,
    Select,
    String,
    Subquery,
    bindparam,
    func,
    select,
    true,
    tuple_,
    union_all,
)

from foundation.database import UtcTime
from sharing.agreements.tables import reach
from sharing.records.record import record, word

#: Later than every position: where a list starts.
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_LAST_ID = "z"


@dataclass(frozen=True)
class Lane:
    """What was released under one agreement to one recipient key: an agency, `members`, or `*` for all."""

    agreement: str
    recipient: str


@dataclass(frozen=True)
class Position:
    """Where a list stands: the moment by which it is ordered, then the record's id."""

    at: datetime = END_OF_TIME
    record_id: str = _LAST_ID


@dataclass(frozen=True)
class Scope:
    """The rows of one record type that may exist for one reader, for one purpose, now.

    `own` says whether the reader's own agency's rows are in it, `site` narrows those to one shop (members).
    """

    agency: str
    own: bool
    site: str | None
    purpose: str | None
    lanes: tuple[Lane, ...]
    now: datetime

    def parameters(self, after: Position, words: tuple[str, ...]) -> Mapping[str, Any]:
        """The values for the statement that `candidates` gives for the same shape."""
        lanes = {f"agreement_{n}": lane.agreement for n, lane in enumerate(self.lanes)}
        lanes |= {f"recipient_{n}": lane.recipient for n, lane in enumerate(self.lanes)}
        return {
            **lanes,
            "agreements": [lane.agreement for lane in self.lanes],
            "recipients": [lane.recipient for lane in self.lanes],
            **{f"word_{n}": text for n, text in enumerate(words)},
            "agency": self.agency,
            "site": self.site,
            "purpose": self.purpose,
            "now": self.now,
            "after_at": after.at,
            "after_id": after.record_id,
        }


@dataclass(frozen=True)
class Shape:
    """What settles the text of a statement; everything else is a parameter."""

    type: str
    lanes: int
    own: bool
    by_site: bool
    words: int
    one: bool
    lateral: bool


def shape_of(scope: Scope, type_: str, *, words: int, one: bool, lateral: bool) -> Shape:
    """The shape of the statement for a scope; `lateral` where the database has LATERAL (PostgreSQL)."""
    lanes = min(len(scope.lanes), 1) if lateral else len(scope.lanes)
    return Shape(type_, lanes, scope.own, scope.site is not None, words, one, lateral)


@cache
def candidates(shape: Shape) -> Subquery | None:
    """The newest rows that may exist: `record_id` and `at`, each record once; None if there are no lanes."""
    arms: list[Select[Any]] = []
    if shape.own:
        arms.append(_own(shape))
    if shape.lanes and shape.lateral:
        arms.append(_lateral(shape))
    elif shape.lanes:
        arms.extend(_lane(shape, f"agreement_{n}", f"recipient_{n}") for n in range(shape.lanes))
    if not arms:
        return None
    every = union_all(*(select(arm.subquery()) for arm in arms)).subquery("every")
    return (
        select(every.c.record_id, func.max(every.c.at, type_=UtcTime).label("at"))
        .group_by(every.c.record_id)
        .subquery("candidate")
    )


def _narrowed(statement: Select[Any], key: Column[Any], at: Column[Any], shape: Shape) -> Select[Any]:
    if shape.one:
        return statement.where(key == bindparam("record_id"))
    for n in range(shape.words):
        hit = word.alias(f"hit_{n}")
        statement = statement.join(hit, (hit.c.record_id == key) & (hit.c.word == bindparam(f"word_{n}")))
    after = tuple_(bindparam("after_at", type_=UtcTime), bindparam("after_id", type_=String))
    before: ColumnElement[bool] = tuple_(at, key) < after
    return statement.where(before).order_by(at.desc(), key.desc()).limit(bindparam("most"))


def _own(shape: Shape) -> Select[Any]:
    at = record.c.recorded_at
    statement = select(record.c.id.label("record_id"), at.label("at")).where(
        record.c.owner == bindparam("agency"), record.c.type == shape.type
    )
    if shape.by_site:
        statement = statement.where(record.c.site == bindparam("site"))
    return _narrowed(statement, record.c.id, at, shape)


def _released(shape: Shape, agreement: ColumnElement[Any], recipient: ColumnElement[Any]) -> Select[Any]:
    statement = select(reach.c.record_id, reach.c.at).where(
        reach.c.agreement_id == agreement,
        reach.c.recipient == recipient,
        reach.c.purpose == bindparam("purpose"),
        reach.c.type == shape.type,
        reach.c.until_at > bindparam("now", type_=UtcTime),
    )
    return _narrowed(statement, reach.c.record_id, reach.c.at, shape)


def _lane(shape: Shape, agreement: str, recipient: str) -> Select[Any]:
    return _released(shape, bindparam(agreement), bindparam(recipient))


def _lateral(shape: Shape) -> Select[Any]:
    texts = ARRAY(String)
    lanes: FromClause = (
        func.unnest(bindparam("agreements", type_=texts), bindparam("recipients", type_=texts))
        .table_valued("agreement", "recipient")
        .render_derived(name="lane")
    )
    newest = _released(shape, lanes.c.agreement, lanes.c.recipient).lateral("newest")
    return select(newest.c.record_id, newest.c.at).select_from(lanes).join(newest, true())
