"""Signing the newest checkpoint, and refusing to where it would make a second history of the same log."""

from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from foundation.database import Database, Tx
from foundation.errors import Misconfigured
from foundation.ledger.checkpoint import Checkpoint, read_note
from foundation.ledger.custody import Anchor, held, open_key, read_anchor, write_anchor
from foundation.ledger.note import Signer
from foundation.ledger.tables import ledger_checkpoint

_RESTORE = (
    "Was it restored from a backup? Signing would make a second history of the same ledger, so nothing is "
    "signed. Bring back the newest database, or start a new ledger that commits to the last good checkpoint."
)


def check_anchor(database: Database, data_dir: Path) -> None:
    """Refuse to start on a database that does not reach what was signed before.

    Raises:
        Misconfigured: with a sentence that says what to do.
    """
    signer = open_key(data_dir)
    anchor = read_anchor(data_dir)
    with database.transaction() as tx:
        refuse_a_fork(tx, anchor, signer)


def sign_newest(database: Database, data_dir: Path) -> None:
    """Sign the newest checkpoint if it is not signed yet: first the anchor, then the note that others read.

    Doing it again gives the same note, since Ed25519 signatures do not vary.

    Raises:
        Misconfigured: if the database does not reach what was signed before, or the key is not the log's.
    """
    signer = open_key(data_dir)
    with held(data_dir):
        anchor = read_anchor(data_dir)
        with database.transaction() as tx:
            refuse_a_fork(tx, anchor, signer)
            newest = newest_checkpoint(tx)
        if newest is None or newest.note is not None:
            return
        note = Checkpoint(signer.name, newest.size, newest.root).signed(signer)
        write_anchor(data_dir, Anchor(signer.name, newest.size, newest.root))
        with database.transaction() as tx:
            tx.execute(
                update(ledger_checkpoint).where(ledger_checkpoint.c.size == newest.size).values(note=note)
            )


def newest_checkpoint(tx: Tx) -> Any:
    """The row of the largest checkpoint, or None."""
    table = ledger_checkpoint
    return tx.execute(select(table).order_by(table.c.size.desc()).limit(1)).one_or_none()


def refuse_a_fork(tx: Tx, anchor: Anchor, signer: Signer) -> None:
    """Refuse a database that does not hold the checkpoint that was signed last, or that another key signed.

    The caller has read the anchor before it opened the transaction, for the log may grow in between.

    Raises:
        Misconfigured: with a sentence that says what to do.
    """
    if anchor.origin != signer.name:
        raise Misconfigured(
            "The ledger's key and its anchor are of two ledgers. Put back the two that belong."
        )
    _refuse_another_key(tx, signer)
    if anchor.size == 0:
        return
    table = ledger_checkpoint
    root = tx.execute(select(table.c.root).where(table.c.size == anchor.size)).scalar_one_or_none()
    if root != anchor.root:
        newest = newest_checkpoint(tx)
        size = newest.size if newest else 0
        raise Misconfigured(
            f"The ledger has signed {anchor.size} entries, and this database holds {size} that do not agree. "
            + _RESTORE
        )


def _refuse_another_key(tx: Tx, signer: Signer) -> None:
    table = ledger_checkpoint
    newest = select(table.c.note).where(table.c.note.is_not(None)).order_by(table.c.size.desc()).limit(1)
    note = tx.execute(newest).scalar_one_or_none()
    if note is None:
        return
    try:
        read_note(note, signer.verifier)
    except ValueError as error:
        raise Misconfigured(
            "The key in the data folder is not the one that signed this ledger. Put the kept copy back."
        ) from error
