"""The one sequencer: what waits becomes leaves, in batches, each in one transaction; signing comes after.

Any number of processes may run one: a lock in the database lets one batch through at a time.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, delete, func, insert, select, type_coerce

from foundation import clock
from foundation.bulk import insert_many
from foundation.database import Database, Tx
from foundation.errors import Misconfigured
from foundation.ledger import logs
from foundation.ledger.custody import open_keys, read_anchor
from foundation.ledger.encoding.batch import Batch, Leaf, Log, Waiting, sequenced
from foundation.ledger.encoding.tree import EMPTY_ROOT, Frontier
from foundation.ledger.published import complete_nodes
from foundation.ledger.sealing import parted, seal
from foundation.ledger.signing import newest_checkpoint, refuse_a_fork, sign_newest
from foundation.ledger.tables import (
    ledger_agency,
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_key,
    ledger_leaf,
    ledger_pending,
    ledger_record_mention,
    ledger_subject_mention,
)

#: Any number that nothing else in this database locks: "ledger" in ASCII.
_LOCK = 0x6C6564676572


def sequence(database: Database, data_dir: Path, limit: int = 4096) -> int:
    """Turn up to `limit` waiting entries into leaves, sign the new checkpoint, and give how many there were.

    `data_dir` holds the key and the anchor, which are made at first use.

    Raises:
        Misconfigured: if the database does not reach what was signed before, or the key is not the log's.
        Unavailable: if the database cannot be reached or cannot commit.
    """
    keys = open_keys(data_dir)
    anchor = read_anchor(data_dir)  # before the database: the log may only have grown since
    with database.transaction() as tx:
        lock(tx)
        refuse_a_fork(tx, anchor, keys.first)
        waiting = _taken(tx, limit)
        if waiting:
            extend(tx, logs.begin(tx, keys), waiting)
    sign_newest(database, data_dir)
    return len(waiting)


def lock(tx: Tx) -> None:
    """Keep every other process from extending the log until the transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def extend(tx: Connection, reign: logs.Reign, waiting: list[Waiting]) -> None:
    """Add one batch to the log of this key. The caller holds `lock`.

    Raises:
        Misconfigured: if the leaves and the newest checkpoint do not agree.
    """
    log = _log(tx, reign.first)
    batch = sequenced(waiting, log, _agencies(tx, waiting), clock.now(), seal)
    _write_leaves(tx, batch.leaves, reign.first)
    _write_standing(tx, batch, reign.first)
    complete_nodes(tx, logs.span_of(reign), batch.log.frontier.size)


def _taken(tx: Tx, limit: int) -> list[Waiting]:
    table = ledger_pending
    oldest = select(table.c.seq).order_by(table.c.seq).limit(limit).with_for_update(skip_locked=True)
    sealed = type_coerce(table.c.detail, LargeBinary).label("sealed")  # it goes on as it is, unopened
    columns = [column for column in table.c if column.name != "detail"]
    rows = tx.execute(delete(table).where(table.c.seq.in_(oldest)).returning(*columns, sealed)).all()
    return [
        Waiting(
            id=row.id,
            at=row.at,
            operation=row.operation,
            event=row.event,
            actor=row.actor,
            agency=row.agency,
            agencies=tuple(row.agencies),
            records=tuple(row.records),
            leaf=row.leaf,
            sealed=row.sealed,
            subjects=tuple(row.subjects),
            sizes=tuple(row.sizes),
            owners=tuple(row.agencies[number] for number in row.owners) or (None,) * len(row.records),
        )
        for row in sorted(rows, key=lambda row: int(row.seq))
    ]


def _log(tx: Tx, first: int) -> Log:
    newest = newest_checkpoint(tx)
    log, root = Log(), EMPTY_ROOT
    if newest is not None and newest.size > first:
        log, root = Log(Frontier.unpacked(newest.size - first, newest.frontier), newest.chain), newest.root
    last = tx.execute(select(func.max(ledger_leaf.c.idx))).scalar_one()
    held = 0 if last is None else last + 1
    if held != first + log.frontier.size or log.frontier.root() != root:
        raise Misconfigured("The ledger's leaves and its checkpoint do not agree. Run: ledger verify")
    return log


def _agencies(tx: Tx, waiting: Iterable[Waiting]) -> dict[str, Frontier]:
    named = {agency for entry in waiting for agency in entry.agencies}
    table = ledger_agency
    rows = tx.execute(select(table).where(table.c.agency.in_(sorted(named)))).all()
    known = {row.agency: Frontier.unpacked(row.entries, row.frontier) for row in rows}
    return {name: known.get(name, Frontier()) for name in sorted(named)}


def _write_leaves(tx: Connection, leaves: Iterable[Leaf], first: int) -> None:
    rows, keys, details, records, subjects, agencies = [], [], [], [], [], []
    for item in leaves:
        entry, place = item.entry, first + item.index
        key, body = parted(entry.sealed)
        rows.append({"idx": place, "leaf": entry.leaf, "hash": item.hash, "chain": item.chain})
        keys.append({"idx": place, "key": key})
        details.append(_detail_row(place, entry, body))
        records += [
            {"record_id": record, "idx": place, "owner": owner}
            for record, owner in zip(entry.records, entry.owners, strict=True)
        ]
        subjects += [{"reference": each, "idx": place} for each in entry.subjects]
        agencies += [
            {"agency": agency, "idx": place, "size": size}
            for agency, size in zip(entry.agencies, entry.sizes, strict=True)
        ]
    # A list of fifty leaves fifty mentions; one by one they cost the database more than the list itself.
    insert_many(tx, ledger_leaf, rows)
    insert_many(tx, ledger_key, keys)
    insert_many(tx, ledger_detail, details)
    insert_many(tx, ledger_record_mention, records)
    insert_many(tx, ledger_subject_mention, subjects)
    insert_many(tx, ledger_agency_mention, agencies)


def _detail_row(place: int, entry: Waiting, body: bytes) -> dict[str, object]:
    return {
        "idx": place,
        "id": entry.id,
        "at": entry.at,
        "operation": entry.operation,
        "event": entry.event,
        "actor": entry.actor,
        "agency": entry.agency,
        "detail": body,
    }


def _write_standing(tx: Tx, batch: Batch, first: int) -> None:
    table = ledger_agency
    rows = [
        {"agency": name, "entries": own.size, "frontier": own.packed()}
        for name, own in batch.agencies.items()
    ]
    if rows:
        tx.execute(delete(table).where(table.c.agency.in_([row["agency"] for row in rows])))
        tx.execute(insert(table), rows)
    frontier = batch.log.frontier
    tx.execute(
        insert(ledger_checkpoint),
        {
            "size": first + frontier.size,
            "root": frontier.root(),
            "frontier": frontier.packed(),
            "chain": batch.log.chain,
            "at": clock.now(),
        },
    )
