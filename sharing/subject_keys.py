"""The key of each subject, under which entries of the ledger name them; erasing it cuts every such tie."""

import secrets
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, func, select, union, update
from sqlalchemy.dialects import postgresql, sqlite

from foundation.database import Tx, metadata
from foundation.ledger.encoding.subject import KEY_SIZE, Subject
from sharing.records.record import link, record

subject_key = Table(
    "subject_key",
    metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("key", LargeBinary),  # null once it was erased: another is never made
)


def subjects_on(tx: Tx, records: Collection[str]) -> tuple[Subject, ...]:
    """Everybody on these records; for a still, everybody on the record that it belongs to."""
    named, holder = record.alias("named"), record
    joined = named.join(holder, holder.c.id == func.coalesce(named.c.parent, named.c.id)).join(
        link, link.c.record_id == holder.c.id
    )
    wanted = select(link.c.person_id, holder.c.owner).select_from(joined)
    return _subjects(tx, wanted.where(named.c.id.in_(sorted(set(records)))).distinct())


def subjects_shown(tx: Tx, links: Collection[str], pages: Collection[str]) -> tuple[Subject, ...]:
    """The persons of these links, and those whose own records are among `pages`."""
    joined = link.join(record, record.c.id == link.c.record_id)
    wanted = select(link.c.person_id, record.c.owner).select_from(joined)
    by_link = wanted.where(link.c.id.in_(sorted(set(links))))
    by_page = wanted.where(link.c.record_id.in_(sorted(set(pages))), link.c.own)
    return _subjects(tx, union(by_link, by_page))


def subject_of(tx: Tx, record_id: str, agency: str) -> Subject | None:
    """Whom an agency's own record of a person is about, if there is such a one and its key is not erased."""
    wanted = select(subject_key.c.key).join(record, record.c.person_id == subject_key.c.person_id)
    key = tx.execute(
        wanted.where(record.c.id == record_id, record.c.owner == agency, record.c.type == "subject")
    ).scalar_one_or_none()
    return None if key is None else Subject(key, agency)


def erase_key(tx: Tx, person_id: str) -> bool:
    """Cut the tie between a person and every entry that concerned them; whether there was one."""
    this = update(subject_key).where(subject_key.c.person_id == person_id, subject_key.c.key.is_not(None))
    return tx.execute(this.values(key=None)).rowcount == 1


def erase_keys_of_nobody(tx: Tx) -> int:
    """Cut the ties of everybody who is on no record any more; gives how many those were."""
    held = select(link.c.id).where(link.c.person_id == subject_key.c.person_id)
    gone = update(subject_key).where(subject_key.c.key.is_not(None), ~held.exists())
    return tx.execute(gone.values(key=None)).rowcount


def _subjects(tx: Tx, wanted: Any) -> tuple[Subject, ...]:
    on = wanted.subquery()
    keyed = select(on.c.person_id, on.c.owner, subject_key.c.person_id.label("known"), subject_key.c.key)
    joined = on.outerjoin(subject_key, subject_key.c.person_id == on.c.person_id)
    rows = tx.execute(keyed.select_from(joined)).all()
    new = sorted({row.person_id for row in rows if row.known is None})
    made = _make(tx, new) if new else {}
    if len(made) < len(new):  # somebody else has made some meanwhile
        rows, made = tx.execute(keyed.select_from(joined)).all(), {}
    keys = [(made.get(row.person_id, row.key), row.owner) for row in rows]
    return tuple(Subject(key, owner) for key, owner in keys if key is not None)


def _make(tx: Tx, persons: Sequence[str]) -> dict[str, bytes]:
    """Make the keys that are missing, and give them if all of them are these.

    The order keeps two readers from waiting for each other.
    """
    rows: list[dict[str, Any]] = [
        {"person_id": each, "key": secrets.token_bytes(KEY_SIZE)} for each in persons
    ]
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    making = insert(subject_key).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    made = tx.execute(making, rows)
    return {row["person_id"]: row["key"] for row in rows} if made.rowcount == len(rows) else {}
