"""Every SELECT over records; each takes a scope or the ids that a scope has given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    RowMapping,
    Select,
    String,
    any_,
    bindparam,
    exists,
    func,
    null,
    select,
    true,
)

from foundation.database import Tx, UtcTime
from foundation.walls import POSTGRESQL, lookup, sees
from sharing.agreements.tables import grant, policy_epoch
from sharing.nested import GLASS, GRANTS, NOTES, PERSONS_BEHIND, RELEASES, keeper_of, persons_on
from sharing.records.record import box, link, record, record_link
from sharing.records.registry import TABLES, own_name
from sharing.scope import Position, Scope, Shape, candidates, shape_of, under_order

START = Position()
#: Columns of a record that no fact is made of.
_UNREAD = frozenset({"looked_over", "person_id", "row_version"})


@dataclass(frozen=True)
class Candidates:
    """Rows that may exist for a reader, with the policy epoch of the same moment, and how often was closed.

    `more` says that older ones may lie behind the last of them. Each row has its `position` in the list, and
    says what hangs on it: `ordered` is set where a court's order protects somebody on it, `granted` where the
    reader's agency holds a grant.
    """

    moment: tuple[int, int]
    rows: Sequence[RowMapping]
    more: bool = False


def page(
    tx: Tx,
    scope: Scope,
    type_: str,
    *,
    after: Position = START,
    most: int,
    words: tuple[str, ...] = (),
    persons: bool = True,
) -> Candidates:
    """The newest rows of one type in the scope, `most` at most; without `persons` none hang on them."""
    shape = shape_of(scope, type_, words=len(words), one=False, tx=tx)
    return _found(tx, _rows(shape, persons=persons), scope.parameters(type_, after, words, most))


def one(tx: Tx, scope: Scope, type_: str, record_id: str) -> Candidates:
    """The row of one record if it is in the scope."""
    shape = shape_of(scope, type_, words=0, one=True, tx=tx)
    parameters = {**scope.parameters(type_, START, (), 1), "record_id": record_id}
    return _found(tx, _rows(shape, persons=True), parameters)


def _found(tx: Tx, statement: Select[Any], parameters: Mapping[str, Any]) -> Candidates:
    rows = tx.execute(statement, parameters).mappings().all()
    moment = (rows[0]["epoch"], rows[0]["closings"]) if rows else (0, 0)
    if not rows or rows[0]["id"] is None:
        return Candidates(moment, ())
    return Candidates(moment, rows, more=any(row["more"] for row in rows))


def rows(tx: Tx, type_: str, ids: Iterable[str]) -> Sequence[RowMapping]:
    """Rows of one type, by id; whether they exist for anybody is the engine's to say.

    In the order of the ids: any other would tell of a moment that the reader may not be shown.
    """
    return _by_id(tx, _whole(type_, tx.dialect.name), ids)


def bare(tx: Tx, ids: Iterable[str]) -> Sequence[RowMapping]:
    """Rows by id without the fields of their type."""
    return _by_id(tx, _whole(None, tx.dialect.name), ids)


def _by_id(tx: Tx, statement: Select[Any], ids: Iterable[str]) -> Sequence[RowMapping]:
    wanted = list(ids)
    return tx.execute(statement, {"ids": wanted}).mappings().all() if wanted else []


def keepers_of(tx: Tx, record_ids: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """Who keeps each of the things that the reader may see, by the thing's id: facts, no values."""
    dialect = tx.dialect.name
    rows = _by_id(tx, _KEEPERS.select(tx), record_ids)
    return {row["id"]: each for row in rows for each in keeper_of(dialect).read(row)}


def origins_of(tx: Tx, record_ids: Iterable[str]) -> Mapping[str, RowMapping]:
    """What each record that the reader may see was copied from, and that, and so on: facts, no values."""
    return {row["id"]: row for row in _by_id(tx, _ORIGINS.select(tx), record_ids)}


def _build_keepers(dialect: str, *, walled: bool) -> Select[Any]:
    here = _among(record.c.id, dialect) & record.c.keeper.is_not(None) & sees(record.c.id, walled=walled)
    return select(record.c.id, keeper_of(dialect).column(dialect)).where(here)


def _build_origins(dialect: str, *, walled: bool) -> Select[Any]:
    here = _among(record.c.id, dialect) & sees(record.c.id, walled=walled)
    first = select(record.c.derived_from.label("id")).where(here, record.c.derived_from.is_not(None))
    back, further = first.cte("back", recursive=True), record.alias("further")
    next_ = select(further.c.derived_from).where(further.c.derived_from.is_not(None))
    back = back.union(next_.where(further.c.id == back.c.id))
    facts = [
        record.c[name] for name in ("id", "type", "owner", "site", "happened", "conditions", "derived_from")
    ]
    hanging = [PERSONS_BEHIND.column(dialect), keeper_of(dialect).column(dialect)]
    return select(*facts, *hanging).where(record.c.id.in_(select(back.c.id)))


_WHY = (
    "The floors of {0} hold for a record though its reader may not see {0}: facts alone, of no other record."
)
_KEEPERS = lookup("keepers", _WHY.format("a thing's keeper"), _build_keepers, ids=ARRAY(String))
_ORIGINS = lookup("origins", _WHY.format("an origin"), _build_origins, ids=ARRAY(String))


@cache
def _whole(type_: str | None, dialect: str) -> Select[Any]:
    statement = select(*_columns(type_, dialect, persons=True)).where(_among(record.c.id, dialect))
    if type_ is not None:
        details = TABLES[type_]
        statement = statement.join(details, details.c.record_id == record.c.id)
    return statement.order_by(record.c.id)


@cache
def _rows(shape: Shape, *, persons: bool) -> Select[Any]:
    """The rows, and the epoch even where there are none: so the policy is confirmed by the same statement."""
    numbers = [func.max(policy_epoch.c[name]).label(name) for name in ("epoch", "closings")]
    epochs = select(*numbers).subquery("policy")
    moment = [func.coalesce(epochs.c[name], 0).label(name) for name in ("epoch", "closings")]
    found = candidates(shape)
    if found is None:
        return cast("Select[Any]", select(*moment, null().label("id")))
    details = TABLES[shape.type]
    named = found.join(record, record.c.id == found.c.record_id).join(
        details, details.c.record_id == record.c.id
    )
    return (
        select(*moment, found.c.more, found.c.at.label("position"))
        .add_columns(*_columns(shape.type, shape.dialect, persons=persons, glass=shape.glass), *_flags(shape))
        .select_from(epochs.outerjoin(named, true()))
        .order_by(found.c.at.desc(), found.c.record_id.desc())
    )


def _columns(
    type_: str | None, dialect: str, *, persons: bool, glass: bool = False
) -> list[ColumnElement[Any]]:
    """What the facts of a record are made of: its row, that of its type, and the rows that hang on it.

    Broken glass hangs only where one record is read on screen by somebody who may break it.
    """
    own = [] if type_ is None else [column for column in TABLES[type_].c if column.name != "record_id"]
    hanging = (persons_on(dialect), NOTES, GRANTS)
    return [
        *(column for column in record.c if column.name not in _UNREAD),
        *(each if own_name(each.name) == each.name else each.label(own_name(each.name)) for each in own),
        RELEASES.column(dialect),
        *(each.column(dialect) if persons else each.nothing() for each in hanging),
        GLASS.column(dialect) if glass else GLASS.nothing(),
    ]


def _flags(shape: Shape) -> list[ColumnElement[Any]]:
    """What else there is about the row that bears on it, so that only that is asked for."""
    if not shape.one:
        found = candidates(shape)
        ordered = under_order() if found is None or not shape.walled else found.c.ordered
        return [ordered.label("ordered"), _granted().label("granted")]
    ends = (record_link.c.record_id == record.c.id) | (record_link.c.to_record == record.c.id)
    still = record.alias("still")
    return [
        exists().where(ends).label("has_links"),
        exists().where(still.c.parent == record.c.id, still.c.type == "media").label("has_stills"),
    ]


def _granted() -> ColumnElement[bool]:
    """Whether a grant to the reader's agency lives on the record, without which it may not exist for them."""
    alive = grant.c.until_at > bindparam("now", type_=UtcTime)
    return record.c.id.in_(select(grant.c.record_id).where(grant.c.to_agency == bindparam("agency"), alive))


def _among(column: Column[Any], dialect: str) -> ColumnElement[bool]:
    """Whether the column is one of the parameter `ids`.

    On PostgreSQL as one array: the same text for every number of ids, so that it is prepared once.
    """
    if dialect == POSTGRESQL:
        return column == any_(bindparam("ids", type_=ARRAY(String)))
    return column.in_(bindparam("ids", expanding=True))


def record_links_of(tx: Tx, record_id: str) -> Sequence[RowMapping]:
    """Links between this record and others, in both directions."""
    return (
        tx.execute(
            select(record_link)
            .where((record_link.c.record_id == record_id) | (record_link.c.to_record == record_id))
            .order_by(record_link.c.id)
        )
        .mappings()
        .all()
    )


def marks_of(tx: Tx, ids: Sequence[str]) -> Mapping[str, Sequence[RowMapping] | None]:
    """The faces and burnt-in text marked on each still; None where nobody looked over the whole picture."""
    overlooked = select(record.c.id).where(record.c.id.in_(ids), record.c.looked_over.is_(True))
    found: dict[str, list[RowMapping] | None] = dict.fromkeys(ids)
    found |= {media_id: [] for media_id in tx.execute(overlooked).scalars()}
    for row in tx.execute(select(box).where(box.c.media_id.in_(ids)).order_by(box.c.id)).mappings():
        marked = found[row["media_id"]]
        if marked is not None:
            marked.append(row)
    return found


def own_links_of(tx: Tx, record_id: str) -> list[str]:
    """The link of the person whose own record it is."""
    found = select(link.c.id).where(link.c.record_id == record_id, link.c.own.is_(True))
    return list(tx.execute(found.order_by(link.c.id)).scalars())


def types_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, str]:
    """The type of each record; ids that are not there are left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = tx.execute(select(record.c.id, record.c.type).where(record.c.id.in_(wanted)))
    return {row.id: row.type for row in rows}


def media_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[str]]:
    """The ids of the stills of each record."""
    rows = tx.execute(
        select(record.c.id, record.c.parent)
        .where(record.c.type == "media", record.c.parent.in_(list(ids)))
        .order_by(record.c.id)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.parent, []).append(row.id)
    return found
