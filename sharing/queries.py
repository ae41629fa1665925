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
from sqlalchemy.sql.elements import Label

from foundation.database import Tx
from sharing.agreements.tables import policy_epoch
from sharing.nested import NOTES, RELEASES, persons_on
from sharing.records.record import box, link, person, record, record_link
from sharing.records.registry import TABLES, own_name
from sharing.scope import Position, Scope, Shape, candidates, shape_of

START = Position()
#: Columns of a record that no fact is made of.
_UNREAD = frozenset({"looked_over", "person_id", "row_version"})


@dataclass(frozen=True)
class Candidates:
    """Rows that may exist for a reader, with the policy epoch of the same moment.

    `more` says that older ones may lie behind the last of them. Each row has its `position` in the list, and
    says what hangs on it: `ordered` is set where a court's order protects somebody on it.
    """

    epoch: int
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
    shape = shape_of(scope, type_, words=len(words), one=False, dialect=tx.dialect.name)
    return _found(tx, _rows(shape, persons=persons), scope.parameters(after, words, most))


def one(tx: Tx, scope: Scope, type_: str, record_id: str) -> Candidates:
    """The row of one record if it is in the scope."""
    shape = shape_of(scope, type_, words=0, one=True, dialect=tx.dialect.name)
    parameters = {**scope.parameters(START, (), 1), "record_id": record_id}
    return _found(tx, _rows(shape, persons=True), parameters)


def _found(tx: Tx, statement: Select[Any], parameters: Mapping[str, Any]) -> Candidates:
    rows = tx.execute(statement, parameters).mappings().all()
    epoch = rows[0]["epoch"] if rows else 0
    if not rows or rows[0]["id"] is None:
        return Candidates(epoch, ())
    return Candidates(epoch, rows, more=any(row["more"] for row in rows))


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


def keepers_of(tx: Tx, link_ids: Iterable[str | None]) -> Mapping[str, RowMapping]:
    """The links of keepers by their id, each with when its event `happened`."""
    ids = [link_id for link_id in link_ids if link_id]
    rows = _by_id(tx, _keepers(tx.dialect.name), ids)
    return {row["id"]: row for row in rows}


@cache
def _keepers(dialect: str) -> Select[Any]:
    persons = persons_on(dialect)
    columns = [column.label(name) for name, column in persons.columns.items()]
    linked = persons.source.join(record, record.c.id == link.c.record_id)
    return select(*columns, record.c.happened).select_from(linked).where(_among(link.c.id, dialect))


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
    epochs = select(func.max(policy_epoch.c.epoch).label("epoch")).subquery("policy")
    epoch = func.coalesce(epochs.c.epoch, 0).label("epoch")
    found = candidates(shape)
    if found is None:
        return cast("Select[Any]", select(epoch, null().label("id")))
    details = TABLES[shape.type]
    named = found.join(record, record.c.id == found.c.record_id).join(
        details, details.c.record_id == record.c.id
    )
    return (
        select(epoch, found.c.more, found.c.at.label("position"))
        .add_columns(*_columns(shape.type, shape.dialect, persons=persons), *_flags(shape))
        .select_from(epochs.outerjoin(named, true()))
        .order_by(found.c.at.desc(), found.c.record_id.desc())
    )


def _columns(type_: str | None, dialect: str, *, persons: bool) -> list[ColumnElement[Any]]:
    """What the facts of a record are made of: its row, that of its type, and the rows that hang on it."""
    own = [] if type_ is None else [column for column in TABLES[type_].c if column.name != "record_id"]
    hanging = (persons_on(dialect), NOTES)
    return [
        *(column for column in record.c if column.name not in _UNREAD),
        *(each if own_name(each.name) == each.name else each.label(own_name(each.name)) for each in own),
        RELEASES.column(dialect),
        *(each.column(dialect) if persons else each.nothing() for each in hanging),
    ]


def _flags(shape: Shape) -> list[Label[bool]]:
    """What else there is about the row that bears on it, so that only that is asked for."""
    if not shape.one:
        return [_ordered().label("ordered")]
    ends = (record_link.c.record_id == record.c.id) | (record_link.c.to_record == record.c.id)
    still = record.alias("still")
    return [
        exists().where(ends).label("has_links"),
        exists().where(still.c.parent == record.c.id, still.c.type == "media").label("has_stills"),
    ]


def _ordered() -> ColumnElement[bool]:
    """Whether a court's order protects somebody on the record; so few do that they are listed."""
    held = select(link.c.record_id).join(person, person.c.id == link.c.person_id)
    return record.c.id.in_(held.where(person.c.anonymity_order.is_not(None)))


def _among(column: Column[Any], dialect: str) -> ColumnElement[bool]:
    """Whether the column is one of the parameter `ids`.

    On PostgreSQL as one array: the same text for every number of ids, so that it is prepared once.
    """
    if dialect == "postgresql":
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


def boxes_of(tx: Tx, media_id: str) -> Sequence[RowMapping]:
    """Faces and burnt-in text marked on a still."""
    return tx.execute(select(box).where(box.c.media_id == media_id).order_by(box.c.id)).mappings().all()


def own_links_of(tx: Tx, record_id: str) -> list[str]:
    """The link of the person whose own record it is."""
    found = select(link.c.id).where(link.c.record_id == record_id, link.c.own.is_(True))
    return list(tx.execute(found.order_by(link.c.id)).scalars())


def looked_over(tx: Tx, media_id: str) -> bool:
    """Whether the contributor of a still looked over the whole picture for faces."""
    return bool(tx.execute(select(record.c.looked_over).where(record.c.id == media_id)).scalar())


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
