"""Signing the newest checkpoint, and refusing to where it would make a second history of the same log."""

from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from foundation.database import Database, Tx
from foundation.errors import Misconfigured
from foundation.ledger import logs
from foundation.ledger.custody import Anchor, Keys, open_keys, read_anchor, write_anchor
from foundation.ledger.encoding.checkpoint import Checkpoint, read_note
from foundation.ledger.encoding.cosignature import cosign
from foundation.ledger.encoding.note import Kind, Signer
from foundation.ledger.encoding.tree import EMPTY_ROOT, Frontier, leaf_hash
from foundation.ledger.files import held
from foundation.ledger.sealing import KEY_SIZE, is_open
from foundation.ledger.tables import ledger_checkpoint, ledger_key, ledger_leaf

_RESTORE = (
    "Was it restored from a backup? Signing would make a second history of the same ledger, so nothing is "
    "signed. Bring back the newest database, or begin a new ledger that commits to the last good checkpoint: "
    "ledger ceremony"
)


def check_anchor(database: Database, data_dir: Path) -> None:
    """Refuse to start on a database that does not reach what was signed before, or whose entries stay shut.

    Raises:
        Misconfigured: with a sentence that says what to do.
    """
    keys = open_keys(data_dir)
    anchor = read_anchor(data_dir)
    with database.transaction() as tx:
        refuse_a_fork(tx, anchor, keys.first)
        _refuse_shut_entries(tx)


def sign_newest(database: Database, data_dir: Path) -> None:
    """Sign the newest checkpoint if it is not signed yet: first the anchor, then the note that others read.

    Doing it again gives the same Ed25519 signatures; a note that is there already is left as it is.

    Raises:
        Misconfigured: if the database does not go on from what was signed, or the key is not the log's.
    """
    keys = open_keys(data_dir)
    with held(data_dir):
        anchor = read_anchor(data_dir)
        with database.transaction() as tx:
            reign = refuse_a_fork(tx, anchor, keys.first)
            newest = newest_checkpoint(tx)
            if reign is None or newest is None or newest.note is not None or newest.size <= reign.first:
                return
            _refuse_another_history(tx, anchor, reign.first, newest)
        checkpoint = Checkpoint(keys.first.name, newest.size - reign.first, newest.root)
        note = signed_note(checkpoint, keys, int(newest.at.timestamp()))
        write_anchor(data_dir, Anchor(checkpoint.origin, checkpoint.size, checkpoint.root, note))
        with database.transaction() as tx:
            table = ledger_checkpoint
            unsigned = update(table).where(table.c.size == newest.size, table.c.note.is_(None))
            tx.execute(unsigned.values(note=note))


def _refuse_another_history(tx: Tx, anchor: Anchor, first: int, newest: Any) -> None:
    """Refuse a checkpoint that the leaves since the last signature do not lead to: somebody put it there."""
    table, leaf = ledger_checkpoint.c, ledger_leaf.c
    signed, before = first + anchor.size, Frontier()
    try:
        if anchor.size:
            packed = tx.execute(select(table.frontier).where(table.size == signed)).scalar_one()
            before = Frontier.unpacked(anchor.size, packed)
        since = select(leaf.idx, leaf.leaf).where(leaf.idx >= signed, leaf.idx < newest.size)
        rows = tx.execute(since.order_by(leaf.idx)).all()
        after = before.extended(leaf_hash(row.leaf) for row in rows)
        good = before.root() == (anchor.root if anchor.size else EMPTY_ROOT) and after.root() == newest.root
    except ValueError:  # it is no frontier
        good = False
    if not good:
        raise Misconfigured(
            f"The ledger signed {anchor.size} entries, and this database does not go on from them. {_RESTORE}"
        )


def signed_note(checkpoint: Checkpoint, keys: Keys, at: int) -> str:
    """The checkpoint with every signature of the log: its own, its own with the time, and the second kind."""
    timed = Signer(keys.first.name, keys.first.seed, Kind.COSIGNATURE)
    note = checkpoint.signed(keys.first) + cosign(checkpoint, timed, at)
    return note + cosign(checkpoint, keys.second, at) if keys.second else note


def newest_checkpoint(tx: Tx) -> Any:
    """The row of the largest checkpoint, or None."""
    table = ledger_checkpoint
    return tx.execute(select(table).order_by(table.c.size.desc()).limit(1)).one_or_none()


def refuse_a_fork(tx: Tx, anchor: Anchor, signer: Signer) -> logs.Reign | None:
    """Refuse a database that does not hold the checkpoint that was signed last, or that another key signed.

    Gives the key's reign, None before its first use. The caller has read the anchor before it opened the
    transaction, for the log may grow in between.

    Raises:
        Misconfigured: with a sentence that says what to do.
    """
    if anchor.origin != signer.name:
        raise Misconfigured(
            "The ledger's key and its anchor are of two ledgers. Put back the two that belong."
        )
    reign = logs.current(tx)
    _refuse_another_key(tx, reign, signer)
    if anchor.size == 0:
        return reign
    table = ledger_checkpoint
    first = reign.first if reign else 0
    root = tx.execute(select(table.c.root).where(table.c.size == first + anchor.size)).scalar_one_or_none()
    if root != anchor.root:
        newest = newest_checkpoint(tx)
        size = max(newest.size - first, 0) if newest else 0
        raise Misconfigured(
            f"The ledger has signed {anchor.size} entries, and this database holds {size} that do not agree. "
            + _RESTORE
        )
    return reign


def _refuse_another_key(tx: Tx, reign: logs.Reign | None, signer: Signer) -> None:
    if reign is not None:
        if reign.verifier != signer.verifier:
            raise Misconfigured(
                "The key in the data folder is not the one that signs this ledger. Put the kept copy back; "
                "if a change of key or a ceremony was interrupted, run that command again."
            )
        return
    table = ledger_checkpoint
    newest = select(table.c.note).where(table.c.note.is_not(None)).order_by(table.c.size.desc()).limit(1)
    note = tx.execute(newest).scalar_one_or_none()
    if note is None:
        return
    try:
        read_note(note, signer.verifier)
    except ValueError as error:
        raise Misconfigured(
            "The key in the data folder is not the one that signs this ledger. Put the kept copy back."
        ) from error


def _refuse_shut_entries(tx: Tx) -> None:
    newest = select(ledger_key.c.key).order_by(ledger_key.c.idx.desc()).limit(1)
    key = tx.execute(newest).scalar_one_or_none()
    if key is not None and not is_open(key[:KEY_SIZE]):
        raise Misconfigured(
            "The file ledger.seal in the data folder does not open this ledger's entries. "
            "Put the kept copy back."
        )
