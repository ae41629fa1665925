"""How long records are kept, what is held, and what was deleted; never a word of what stood there."""

from collections.abc import Sequence
from datetime import date

from auth.actor import Actor
from auth.system import SystemActor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def schedule_read(tx: Tx, actor: Actor, *, due: Sequence[str], held: Sequence[str]) -> str:
    """The agency's schedule was shown, with what falls due soon and what is held: by type and day alone."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:retention:read", due=list(due), held=list(held))


def period_set(tx: Tx, actor: Actor, *, type_: str, category: str, period: str) -> str:
    """A line of the agency's schedule was set; without a period it was taken out of it."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:retention:period-set",
        type=type_,
        category=category,
        period=period,
    )


def record_held(tx: Tx, actor: Actor, *, record: str, hold: str, until: date) -> str:
    """A record was put under a hold until a day; its reason stands with the hold, and goes with it."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:retention:held",
        records=[record],
        hold=hold,
        until=until.isoformat(),
    )


def hold_released(tx: Tx, actor: Actor, *, record: str, hold: str) -> str:
    """A hold was ended before its day."""
    return entry(tx, actor, Operation.ALTERATION, "sharing:retention:released", records=[record], hold=hold)


def record_deleted(
    tx: Tx, actor: SystemActor, *, owner: str, records: Sequence[str], type_: str, rule: str, last: date
) -> str:
    """A record was deleted after its time with its stills: `records` are its id and theirs.

    `rule` is the line by which it was kept, as type, category, period and whose it is; it was counted from
    `last`. Written once they are gone, so that it names nobody who was on them.
    """
    return entry(
        tx,
        actor,
        Operation.ERASURE,
        "sharing:record:deleted",
        agencies=[owner],
        records=records,
        type=type_,
        rule=rule,
        last=last.isoformat(),
    )


def retention_kept(tx: Tx, actor: SystemActor, *, records: int, files: int, kept: int) -> str:
    """A run over every agency's schedule ended; in numbers, what it deleted and what stays though due."""
    return entry(
        tx,
        actor,
        Operation.ERASURE,
        "sharing:retention:kept",
        deleted=records,
        files=files,
        stayed=kept,
    )
