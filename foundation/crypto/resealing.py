"""Sealing anew what lies under a secret of before, when the portal's secret is changed."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Column, RowMapping, select, update

from foundation.crypto.sealing import SealBroken, derived_key, open_sealed, seal
from foundation.database import Tx


class Secrets(NamedTuple):
    """The portal's secret of before, and that of now."""

    old: str
    new: str


class Resealed(NamedTuple):
    """How many values were sealed anew, and how many open under neither secret."""

    done: int
    lost: int


def reseal(
    tx: Tx, column: Column[str], bound: Callable[[RowMapping], str], what: str, change: Secrets
) -> Resealed:
    """Seal every value of a column anew, which was sealed for `bound` under the key for `what`.

    What lies under the new secret already stays, so that this may be run again; so does what opens under
    neither, since nothing can be made of it.
    """
    old, new = (derived_key(secret, what) for secret in change)
    own, done, lost = column.table.primary_key.columns, 0, 0
    for row in tx.execute(select(column.table)).mappings().all():
        sealed, name = bytes.fromhex(row[column.name]), bound(row)
        if _opens(new, name, sealed) is not None:
            continue
        plain = _opens(old, name, sealed)
        if plain is None:
            lost += 1
            continue
        this = [each == row[each.name] for each in own]
        anew = {column.name: seal(new, name, plain).hex()}
        tx.execute(update(column.table).where(*this).values(anew))
        done += 1
    return Resealed(done, lost)


def _opens(key: bytes, bound_to: str, sealed: bytes) -> bytes | None:
    try:
        return open_sealed(key, bound_to, sealed)
    except SealBroken:
        return None
