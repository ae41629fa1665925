"""The review of unusual looks: that it was looked at, and what it came to."""

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


def unusual_listed(tx: Tx, actor: Actor, *, count: int) -> str:
    """What stands out among the agency's own people was shown."""
    return entry(tx, actor, Operation.CONSULTATION, "sharing:unusual:listed", count=count)


def unusual_settled(tx: Tx, actor: Actor, *, kind: str, person: str, of: str, outcome: str) -> str:
    """Somebody reviewed a day or an entry of a colleague's; `of` is the day, or the entry's event id."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:unusual:settled",
        kind=kind,
        person=person,
        of=of,
        outcome=outcome,
    )
