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
from sharing.agreements.tables import necessity_note, policy_epoch, release, stand_in
from sharing.records.record import box, link, person, record, record_link
from sharing.records.registry import TABLES, own_name
from sharing.scope import Position, Scope, Shape, candidates, shape_of

START = Position()


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
    tx: Tx, scope: Scope, type_: str, *, after: Position = START, most: int, words: tuple[str, ...] = ()
) -> Candidates:
    """The newest rows of one type in the scope, at most `most` of them."""
    shape = shape_of(scope, type_, words=len(words), one=False, lateral=tx.dialect.name == "postgresql")
    return _found(tx, shape, scope.parameters(after, words, most))


def one(tx: Tx, scope: Scope, type_: str, record_id: str) -> Candidates:
    """The row of one record if it is in the scope."""
    shape = shape_of(scope, type_, words=0, one=True, lateral=tx.dialect.name == "postgresql")
    return _found(tx, shape, {**scope.parameters(START, (), 1), "record_id": record_id})


def _found(tx: Tx, shape: Shape, parameters: Mapping[str, Any]) -> Candidates:
    rows = tx.execute(_rows(shape), parameters).mappings().all()
    epoch = rows[0]["epoch"] if rows else 0
    if not rows or rows[0]["id"] is None:
        return Candidates(epoch, ())
    return Candidates(epoch, rows, more=any(row["more"] for row in rows))


def rows(tx: Tx, type_: str, ids: Iterable[str]) -> Sequence[RowMapping]:
    """Rows of one type, by id; whether they exist for anybody is the engine's to say.

    In the order of the ids: any other would tell of a moment that the reader may not be shown.
    """
    details = TABLES[type_]
    statement = (
        select(record.c.recorded_at.label("position"), record, *_own_columns(type_))
        .join(details, details.c.record_id == record.c.id)
        .where(record.c.id.in_(list(ids)))
        .order_by(record.c.id)
    )
    return tx.execute(statement).mappings().all()


def bare(tx: Tx, ids: Iterable[str]) -> Sequence[RowMapping]:
    """Rows by id without the fields of their type."""
    return tx.execute(select(record).where(record.c.id.in_(list(ids)))).mappings().all()


def keepers_of(tx: Tx, link_ids: Iterable[str | None]) -> Mapping[str, RowMapping]:
    """The links of keepers by their id, as `links_of` gives them, each with when its event `happened`."""
    ids = [link_id for link_id in link_ids if link_id]
    if not ids:
        return {}
    rows = tx.execute(_keepers(tx.dialect.name), {"ids": ids}).mappings()
    return {row["id"]: row for row in rows}


@cache
def _rows(shape: Shape) -> Select[*tuple[Any, ...]]:
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
        select(epoch, found.c.more, found.c.at.label("position"), *record.c, *_own_columns(shape.type))
        .add_columns(*_hanging(shape))
        .select_from(epochs.outerjoin(named, true()))
        .order_by(found.c.at.desc(), found.c.record_id.desc())
    )


def _hanging(shape: Shape) -> list[Label[bool]]:
    """Flags for what is fetched besides only where there is any; a probe costs a tenth of a statement."""
    if not shape.one:
        return [_ordered().label("ordered")]
    ends = (record_link.c.record_id == record.c.id) | (record_link.c.to_record == record.c.id)
    still = record.alias("still")
    return [
        exists().where(link.c.record_id == record.c.id).label("has_persons"),
        exists().where(necessity_note.c.record_id == record.c.id).label("has_notes"),
        exists().where(ends).label("has_links"),
        exists().where(still.c.parent == record.c.id, still.c.type == "media").label("has_stills"),
    ]


def _ordered() -> ColumnElement[bool]:
    """Whether a court's order of anonymity protects somebody on the record; so few do that they are listed."""
    held = select(link.c.record_id).join(person, person.c.id == link.c.person_id)
    return record.c.id.in_(held.where(person.c.anonymity_order.is_not(None)))


def _own_columns(type_: str) -> list[ColumnElement[Any]]:
    table = TABLES[type_]
    return [
        column if own_name(column.name) == column.name else column.label(own_name(column.name))
        for column in table.c
        if column.name != "record_id"
    ]


@cache
def _releases(dialect: str) -> Select[Any]:
    return select(release).where(_among(release.c.record_id, dialect))


def _among(column: Column[Any], dialect: str) -> ColumnElement[bool]:
    """Whether the column is one of the parameter `ids`.

    On PostgreSQL as one array: the same text for every number of ids, so that it is prepared once.
    """
    if dialect == "postgresql":
        return column == any_(bindparam("ids", type_=ARRAY(String)))
    return column.in_(bindparam("ids", expanding=True))


def releases_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[RowMapping]]:
    """Every release of the records, whomever it reaches: the engine picks, and only it."""
    return _by(tx, _releases(tx.dialect.name), ids, "record_id")


@cache
def _links(dialect: str) -> Select[Any]:
    return _linked(dialect).where(_among(link.c.record_id, dialect)).order_by(link.c.id)


@cache
def _keepers(dialect: str) -> Select[Any]:
    found = _linked(dialect).add_columns(record.c.happened).join(record, record.c.id == link.c.record_id)
    return found.where(_among(link.c.id, dialect))


def _linked(dialect: str) -> Select[Any]:
    collect = func.json_object_agg if dialect == "postgresql" else func.json_group_object
    tokens = (
        select(collect(stand_in.c.agreement_id, stand_in.c.token))
        .where(stand_in.c.person_id == link.c.person_id)
        .scalar_subquery()
    )
    facts = [column.label(f"fact_{column.name}") for column in person.c]
    return select(link, *facts, tokens.label("stand_ins")).join(person, person.c.id == link.c.person_id)


def links_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[RowMapping]]:
    """The persons on the records, with what rules must know of each (`fact_…`) and their stand-in names."""
    return _by(tx, _links(tx.dialect.name), ids, "record_id")


def notes_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[RowMapping]]:
    """The notes of necessity on the records."""
    return _by(tx, _notes(tx.dialect.name), ids, "record_id")


@cache
def _notes(dialect: str) -> Select[Any]:
    return select(necessity_note).where(_among(necessity_note.c.record_id, dialect))


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


def _by(tx: Tx, statement: Select[Any], ids: Iterable[str], key: str) -> Mapping[str, list[RowMapping]]:
    wanted = list(ids)
    found: dict[str, list[RowMapping]] = {record_id: [] for record_id in wanted}
    if wanted:
        for row in tx.execute(statement, {"ids": wanted}).mappings():
            found[row[key]].append(row)
    return found
