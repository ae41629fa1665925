"""Deliveries: each is one thing told to one address, and remembers how it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update

from foundation import clock
from foundation.database import Tx
from foundation.outbox.rows import put
from sharing.webhooks.tables import webhook_delivery

#: The kind of job.
DELIVER = "webhook:deliver"
#: The event of a delivery that says nothing.
TEST = "test"
_SHOWN = 50
_KEPT = timedelta(days=30)


class State(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Delivery:
    """One line of an address's log: ids only, as it was told. `status` is of the last answer, if any came."""

    id: str
    event: str
    type: str | None
    record: str | None
    request: str | None
    at: datetime
    state: State
    attempts: int
    status: int | None
    last_at: datetime | None


def deliver_later(tx: Tx, webhook_id: str, agency: str, about: Mapping[str, Any]) -> None:
    """Have something told to an address: `about` holds the event, and the ids that it is about.

    The release stays with the job: the log is shown to the agency, and says nothing of releases.
    """
    row = {
        "id": put(tx, DELIVER, {"webhook": webhook_id, "release": about.get("release")}, agency=agency),
        "webhook_id": webhook_id,
        "event": about["event"],
        "type": about.get("type"),
        "record_id": about.get("record"),
        "request_id": about.get("request"),
        "at": clock.now(),
        "state": State.WAITING,
        "told": False,
        "attempts": 0,
    }
    tx.execute(insert(webhook_delivery), row)


def deliveries_of(tx: Tx, webhook_id: str) -> tuple[Delivery, ...]:
    """The newest deliveries to an address."""
    rows = tx.execute(
        select(webhook_delivery)
        .where(webhook_delivery.c.webhook_id == webhook_id)
        .order_by(webhook_delivery.c.at.desc(), webhook_delivery.c.id)
        .limit(_SHOWN)
    )
    return tuple(
        Delivery(
            row.id,
            row.event,
            row.type,
            row.record_id,
            row.request_id,
            row.at,
            State(row.state),
            row.attempts,
            row.status,
            row.last_at,
        )
        for row in rows
    )


def note(tx: Tx, delivery_id: str, **values: Any) -> None:
    """Keep how a delivery went."""
    tx.execute(update(webhook_delivery).where(webhook_delivery.c.id == delivery_id).values(values))


def forget(tx: Tx, delivery_id: str) -> None:
    """Leave no trace of a delivery that must not be made: its line would tell what it was about."""
    tx.execute(delete(webhook_delivery).where(webhook_delivery.c.id == delivery_id))


def forget_old(tx: Tx, webhook_id: str) -> None:
    """Delete the lines of an address that are too old to matter."""
    tx.execute(
        delete(webhook_delivery).where(
            webhook_delivery.c.webhook_id == webhook_id, webhook_delivery.c.at < clock.now() - _KEPT
        )
    )
