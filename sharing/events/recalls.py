"""What is taken back and corrected, who is told, what they answer. Never a value, a reason or a message."""

from collections.abc import Sequence

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def recall_made(
    tx: Tx, actor: Actor, *, record: str, recall: str, kind: str, fields: Sequence[str], told: int
) -> str:
    """An owner recalled something that was shared; `told` counts those who are told. For the owner alone."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:recall:made",
        records=[record],
        recall=recall,
        kind=kind,
        fields=list(fields),
        told=told,
    )


def recall_told(tx: Tx, actor: Actor, *, agency: str, record: str, notices: Sequence[str]) -> str:
    """People of one agency were told that something which they were shown was recalled."""
    return entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:recall:told",
        agencies=[agency],
        records=[record],
        notices=list(notices),
    )


def recall_acknowledged(
    tx: Tx, actor: Actor, *, owner: str, record: str, notice: str, done: str, late: int
) -> str:
    """Somebody who was told said what they did with their copies; `late` in days, 0 for in time."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:recall:acknowledged",
        agencies=[owner],
        records=[record],
        notice=notice,
        done=str(done),
        late=late,
    )


def recall_rehearsed(tx: Tx, actor: Actor, *, record: str, kind: str) -> str:
    """An owner looked at whom a recall would tell; nothing was done."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:recall:rehearsed", records=[record], kind=kind)


def recalls_listed(tx: Tx, actor: Actor, *, recalls: Sequence[str], notices: Sequence[str]) -> str:
    """Recalls of the agency's records, and notices to the actor or the actor's agency, were listed."""
    return entry(
        tx,
        actor,
        Operation.CONSULTATION,
        "sharing:recall:listed",
        recalls=list(recalls),
        notices=list(notices),
    )


def recall_read(tx: Tx, actor: Actor, *, recall: str, record: str) -> str:
    """The owner looked at a recall: who was told, and who has answered."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:recall:read", records=[record], recall=recall)


def notice_read(tx: Tx, actor: Actor, *, notice: str) -> str:
    """Somebody who was told looked at their notice."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:recall:notice-read", notice=notice)
