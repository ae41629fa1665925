"""A copy of the public log as files, in the layout in which it is served. Source: C2SP tlog-tiles."""

from pathlib import Path

from foundation.database import Database
from foundation.errors import Missing
from foundation.ledger.encoding.policy import Policy
from foundation.ledger.encoding.tiles import levels, pieces
from foundation.ledger.files import write_whole
from foundation.ledger.published import entries_of, newest_signed, span_of, tile_of
from foundation.ledger.witnessing import published_policy


def copy_public_log(database: Database, witnesses: Policy, folder: Path) -> tuple[int, int]:
    """Write tiles, leaves, then the checkpoint they are of; gives its size and how many files were written.

    Pieces that are there already are left: they never change.

    Raises:
        Missing: if nothing is signed yet.
    """
    with database.transaction() as tx:
        span = span_of(tx)
        signed = newest_signed(tx, span)
        policy = "".join(f"{line}\n" for line in published_policy(tx, witnesses).lines())
    if signed is None:
        raise Missing("The ledger has signed nothing yet.")
    written = 0
    for level in levels(signed.size):
        for piece in pieces(signed.size, level):
            path = folder / "tile" / str(level) / piece.path
            if not path.exists():
                with database.reading() as tx:
                    written += _put(path, tile_of(tx, span, level, piece))
    for piece in pieces(signed.size):
        path = folder / "tile" / "entries" / piece.path
        if not path.exists():
            with database.reading() as tx:
                written += _put(path, entries_of(tx, span, piece))
    write_whole(folder / "checkpoint", signed.note)
    write_whole(folder / "policy.txt", policy)
    return signed.size, written + 2


def _put(path: Path, raw: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(raw)
    part.replace(path)
    return 1
