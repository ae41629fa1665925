"""Who comes first in the log: what closes something to readers, or those who were reading it meanwhile."""

from sqlalchemy import text

from foundation.database import Tx

_LOCK = text("LOCK TABLE ledger_pending IN SHARE ROW EXCLUSIVE MODE")


def after_all_readers(tx: Tx) -> None:
    """Wait until every transaction that has left an entry has ended, and let no other leave one before this.

    So the entry that this transaction leaves from now on stands in the log behind all of theirs. A reader who
    has read but left no entry yet waits in turn, and is refused by its condition (`append.writing_while`).
    Call it last, before the entry: everybody's entries are held back until this transaction ends, and whoever
    has left one must not come to wait for a row of this one. On SQLite transactions follow one another.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK)
