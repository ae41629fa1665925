"""What happens to webhooks, and what programs of agencies were told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from auth.actor import Actor
from foundation.database import Tx
from foundation.ledger.append import Operation
from sharing.events.entry import entry


class Delivery(NamedTuple):
    """Of which event the address is told, by which delivery."""

    webhook: str
    id: str
    told: str


def webhook_registered(
    tx: Tx, actor: Actor, *, webhook: str, told: Sequence[str], account: str, stated: str
) -> str:
    """An address was registered: of what it is told, and by whose sight for which purpose that is decided."""
    return entry(
        tx,
        actor,
        Operation.SECURITY,
        "sharing:webhook:registered",
        webhook=webhook,
        told=list(told),
        account=account,
        stated=stated,
    )


def webhook_ended(tx: Tx, actor: Actor, *, webhook: str) -> str:
    """Nothing is sent to the address any more."""
    return entry(tx, actor, Operation.SECURITY, "sharing:webhook:ended", webhook=webhook)


def webhook_tested(tx: Tx, actor: Actor, *, webhook: str) -> str:
    """Something that says nothing was sent to it."""
    return entry(tx, actor, Operation.SECURITY, "sharing:webhook:tested", webhook=webhook)


def webhook_told(
    tx: Tx,
    actor: Actor,
    *,
    owner: str,
    record: str,
    delivery: Delivery,
    decided: datetime,
) -> str:
    """A program was told the id of a record, and which event: nothing else of it."""
    return entry(
        tx,
        actor,
        Operation.DISCLOSURE,
        "sharing:webhook:told",
        agencies=[owner],
        records=[record],
        webhook=delivery.webhook,
        delivery=delivery.id,
        told=delivery.told,
        under=decided,
    )
