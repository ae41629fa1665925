"""What waits for somebody because of recalls: an answer of those told, a look of the owner at who is late."""

from typing import Any

from sqlalchemy import Select, literal, select

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from sharing.recalls.tables import recall, recall_notice
from sharing.records.record import record


def waiting_recalls(actor: Actor) -> list[Select[Any]]:
    """What waits for the actor, each as kind, id, title and due."""
    wanted = []
    if actor.may(Action.RECALL_ACKNOWLEDGE):
        wanted.append(_recalled(actor))
    if actor.may(Action.RECORD_RELEASE) and not actor.member:
        wanted.append(_late_recalls(actor))
    return wanted


def _recalled(actor: Actor) -> Select[Any]:
    notice = recall_notice
    return select(
        literal("recall").label("kind"), notice.c.id, notice.c.reference.label("title"), notice.c.due
    ).where(notice.c.user_id == actor.user_id, notice.c.acknowledged_at.is_(None))


def _late_recalls(actor: Actor) -> Select[Any]:
    # Who recalled it looks after those who have not answered.
    notice = recall_notice
    late = select(notice.c.recall_id).where(
        notice.c.owner == actor.agency_id,
        notice.c.acknowledged_at.is_(None),
        notice.c.due < clock.today(),
    )
    joined = recall.join(record, record.c.id == recall.c.record_id)
    reference = record.c.owner_reference.label("title")
    return (
        select(literal("late-recall").label("kind"), recall.c.id, reference, recall.c.due)
        .select_from(joined)
        .where(recall.c.by_user == actor.user_id, recall.c.owner == actor.agency_id, recall.c.id.in_(late))
    )
