"""What waits for somebody: the number on every page, and the list on the first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, func, literal, null, select, type_coerce, union_all

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database
from sharing.agreements.due import due_of
from sharing.exports.waiting import waiting_exports
from sharing.handling.waiting import waiting_orders
from sharing.partnerships.tables import action
from sharing.people.waiting import waiting_people
from sharing.recalls.waiting import waiting_recalls
from sharing.records.record import record
from sharing.requests.waiting import AT_ONCE, DUE_AFTER, waiting_requests

_RUN = Action.MEETING_RUN


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what kind it is, its reference and the day by which it should be done.

    `by` is the moment, where it is known; `version` is that of an agreement. Kinds are action, answer,
    report, those of the matters that are asked here, and agreement- with a kind of sharing.agreements.due.
    """

    kind: str
    id: str
    title: str
    due: date | None
    by: datetime | None = None
    version: int = 0


def count_waiting(database: Database, actor: Actor) -> int:
    """How many things wait for the actor: numbers only, of the actor's own agency's work."""
    counts = [select(func.count().label("n")).select_from(each.subquery()) for each in _all(actor)]
    counted = union_all(*counts).subquery()
    # One statement for all but agreements, since it goes with every page.
    with database.transaction() as tx:
        rows = tx.execute(select(type_coerce(func.sum(counted.c.n), Integer))).scalar_one()
        return int(rows) + len(due_of(tx, actor))


def list_waiting(database: Database, actor: Actor) -> tuple[Waiting, ...]:
    """What waits for the actor, the most urgent first."""
    with database.transaction() as tx:
        found = [_waiting(row) for each in _all(actor) for row in tx.execute(each)]
        found += [
            Waiting(f"agreement-{each.kind}", each.agreement, each.title, each.due, version=each.version)
            for each in due_of(tx, actor)
        ]
    return tuple(sorted(found, key=_urgency))


def _urgency(each: Waiting) -> tuple[bool, date, str]:
    return each.kind not in AT_ONCE, each.due or date.max, each.id


def _waiting(row: Any) -> Waiting:
    if not isinstance(row.due, datetime):
        return Waiting(row.kind, row.id, row.title, row.due)
    by = row.due + DUE_AFTER.get(row.kind, timedelta(0))
    return Waiting(row.kind, row.id, row.title, by.astimezone(clock.LONDON).date(), by)


def _all(actor: Actor) -> list[Select[Any]]:
    wanted: list[Select[Any]] = [
        *waiting_requests(actor),
        *waiting_exports(actor),
        *waiting_recalls(actor),
        *waiting_orders(actor),
        *waiting_people(actor),
    ]
    if actor.may(Action.MEETING_READ) and not actor.member:
        wanted.append(_own_actions(actor))
    if actor.may(_RUN):
        wanted.append(_answered(actor))
    if actor.may(Action.REPORT_CHECK):
        wanted.append(_unchecked(actor))
    return wanted


def _own_actions(actor: Actor) -> Select[Any]:
    return select(literal("action").label("kind"), action.c.id, action.c.title, action.c.due).where(
        action.c.owner_user == actor.user_id, action.c.status == "open"
    )


def _answered(actor: Actor) -> Select[Any]:
    # Of whoever runs the meeting: owners have answered, the meeting has yet to close.
    run = {each.partnership for each in actor.partnership_roles if actor.may_in(each.partnership, _RUN)}
    return select(literal("answer").label("kind"), action.c.id, action.c.title, action.c.due).where(
        action.c.status == "answered",
        action.c.partnership_id.in_(sorted(run)),
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
