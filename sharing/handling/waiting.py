"""What waits for somebody because a court's order covers a record of their agency."""

from typing import Any

from sqlalchemy import Select, literal, null, select

from auth.actor import Actor
from auth.roles import Action
from sharing.handling.tables import order_notice
from sharing.records.record import record


def waiting_orders(actor: Actor) -> list[Select[Any]]:
    """What waits for the actor, each as kind, id, title and due."""
    releases = actor.may(Action.RECORD_RELEASE) and not actor.member
    return [_covered(actor)] if releases else []


def _covered(actor: Actor) -> Select[Any]:
    # Told of a court's order that covers a record of the agency's; whoever notes it, notes it for all.
    notice = order_notice
    joined = notice.join(record, record.c.id == notice.c.record_id)
    reference = record.c.owner_reference.label("title")
    return (
        select(literal("order").label("kind"), notice.c.id, reference, null().label("due"))
        .select_from(joined)
        .where(notice.c.owner == actor.agency_id, notice.c.noted_at.is_(None))
    )
