"""Which logs there have been, and by whose keys: one log, unless a database had to be restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from foundation import clock
from foundation.database import Tx
from foundation.errors import Misconfigured
from foundation.ledger.custody import Keys
from foundation.ledger.encoding.note import Verifier
from foundation.ledger.tables import ledger_signer


@dataclass(frozen=True)
class Reign:
    """One key's time: `first` is the place in the tables of the first leaf of its log."""

    number: int
    log: int
    first: int
    verifier: Verifier
    second: Verifier | None
    note: str | None


@dataclass(frozen=True)
class LogSpan:
    """One log: its leaves have the places from `first` until `end`, which is None while it grows."""

    number: int
    first: int
    end: int | None
    reigns: tuple[Reign, ...]

    @property
    def origin(self) -> str:
        """Its name, which its keys bear."""
        return self.reigns[-1].verifier.name

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """Every key that has signed it, the newest first."""
        return tuple(each.verifier for each in reversed(self.reigns))


def reigns(tx: Tx) -> list[Reign]:
    """Every key that has signed, in their order."""
    rows = tx.execute(select(ledger_signer).order_by(ledger_signer.c.number))
    return [_reign(row) for row in rows]


def spans(tx: Tx) -> list[LogSpan]:
    """Every log, the oldest first."""
    return spans_of(reigns(tx))


def spans_of(found: Sequence[Reign]) -> list[LogSpan]:
    """The logs of these keys."""
    numbers = sorted({each.log for each in found})
    groups = [tuple(each for each in found if each.log == number) for number in numbers]
    firsts: list[int | None] = [group[0].first for group in groups]
    return [
        LogSpan(group[0].log, group[0].first, end, group)
        for group, end in zip(groups, [*firsts[1:], None], strict=False)
    ]


def span_of(reign: Reign) -> LogSpan:
    """The log that the key signs, as far as is needed to extend it."""
    return LogSpan(reign.log, reign.first, None, (reign,))


def current(tx: Tx) -> Reign | None:
    """The key that signs now, or None before the first entry was sequenced."""
    newest = select(ledger_signer).order_by(ledger_signer.c.number.desc()).limit(1)
    row = tx.execute(newest).one_or_none()
    return _reign(row) if row else None


def begin(tx: Tx, keys: Keys) -> Reign:
    """The reign of these keys, noted at their first use. The caller has found that they are the log's.

    Raises:
        Misconfigured: if another key signs now.
    """
    found = current(tx)
    if found is None:
        return add(tx, keys, log=1, first=0, note=None)
    if found.verifier != keys.first.verifier:
        raise Misconfigured("The key in the data folder is not the one that signs this ledger.")
    second = keys.second.verifier if keys.second else None
    if found.second != second:
        table = ledger_signer
        text = second.text() if second else None
        tx.execute(update(table).where(table.c.number == found.number).values(second=text))
    return found


def add(tx: Tx, keys: Keys, *, log: int, first: int, note: str | None) -> Reign:
    """Note that these keys sign from now on."""
    found = current(tx)
    number = found.number + 1 if found else 1
    second = keys.second.verifier if keys.second else None
    row = {
        "number": number,
        "log": log,
        "first": first,
        "verifier": keys.first.verifier.text(),
        "second": second.text() if second else None,
        "at": clock.now(),
        "note": note,
    }
    tx.execute(insert(ledger_signer), row)
    return Reign(number, log, first, keys.first.verifier, second, note)


def _reign(row: Any) -> Reign:
    second = Verifier.read(row.second) if row.second else None
    return Reign(row.number, row.log, row.first, Verifier.read(row.verifier), second, row.note)
