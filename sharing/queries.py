"""Every SELECT over records; each takes a scope or the ids that a scope has given."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, func, select
from sqlalchemy.sql.elements import Label

from foundation.database import Tx
from sharing.agreements.tables import necessity_note, release, stand_in
from sharing.records.record import box, link, person, record, record_link
from sharing.records.registry import OWN_FIELD, TABLES
from sharing.scope import Position, Scope, Shape, candidates, shape_of

START = Position()


def page(
    tx: Tx, scope: Scope, type_: str, *, after: Position = START, most: int, words: tuple[str, ...] = ()
) -> Sequence[RowMapping]:
    """The newest rows of one type in the scope, with their `position`, at most `most` of them."""
    shape = shape_of(scope, type_, words=len(words), one=False, lateral=tx.dialect.name == "postgresql")
    statement = _rows(shape)
    if statement is None:
        return []
    parameters = {**scope.parameters(after, words), "most": most}
    return tx.execute(statement, parameters).mappings().all()


def one(tx: Tx, scope: Scope, type_: str, record_id: str) -> RowMapping | None:
    """The row of one record if it is in the scope."""
    shape = shape_of(scope, type_, words=0, one=True, lateral=tx.dialect.name == "postgresql")
    statement = _rows(shape)
    if statement is None:
        return None
    parameters = {**scope.parameters(START, ()), "record_id": record_id, "most": 1}
    return tx.execute(statement, parameters).mappings().first()


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


def keeper(tx: Tx, link_id: str) -> tuple[RowMapping, datetime | None] | None:
    """The link of a keeper, and when its event happened."""
    found = tx.execute(select(link.c.record_id).where(link.c.id == link_id)).first()
    if found is None:
        return None
    linked = next(row for row in links_of(tx, [found.record_id])[found.record_id] if row["id"] == link_id)
    return linked, bare(tx, [found.record_id])[0]["happened"]


@cache
def _rows(shape: Shape) -> Select[Any] | None:
    found = candidates(shape)
    if found is None:
        return None
    details = TABLES[shape.type]
    return (
        select(found.c.at.label("position"), record, *_own_columns(shape.type))
        .select_from(found)
        .join(record, record.c.id == found.c.record_id)
        .join(details, details.c.record_id == record.c.id)
        .order_by(found.c.at.desc(), found.c.record_id.desc())
        .limit(bindparam("most"))
    )


def _own_columns(type_: str) -> list[Label[Any]]:
    # Named apart: a type may have a field of the same name as a column of every record, such as a site.
    table = TABLES[type_]
    return [column.label(OWN_FIELD + column.name) for column in table.c if column.name != "record_id"]


@cache
def _releases() -> Select[Any]:
    return select(release).where(release.c.record_id.in_(bindparam("ids", expanding=True)))


def releases_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[RowMapping]]:
    """Every release of the records, whomever it reaches: the engine picks, and only it."""
    return _by(tx, _releases(), ids, "record_id")


@cache
def _links(dialect: str) -> Select[Any]:
    collect = func.json_object_agg if dialect == "postgresql" else func.json_group_object
    tokens = (
        select(collect(stand_in.c.agreement_id, stand_in.c.token))
        .where(stand_in.c.person_id == link.c.person_id)
        .scalar_subquery()
    )
    facts = [column.label(f"fact_{column.name}") for column in person.c]
    return (
        select(link, *facts, tokens.label("stand_ins"))
        .join(person, person.c.id == link.c.person_id)
        .where(link.c.record_id.in_(bindparam("ids", expanding=True)))
        .order_by(link.c.id)
    )


def links_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[RowMapping]]:
    """The persons on the records, with what rules must know of each (`fact_…`) and their stand-in names."""
    return _by(tx, _links(tx.dialect.name), ids, "record_id")


def notes_of(tx: Tx, ids: Iterable[str]) -> Mapping[str, list[RowMapping]]:
    """The notes of necessity on the records."""
    statement = select(necessity_note).where(necessity_note.c.record_id.in_(bindparam("ids", expanding=True)))
    return _by(tx, statement, ids, "record_id")


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
    rows = tx.execute(select(record.c.id, record.c.type).where(record.c.id.in_(list(ids))))
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
