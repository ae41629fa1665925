"""Sealing what lies under no key, or under an old one, in batches that can be interrupted and run again."""

from sqlalchemy import Connection, LargeBinary, Table, func, select, type_coerce, update

from foundation.database import Database
from foundation.ledger.sealing import BARE, parted, seal, unseal
from foundation.ledger.tables import ledger_detail, ledger_key, ledger_pending

_BATCH = 500


def seal_bare(database: Database) -> int:
    """Seal every detail from before there was a seal; gives how many there were."""
    count = 0
    while done := _batch(database):
        count += done
    return count


def _batch(database: Database) -> int:
    with database.transaction() as tx:
        return _waiting(tx) + _placed(tx)


def _waiting(tx: Connection) -> int:
    table, detail = ledger_pending, type_coerce(ledger_pending.c.detail, LargeBinary)
    bare = func.substr(detail, 1, len(BARE)) == BARE
    rows = tx.execute(select(table.c.seq, detail.label("sealed")).where(bare).limit(_BATCH)).all()
    for row in rows:
        sealed = seal(*unseal(*parted(row.sealed)))
        tx.execute(update(table).where(table.c.seq == row.seq).values(detail=sealed))
    return len(rows)


def _placed(tx: Connection) -> int:
    key, detail = ledger_key.c, ledger_detail.c
    bare = func.substr(key.key, 1, len(BARE)) == BARE
    wanted = select(key.idx, key.key, detail.detail).join(ledger_detail, key.idx == detail.idx)
    rows = tx.execute(wanted.where(bare).limit(_BATCH)).all()
    for row in rows:
        apart, body = parted(seal(*unseal(row.key, row.detail)))
        _put(tx, ledger_key, row.idx, key=apart)
        _put(tx, ledger_detail, row.idx, detail=body)
    return len(rows)


def _put(tx: Connection, table: Table, place: int, **values: bytes) -> None:
    tx.execute(update(table).where(table.c.idx == place).values(**values))
