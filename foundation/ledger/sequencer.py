"""The one sequencer: what waits becomes leaves, in batches, each in one transaction; signing comes after.

Any number of processes may run one: a lock in the database lets one batch through at a time.
"""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import DBAPIError

from foundation import clock
from foundation.bulk import insert_many
from foundation.database import Database, Tx
from foundation.errors import Misconfigured
from foundation.ledger import logs
from foundation.ledger.custody import Anchor, Keys, open_keys, read_anchor
from foundation.ledger.encoding.batch import Batch, Log, Told, Waiting, opened, sequenced
from foundation.ledger.encoding.tree import EMPTY_ROOT, Frontier
from foundation.ledger.placing import move
from foundation.ledger.published import complete_nodes
from foundation.ledger.sealing import parted, seal
from foundation.ledger.set_apart import set_apart
from foundation.ledger.signing import newest_checkpoint, refuse_a_fork, sign_newest
from foundation.ledger.tables import (
    ledger_agency,
    ledger_checkpoint,
    ledger_detail,
    ledger_key,
    ledger_leaf,
    ledger_pending,
)

#: Any number that nothing else in this database locks: "ledger" in ASCII.
_LOCK = 0x6C6564676572
#: What a batch ends with that holds an entry which is none: the database refuses it, or it cannot be read.
_UNPLACEABLE = (DBAPIError, ValueError, TypeError, LookupError, AttributeError, RecursionError)


def sequence(database: Database, data_dir: Path, limit: int = 4096) -> int:
    """Turn up to `limit` waiting entries into leaves, sign the new checkpoint, and give how many there were.

    What has no place is set apart. `data_dir` holds the key and the anchor, which are made at first use.

    Raises:
        Misconfigured: if the database does not reach what was signed before, or the key is not the log's.
        Unavailable: if the database cannot be reached or cannot commit.
    """
    keys = open_keys(data_dir)
    anchor = read_anchor(data_dir)  # before the database: the log may only have grown since
    try:
        count = _batch(database, keys, anchor, limit)
    except _UNPLACEABLE:
        with database.transaction() as tx:
            lock(tx)
            apart = set_apart(tx, limit)
        if not apart:
            raise
        count = _batch(database, keys, anchor, limit)
    sign_newest(database, data_dir)
    return count


def _batch(database: Database, keys: Keys, anchor: Anchor, limit: int) -> int:
    with database.transaction() as tx:
        lock(tx)
        refuse_a_fork(tx, anchor, keys.first)
        numbers, waiting = _waiting(tx, limit)
        if waiting:
            reign = logs.begin(tx, keys)
            log = _log(tx, reign.first)
            batch = sequenced(waiting, log, _agencies(tx, waiting), clock.now(), seal)
            move(tx, numbers, reign.first + log.frontier.size)
            _write(tx, batch, reign)
    return len(waiting)


def lock(tx: Tx) -> None:
    """Keep every other process from extending the log until the transaction ends."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def open_with(tx: Connection, reign: logs.Reign, opening: Told) -> None:
    """Begin the log of this key with the entry that tells of it. The caller holds `lock`.

    Raises:
        Misconfigured: if the leaves and the newest checkpoint do not agree.
    """
    _write(tx, opened(_log(tx, reign.first), opening), reign)


def _waiting(tx: Tx, limit: int) -> tuple[list[int], list[Waiting]]:
    """The oldest entries that wait, with their numbers; nobody changes them until the transaction ends."""
    table = ledger_pending
    oldest = select(table.c.seq, table.c.leaf, table.c.agencies).order_by(table.c.seq).limit(limit)
    rows = tx.execute(oldest.with_for_update(skip_locked=True)).all()
    return [row.seq for row in rows], [Waiting(row.leaf, row.agencies) for row in rows]


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


def _write(tx: Connection, batch: Batch, reign: logs.Reign) -> None:
    """Everything of a batch but what waited, which has been moved."""
    leaves, first = [], reign.first
    for each in batch.leaves:
        place = first + each.index
        leaves.append({"idx": place, "leaf": each.leaf, "hash": each.hash, "chain": each.chain})
    insert_many(tx, ledger_leaf, leaves)
    _write_told(tx, batch.told, first + batch.log.frontier.size - len(batch.told))
    _write_standing(tx, batch, first)
    complete_nodes(tx, logs.span_of(reign), batch.log.frontier.size)


def _write_told(tx: Connection, told: Iterable[Told], place: int) -> None:
    """What the log tells of itself, from this place on."""
    keys, details = [], []
    for idx, entry in enumerate(told, place):
        key, body = parted(entry.sealed)
        keys.append({"idx": idx, "key": key})
        details.append(
            {
                "idx": idx,
                "id": entry.id,
                "at": entry.at,
                "operation": entry.operation,
                "event": entry.event,
                "actor": "",
                "agency": entry.agency,
                "detail": body,
            }
        )
    insert_many(tx, ledger_key, keys)
    insert_many(tx, ledger_detail, details)


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
