"""Sealing what is from before there was a seal, in batches that can be interrupted and run again."""

from sqlalchemy import ColumnElement, Connection, LargeBinary, Table, func, select, type_coerce, update

from foundation.database import Database
from foundation.ledger.encoding.detail import NONCE_SIZE
from foundation.ledger.sealing import BARE, parted, seal
from foundation.ledger.tables import ledger_detail, ledger_key, ledger_pending

_BATCH = 500


def seal_bare(database: Database) -> int:
    """Seal every detail from before there was a seal; gives how many there were.

    These are the oldest of the log. What lies bare beside or after what is sealed was put there since, past
    the portal, by somebody who holds no key: it is left, and nothing opens it.
    """
    count = 0
    while done := _batch(database):
        count += done
    return count


def _batch(database: Database) -> int:
    with database.transaction() as tx:
        return _waiting(tx) + _placed(tx)


def _waiting(tx: Connection) -> int:
    """All at once, so that none is left bare beside what has been sealed."""
    table, detail = ledger_pending, type_coerce(ledger_pending.c.detail, LargeBinary)
    is_bare = func.substr(detail, 1, len(BARE)) == BARE
    sealed = select(table.c.seq).where(~is_bare).limit(1)
    if tx.execute(sealed).first() is not None or _first_sealed(tx) is not None:
        return 0
    rows = tx.execute(select(table.c.seq, detail.label("bare")).where(is_bare)).all()
    for row in rows:
        whole = _sealed(*parted(row.bare))
        tx.execute(update(table).where(table.c.seq == row.seq).values(detail=whole))
    return len(rows)


def _placed(tx: Connection) -> int:
    """From the newest of them to the oldest: what is still bare stands before all that is sealed."""
    key, detail = ledger_key.c, ledger_detail.c
    wanted = select(key.idx, key.key, detail.detail).join(ledger_detail, key.idx == detail.idx)
    first = _first_sealed(tx)
    if first is not None:
        wanted = wanted.where(key.idx < first)
    rows = tx.execute(wanted.where(_is_bare()).order_by(key.idx.desc()).limit(_BATCH)).all()
    for row in rows:
        apart, body = parted(_sealed(row.key, row.detail))
        _put(tx, ledger_key, row.idx, key=apart)
        _put(tx, ledger_detail, row.idx, detail=body)
    return len(rows)


def _first_sealed(tx: Connection) -> int | None:
    key = ledger_key.c
    wanted = select(key.idx).where(~_is_bare()).order_by(key.idx).limit(1)
    return tx.execute(wanted).scalar_one_or_none()


def _is_bare() -> ColumnElement[bool]:
    return func.substr(ledger_key.c.key, 1, len(BARE)) == BARE


def _sealed(key_part: bytes, body: bytes) -> bytes:
    """As wide as a wrapped secret stands the bare one, then the bare text."""
    return seal(body.decode(), key_part[-NONCE_SIZE:])


def _put(tx: Connection, table: Table, place: int, **values: bytes) -> None:
    tx.execute(update(table).where(table.c.idx == place).values(**values))
