"""What goes from the ledger and from behind it when its time is over; nothing that went is told."""

from collections.abc import Sequence

from auth.system import SystemActor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def details_erased(tx: Tx, actor: SystemActor, *, agency: str, spans: Sequence[str]) -> str:
    """Details of entries that concerned the agency are past their period, at these of its own.

    Whoever checks the ledger knows this event by name: `foundation.ledger.erasing`, and verify.py.
    """
    return entry(
        tx,
        actor,
        Operation.ERASURE,
        "sharing:ledger:details-erased",
        agencies=[agency],
        erased=list(spans),
    )


def name_erased(tx: Tx, actor: SystemActor, *, agency: str, person: str) -> str:
    """The name behind the pseudonym of somebody who left the agency was erased."""
    return entry(tx, actor, Operation.ERASURE, "sharing:person:name-erased", agencies=[agency], person=person)


def schedule_kept(tx: Tx, actor: SystemActor, *, details: int, names: int, subjects: int) -> str:
    """A run of the schedule ended; in numbers, what it erased."""
    return entry(
        tx,
        actor,
        Operation.ERASURE,
        "sharing:ledger:schedule-kept",
        details=details,
        names=names,
        subjects=subjects,
    )
