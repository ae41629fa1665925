"""What waits for somebody because of exports that were stopped, and of work that was given up."""

from typing import Any

from sqlalchemy import Select, literal, null, select

from auth.actor import Actor
from auth.roles import Action
from foundation.outbox.tables import outbox
from sharing.exports.tables import export_stop


def waiting_exports(actor: Actor) -> list[Select[Any]]:
    """What waits for the actor, each as kind, id, title and due."""
    wanted = []
    if actor.may(Action.LEDGER_READ):
        wanted.append(_stopped(actor))
    if actor.may(Action.WEBHOOK_RUN):
        wanted.append(_given_up(actor))
    return wanted


def _stopped(actor: Actor) -> Select[Any]:
    return select(
        literal("stop").label("kind"), export_stop.c.id, literal("").label("title"), null().label("due")
    ).where(export_stop.c.agency_id == actor.agency_id, export_stop.c.seen_at.is_(None))


def _given_up(actor: Actor) -> Select[Any]:
    return select(
        literal("given-up").label("kind"), outbox.c.id, outbox.c.kind.label("title"), null().label("due")
    ).where(outbox.c.agency_id == actor.agency_id, outbox.c.gave_up_at.is_not(None))
