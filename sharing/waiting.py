"""What waits for somebody: the number on every page, and the list on the first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, null, select

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database
from sharing.partnerships.tables import action, partnership
from sharing.records.record import record


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what kind it is, its reference and the day by which it should be done."""

    kind: str  # action, answer, report
    id: str
    title: str
    due: date | None


def count_waiting(database: Database, actor: Actor) -> int:
    """How many things wait for the actor: numbers only, of the actor's own agency's work."""
    with database.transaction() as tx:
        return sum(
            tx.execute(select(func.count()).select_from(each.subquery())).scalar_one() for each in _all(actor)
        )


def list_waiting(database: Database, actor: Actor) -> tuple[Waiting, ...]:
    """What waits for the actor, the most urgent first."""
    with database.transaction() as tx:
        found = [
            Waiting(row.kind, row.id, row.title, row.due) for each in _all(actor) for row in tx.execute(each)
        ]
    return tuple(sorted(found, key=lambda each: (each.due or date.max, each.id)))


def _all(actor: Actor) -> list[Select[Any]]:
    wanted: list[Select[Any]] = []
    if actor.may(Action.MEETING_READ) and actor.site_id is None:
        wanted.append(_own_actions(actor))
    if actor.may(Action.MEETING_RUN):
        wanted.append(_answered(actor))
    if actor.may(Action.REPORT_CHECK):
        wanted.append(_unchecked(actor))
    return wanted


def _own_actions(actor: Actor) -> Select[Any]:
    return select(literal("action").label("kind"), action.c.id, action.c.title, action.c.due).where(
        action.c.owner_user == actor.user_id, action.c.status == "open"
    )


def _answered(actor: Actor) -> Select[Any]:
    # The chair's: owners have answered, the meeting has yet to close.
    return select(literal("answer").label("kind"), action.c.id, action.c.title, action.c.due).where(
        action.c.status == "answered",
        action.c.partnership_id == partnership.c.id,
        partnership.c.chair == actor.user_id,
    )


def _unchecked(actor: Actor) -> Select[Any]:
    reference = record.c.owner_reference.label("title")
    return select(literal("report").label("kind"), record.c.id, reference, null().label("due")).where(
        record.c.owner == actor.agency_id,
        record.c.type == "incident",
        record.c.site.is_not(None),
        record.c.status == "open",
        record.c.recorded_by != actor.name,
    )
