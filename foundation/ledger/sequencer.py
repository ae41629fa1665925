"""The one sequencer: what waits becomes leaves, in batches, each in one transaction; signing comes after.

Any number of processes may run one: a lock in the database lets one batch through at a time.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from foundation import clock
from foundation.bulk import insert_many
from foundation.database import Database, Tx
from foundation.errors import Misconfigured
from foundation.ledger.batch import Batch, Leaf, Log, Waiting, sequenced
from foundation.ledger.custody import open_key, read_anchor
from foundation.ledger.signing import newest_checkpoint, refuse_a_fork, sign_newest
from foundation.ledger.tables import (
    ledger_agency,
    ledger_agency_mention,
    ledger_checkpoint,
    ledger_detail,
    ledger_leaf,
    ledger_pending,
    ledger_record_mention,
)
from foundation.ledger.tree import EMPTY_ROOT, Frontier

#: Any number that nothing else in this database locks: "ledger" in ASCII.
_LOCK = 0x6C6564676572


def sequence(database: Database, data_dir: Path, limit: int = 4096) -> int:
    """Turn up to `limit` waiting entries into leaves, sign the new checkpoint, and give how many there were.

    `data_dir` holds the key and the anchor, which are made at first use.

    Raises:
        Misconfigured: if the database does not reach what was signed before, or the key is not the log's.
        Unavailable: if the database cannot be reached or cannot commit.
    """
    signer = open_key(data_dir)
    anchor = read_anchor(data_dir)  # before the database: the log may only have grown since
    with database.transaction() as tx:
        _lock(tx)
        refuse_a_fork(tx, anchor, signer)
        count = _sequence_batch(tx, limit)
    sign_newest(database, data_dir)
    return count


def _lock(tx: Tx) -> None:
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _sequence_batch(tx: Connection, limit: int) -> int:
    waiting = _taken(tx, limit)
    if not waiting:
        return 0
    at = clock.now()
    batch = sequenced(waiting, _log(tx), _agencies(tx, waiting), at)
    _write_leaves(tx, batch.leaves)
    _write_standing(tx, batch)
    return len(waiting)


def _taken(tx: Tx, limit: int) -> list[Waiting]:
    table = ledger_pending
    oldest = select(table.c.seq).order_by(table.c.seq).limit(limit).with_for_update(skip_locked=True)
    rows = tx.execute(delete(table).where(table.c.seq.in_(oldest)).returning(*table.c)).all()
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
            nonce=row.nonce,
            detail=row.detail,
        )
        for row in sorted(rows, key=lambda row: int(row.seq))
    ]


def _log(tx: Tx) -> Log:
    newest = newest_checkpoint(tx)
    log = Log(Frontier.unpacked(newest.size, newest.frontier), newest.chain) if newest else Log()
    last = tx.execute(select(func.max(ledger_leaf.c.idx))).scalar_one()
    held_ = 0 if last is None else last + 1
    root = newest.root if newest else EMPTY_ROOT
    if held_ != log.frontier.size or log.frontier.root() != root:
        raise Misconfigured("The ledger's leaves and its checkpoint do not agree. Run: ledger verify")
    return log


def _agencies(tx: Tx, waiting: Iterable[Waiting]) -> dict[str, Frontier]:
    named = {agency for entry in waiting for agency in entry.agencies}
    table = ledger_agency
    rows = tx.execute(select(table).where(table.c.agency.in_(sorted(named)))).all()
    known = {row.agency: Frontier.unpacked(row.entries, row.frontier) for row in rows}
    return {name: known.get(name, Frontier()) for name in sorted(named)}


def _write_leaves(tx: Connection, leaves: Iterable[Leaf]) -> None:
    rows, details, records, agencies = [], [], [], []
    for item in leaves:
        entry = item.entry
        rows.append({"idx": item.index, "leaf": entry.leaf, "hash": item.hash, "chain": item.chain})
        details.append(_detail_row(item.index, entry))
        records += [{"record_id": record, "idx": item.index} for record in entry.records]
        agencies += [{"agency": agency, "idx": item.index} for agency in entry.agencies]
    # A list of fifty leaves fifty mentions; one by one they cost the database more than the list itself.
    insert_many(tx, ledger_leaf, rows)
    insert_many(tx, ledger_detail, details)
    insert_many(tx, ledger_record_mention, records)
    insert_many(tx, ledger_agency_mention, agencies)


def _detail_row(index: int, entry: Waiting) -> dict[str, object]:
    return {
        "idx": index,
        "id": entry.id,
        "at": entry.at,
        "operation": entry.operation,
        "event": entry.event,
        "actor": entry.actor,
        "agency": entry.agency,
        "nonce": entry.nonce,
        "detail": entry.detail,
    }


def _write_standing(tx: Tx, batch: Batch) -> None:
    names = list(batch.agencies)
    tx.execute(delete(ledger_agency).where(ledger_agency.c.agency.in_(names)))
    tx.execute(
        insert(ledger_agency),
        [
            {"agency": name, "entries": own.size, "frontier": own.packed()}
            for name, own in batch.agencies.items()
        ],
    )
    frontier = batch.log.frontier
    tx.execute(
        insert(ledger_checkpoint),
        {
            "size": frontier.size,
            "root": frontier.root(),
            "frontier": frontier.packed(),
            "chain": batch.log.chain,
            "at": clock.now(),
        },
    )
