"""What happens to notes of necessity: written by the owner, signed or refused by a named approver, ended."""

from collections.abc import Sequence
from datetime import datetime

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def note_written(
    tx: Tx, actor: Actor, *, note: str, record: str, approver: str, approver_agency: str, digest: str
) -> str:
    """The owner wrote a note for an approver to sign; the digest is that of its exact content."""
    return entry(
        tx,
        actor,
        Operation.COLLECTION,
        "sharing:note:written",
        agencies=[approver_agency],
        records=[record],
        note=note,
        approver=approver,
        digest=digest,
    )


def note_read(tx: Tx, actor: Actor, *, note: str, owner: str) -> str:
    """A note was shown to its approver or to the owner."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:note:read", agencies=[owner], note=note)


def notes_listed(tx: Tx, actor: Actor, *, notes: Sequence[str]) -> str:
    """The notes on an own record were shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:note:listed", notes=list(notes))


def note_signed(
    tx: Tx, actor: Actor, *, note: str, record: str, owner: str, digest: str, until: datetime
) -> str:
    """The named approver signed a note: sharing is necessary, for that long."""
    return entry(
        tx,
        actor,
        Operation.ALTERATION,
        "sharing:note:signed",
        agencies=[owner],
        records=[record],
        note=note,
        digest=digest,
        until=until.isoformat(),
    )


def note_refused(tx: Tx, actor: Actor, *, note: str, record: str, owner: str) -> str:
    """The named approver refused to sign a note."""
    return entry(
        tx, actor, Operation.ALTERATION, "sharing:note:refused", agencies=[owner], records=[record], note=note
    )


def note_ended(tx: Tx, actor: Actor, *, note: str, record: str, parties: Sequence[str]) -> str:
    """A note was ended before its time, or taken back before it was signed."""
    return entry(
        tx, actor, Operation.ALTERATION, "sharing:note:ended", agencies=parties, records=[record], note=note
    )
