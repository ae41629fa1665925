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
    CTE,
    Boolean,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Subquery,
    any_,
    bindparam,
    column,
    exists,
    false,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.types import TypeEngine

from foundation.database import Tx, UtcTime
from foundation.walls import POSTGRESQL, answered, is_walled
from sharing.agreements.tables import break_glass, reach
from sharing.records.record import link, person, record, word
from sharing.release.standing import OPEN_FOR

#: Later than every position: where a list starts.
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_LAST_ID = "z"
#: Before every moment and every id, as text.
_LEAST = ""
#: Rows of each lane by which it is judged how far back the page may reach.
_HEADS = 4
#: A page may be short by so many rows, and a quarter, that were released to the reader twice.
_TWICE = 8


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

    `own` says whether the reader's own agency's rows are in it; `sites` narrows those to a member's shops.
    `glass` says that the one record over which this user has just broken the glass is in it.
    """

    user: str
    agency: str
    own: bool
    sites: frozenset[str] | None
    purpose: str | None
    lanes: tuple[Lane, ...]
    now: datetime
    glass: bool = False

    def parameters(self, type_: str, after: Position, words: tuple[str, ...], most: int) -> Mapping[str, Any]:
        """The values for the statement of `candidates` of the same shape, for at most so many rows."""
        lanes = {f"agreement_{n}": lane.agreement for n, lane in enumerate(self.lanes)}
        lanes |= {f"recipient_{n}": lane.recipient for n, lane in enumerate(self.lanes)}
        return {
            **lanes,
            "agreements": [lane.agreement for lane in self.lanes],
            "recipients": [lane.recipient for lane in self.lanes],
            **{f"word_{n}": text for n, text in enumerate(words)},
            "words": list(words),
            "type": type_,
            "own": self.own,
            "agency": self.agency,
            "user": self.user,
            "sites": sorted(self.sites or ()),
            "purpose": self.purpose,
            "now": self.now,
            "broken_after": self.now - OPEN_FOR,
            "after_at": after.at,
            "after_id": after.record_id,
            "most": most,
            "filled": most + most // 4 + _TWICE,
        }


@dataclass(frozen=True)
class Shape:
    """What settles the text of a statement; everything else is a parameter."""

    type: str
    lanes: int
    own: bool
    by_sites: bool
    words: int
    one: bool
    glass: bool
    dialect: str
    walled: bool  # whether a function behind the wall walks the lanes

    @property
    def lateral(self) -> bool:
        """Whether the lanes are walked inside one arm, where the database has LATERAL."""
        return self.dialect == POSTGRESQL


def shape_of(scope: Scope, type_: str, *, words: int, one: bool, tx: Tx) -> Shape:
    """The shape of the statement for a scope; on PostgreSQL one text serves any number of lanes."""
    dialect, glass = tx.dialect.name, one and scope.glass
    lanes = min(len(scope.lanes), 1) if dialect == POSTGRESQL else len(scope.lanes)
    if is_walled(tx):
        own = scope.own
        return Shape(
            type_, lanes, own, by_sites=False, words=0, one=one, glass=glass, dialect=dialect, walled=True
        )
    by_sites = scope.sites is not None
    return Shape(type_, lanes, scope.own, by_sites, words, one, glass, dialect, walled=False)


@cache
def candidates(shape: Shape) -> FromClause | None:
    """The newest rows that may exist, each record once: `record_id`, `at`, `more`; None without lanes.

    `more` says whether older ones may lie behind them. Every arm stops at `most` rows, so what is older than
    the last row of a full arm is not known of, and left to the next page.
    """
    if not shape.own and not shape.lanes:
        return None
    return _behind_the_wall(shape) if shape.walled else walked(shape)


#: What a function behind the wall is given, in its order, when it walks a list or looks for one record.
FIND = ("own", "type", "purpose", "agreements", "recipients")
FIND_PAGE = (*FIND, "words", "after_at", "after_id", "most", "filled")
FIND_ONE = (*FIND, "record_id")
#: The words of a search that narrow candidates; the engine asks for all of them.
FIND_WORDS = 4


def _behind_the_wall(shape: Shape) -> FromClause:
    """The same from a function of PostgreSQL's that knows for itself who asks, so that it can be trusted.

    Under row-level security it would be slower by half, and a search by much more.
    """
    name, given = ("found_one", FIND_ONE) if shape.one else ("found", FIND_PAGE)
    binds = [bindparam(each, type_=FIND_TYPES.get(each, String())) for each in given]
    columns = (
        column("record_id", String),
        column("at", UtcTime),
        column("more", Boolean),
        column("ordered", Boolean),
    )
    return answered(name, binds, columns)


#: Those of them that are no text.
FIND_TYPES: Mapping[str, TypeEngine[Any]] = {
    "own": Boolean(),
    "agreements": ARRAY(String),
    "recipients": ARRAY(String),
    "words": ARRAY(String),
    "after_at": UtcTime(),
    "most": Integer(),
    "filled": Integer(),
}


def under_order() -> ColumnElement[bool]:
    """Whether a court's order protects somebody on the record; so few do that they are listed."""
    held = select(link.c.record_id).join(person, person.c.id == link.c.person_id)
    return record.c.id.in_(held.where(person.c.anonymity_order.is_not(None)))


@cache
def walked(shape: Shape) -> Subquery:
    """The candidates by the statement itself; on PostgreSQL what the function behind the wall is made of."""
    arms = _arms(shape)
    every = union_all(*arms).cte("every")
    most: ColumnElement[int] = bindparam("most")
    newest = func.max(every.c.at, type_=UtcTime)
    statement = select(every.c.record_id, newest.label("at")).group_by(every.c.record_id)
    if shape.one:
        return statement.add_columns(false().label("more")).subquery("found")
    full = select(every.c.at, every.c.record_id).where(every.c.nth == most)
    last = full.order_by(every.c.at.desc(), every.c.record_id.desc()).limit(1).cte("last")
    known = tuple_(every.c.at, every.c.record_id) >= tuple_(_or_least(last.c.at), _or_least(last.c.record_id))
    more: ColumnElement[bool] = exists(select(last.c.at))
    if shape.lanes and shape.lateral:
        bound = _bound(shape).c.at
        more |= exists(select(bound))
        known &= every.c.at >= _or_least(bound)
    statement = statement.add_columns(more.label("more")).where(known)
    newest_first = statement.order_by(newest.desc(), every.c.record_id.desc())
    return newest_first.limit(most).subquery("found")


def _or_least(value: ColumnElement[Any]) -> ColumnElement[Any]:
    # In a subselect of its own, so that it is one value to the planner and not a test of each row.
    return select(func.coalesce(select(value).scalar_subquery(), _LEAST, type_=String)).scalar_subquery()


def _arms(shape: Shape) -> list[Select[Any]]:
    arms = [_numbered(_own(shape).subquery())] if shape.own else []
    if shape.lanes and shape.lateral:
        arms.append(_lateral(shape))
    elif shape.lanes:
        lanes = [_lane(shape, f"agreement_{n}", f"recipient_{n}") for n in range(shape.lanes)]
        arms.extend(_numbered(lane.subquery()) for lane in lanes)
    return [*arms, _numbered(_broken(shape).subquery())] if shape.glass else arms


def _numbered(rows: FromClause, *lane: ColumnElement[Any]) -> Select[Any]:
    nth = func.row_number().over(
        partition_by=lane or None, order_by=(rows.c.at.desc(), rows.c.record_id.desc())
    )
    return select(rows.c.record_id, rows.c.at, nth.label("nth"))


def _narrowed(
    statement: Select[Any], key: Column[Any], at: Column[Any], shape: Shape, most: int | None = None
) -> Select[Any]:
    if shape.one:
        return statement.where(key == bindparam("record_id"))
    for n in range(shape.words):
        hit = word.alias(f"hit_{n}")
        statement = statement.join(hit, (hit.c.record_id == key) & (hit.c.word == bindparam(f"word_{n}")))
    after = tuple_(bindparam("after_at", type_=UtcTime), bindparam("after_id", type_=String))
    before: ColumnElement[bool] = tuple_(at, key) < after
    statement = statement.where(before).order_by(at.desc(), key.desc())
    return statement.limit(most or bindparam("most"))


def _own(shape: Shape) -> Select[Any]:
    at = record.c.recorded_at
    statement = select(record.c.id.label("record_id"), at.label("at")).where(
        record.c.owner == bindparam("agency"), record.c.type == bindparam("type")
    )
    if shape.walled:
        sites = bindparam("sites", type_=ARRAY(String))
        statement = statement.where(
            bindparam("own", type_=Boolean), sites.is_(None) | (record.c.site == any_(sites))
        )
    if shape.by_sites:
        statement = statement.where(record.c.site.in_(bindparam("sites", expanding=True)))
    return _narrowed(statement, record.c.id, at, shape)


def _broken(shape: Shape) -> Select[Any]:
    """The one record over which the reader has just broken the glass."""
    statement = (
        select(break_glass.c.record_id, break_glass.c.at)
        .join(record, record.c.id == break_glass.c.record_id)
        .where(
            record.c.type == bindparam("type"),
            break_glass.c.user_id == bindparam("user"),
            break_glass.c.at <= bindparam("now", type_=UtcTime),
            break_glass.c.at > bindparam("broken_after", type_=UtcTime),
        )
    )
    return _narrowed(statement, break_glass.c.record_id, break_glass.c.at, shape)


def _reaching(
    statement: Select[Any], agreement: ColumnElement[Any], recipient: ColumnElement[Any]
) -> Select[Any]:
    return statement.where(
        reach.c.agreement_id == agreement,
        reach.c.recipient == recipient,
        reach.c.purpose == bindparam("purpose"),
        reach.c.type == bindparam("type"),
        reach.c.until_at > bindparam("now", type_=UtcTime),
    )


def _lane(shape: Shape, agreement: str, recipient: str) -> Select[Any]:
    released = _reaching(select(reach.c.record_id, reach.c.at), bindparam(agreement), bindparam(recipient))
    return _narrowed(released, reach.c.record_id, reach.c.at, shape)


def _lateral(shape: Shape) -> Select[Any]:
    lanes = _lanes("lane")
    columns = select(reach.c.record_id, reach.c.at)
    released = _reaching(columns, lanes.c.agreement, lanes.c.recipient)
    if not shape.one:
        released = released.where(reach.c.at >= _or_least(_bound(shape).c.at))
    newest = _narrowed(released, reach.c.record_id, reach.c.at, shape).lateral("newest")
    numbered = _numbered(newest, lanes.c.agreement, lanes.c.recipient)
    return numbered.select_from(lanes).join(newest, true())


@cache
def _bound(shape: Shape) -> CTE:
    """A moment before which nothing can be on the page, since the first few of the lanes fill it; or no row.

    Without it every lane is read as far as the page is long: for an agency with 66 agreements 3,672 rows to
    show 50, in 3.4 ms; with it a tenth of them, in 1.7 ms (100,000 records).
    """
    lanes = _lanes("head_lane")
    released = _reaching(select(reach.c.at), lanes.c.agreement, lanes.c.recipient)
    head = _narrowed(released, reach.c.record_id, reach.c.at, shape, _HEADS).lateral("head")
    heads = select(head.c.at).select_from(lanes).join(head, true()).order_by(head.c.at.desc())
    return heads.offset(bindparam("filled")).limit(1).cte("bound")


def _lanes(name: str) -> FromClause:
    texts = ARRAY(String)
    keys = func.unnest(bindparam("agreements", type_=texts), bindparam("recipients", type_=texts))
    return keys.table_valued("agreement", "recipient").render_derived(name=name)
