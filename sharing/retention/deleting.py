"""Deleting one record with all that hangs on it, inside a transaction; its files leave the store afterwards.

What hangs on it is found by the foreign keys that tables declare, so that a new table is never forgotten.
What names a record in another way is listed here by hand.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import Column, ColumnElement, String, Table, cast, delete, insert, or_, select

from auth.system import NOBODYS
from auth.tables import idempotency
from foundation import clock
from foundation.database import Tx, metadata
from foundation.ledger.reading import entries_of_record
from sharing.agreements.tables import break_glass
from sharing.drafts.tables import draft
from sharing.exports.tables import export, export_stop
from sharing.records.deleted import deleted_record
from sharing.records.record import link, person, record
from sharing.records.registry import LINK, PERSON, SCHEMAS, TABLES
from sharing.release.schema import FieldType
from sharing.requests.tables import note_proposal, notice, request
from sharing.retention.tables import leaving_file

#: Columns that name another record and do not hang on it: a copy stops a deletion, and never goes with it.
_NO_ROOTS = frozenset({record.c.parent, record.c.derived_from, record.c.person_id})
#: So many of the newest entries are looked through for who was shown a record.
_LOOKED_THROUGH = 1000
#: Where the key of a file may stand: every field that is an image, of a type's table or of a person's link.
_PICTURES = (
    *(
        TABLES[name].c[field.name]
        for name, schema in SCHEMAS.items()
        for field in schema.fields
        if field.type is FieldType.IMAGE and field.name in TABLES[name].c
    ),
    *(link.c[field.name] for field in (*LINK.fields, *PERSON.fields) if field.type is FieldType.IMAGE),
)


def delete_record(tx: Tx, ids: Sequence[str]) -> None:
    """Delete a record and its stills, given by their ids with its own first.

    Callers have locked its row, close it to readers afterwards, and then call `leave_behind`.
    """
    keys, persons = _keys(tx, ids), _persons(tx, ids)
    _delete_what_names(tx, ids)
    purge(tx, record, record.c.id.in_(ids[1:]))
    purge(tx, record, record.c.id.in_(ids[:1]))
    _delete_nobodys(tx, persons)
    _leave_later(tx, keys)


def leave_behind(tx: Tx, owner: str, type_: str, record_id: str) -> None:
    """Keep that a record was deleted, and for whom that is no news: other agencies that were shown it."""
    entries = entries_of_record(tx, record_id, _LOOKED_THROUGH)
    told = sorted({each.agency for each in entries} - {owner, NOBODYS})
    row = {"record_id": record_id, "type": type_, "owner": owner, "at": clock.now(), "told": told}
    tx.execute(insert(deleted_record), row)


def delete_exports(tx: Tx, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Delete exports that hold one of these records; gives of each whose it was, and its id."""
    held = or_(export.c.record_id.in_(ids), _says(export.c.contents, ids))
    rows = tx.execute(select(export).where(held).order_by(export.c.id)).all()
    for row in rows:
        if row.file_key:
            tx.execute(insert(leaving_file), {"key": row.file_key, "at": clock.now()})
    tx.execute(delete(export).where(export.c.id.in_([row.id for row in rows])))
    return [(row.agency_id, row.id) for row in rows]


def purge(tx: Tx, table: Table, wanted: ColumnElement[bool]) -> None:
    """Delete these rows, and first every row that hangs on one of them, however far down."""
    for column, on in _hanging_on(table):
        purge(tx, column.table, column.in_(select(on).where(wanted)))
    tx.execute(delete(table).where(wanted))


@cache
def _hanging_on(table: Table) -> tuple[tuple[Column[str], Column[str]], ...]:
    """Each column that names a row of the table, with the column that it names."""
    return tuple(
        (column, key.column)
        for other in metadata.sorted_tables
        for column in other.c
        for key in column.foreign_keys
        if key.column.table is table and column not in _NO_ROOTS
    )


def _keys(tx: Tx, ids: Sequence[str]) -> set[str]:
    keys = (select(each).where(_record_of(each).in_(ids), each.is_not(None)) for each in _PICTURES)
    return {str(key) for wanted in keys for key in tx.execute(wanted).scalars()}


def _record_of(column: Column[str]) -> Column[str]:
    return column.table.c.record_id


def _persons(tx: Tx, ids: Sequence[str]) -> set[str]:
    linked = tx.execute(select(link.c.person_id).where(link.c.record_id.in_(ids))).scalars()
    about = select(record.c.person_id).where(record.c.id.in_(ids), record.c.person_id.is_not(None))
    return {*linked, *tx.execute(about).scalars()}


def _delete_what_names(tx: Tx, ids: Sequence[str]) -> None:
    """What names the record or what hangs on it without a foreign key."""
    for table in (request, break_glass, note_proposal):
        hanging = select(table.c.id).where(table.c.record_id.in_(ids))
        tx.execute(delete(notice).where(notice.c.about.in_(hanging)))
    tx.execute(delete(draft).where(_says(draft.c.answers, ids)))
    tx.execute(delete(export_stop).where(_says(export_stop.c.records, ids)))
    tx.execute(delete(idempotency).where(or_(*(idempotency.c.answer.startswith(each) for each in ids))))


def _says(column: Column[str], ids: Iterable[str]) -> ColumnElement[bool]:
    """Whether one of the ids, which are random, stands somewhere in the text of the column."""
    return or_(*(cast(column, String).contains(each) for each in ids))


def _delete_nobodys(tx: Tx, persons: Iterable[str]) -> None:
    """Delete those who are on no record any more, with their stand-in names and the keys of their entries."""
    held = select(link.c.id).where(link.c.person_id == person.c.id).exists()
    about = select(record.c.id).where(record.c.person_id == person.c.id).exists()
    nobodys = select(person.c.id).where(person.c.id.in_(sorted(persons)), ~held, ~about)
    gone = list(tx.execute(nobodys).scalars())
    if gone:
        purge(tx, person, person.c.id.in_(gone))


def _leave_later(tx: Tx, keys: Iterable[str]) -> None:
    """Have the files go once this transaction has ended, unless another record names one."""
    for key in sorted(keys):
        named = (tx.execute(select(each).where(each == key).limit(1)).first() for each in _PICTURES)
        if not any(named):
            tx.execute(insert(leaving_file), {"key": key, "at": clock.now()})
