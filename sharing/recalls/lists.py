"""Recalls as their owner sees them: who was told, who has answered and what, who is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, case, func, select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Missing
from sharing.events import recalls as events
from sharing.recalls.kinds import Done, Kind
from sharing.recalls.notices import Notice, agency_names, answered_notices, open_notices
from sharing.recalls.tables import recall, recall_notice
from sharing.records.record import record

#: Recalls on a page, and at most.
PAGE = 25


@dataclass(frozen=True)
class RecallLine:
    """A recall in a list of its owner's."""

    id: str
    kind: Kind
    type: str
    record: str
    reference: str
    fields: tuple[str, ...]
    at: datetime
    due: date
    told: int
    answered: int
    late: int


@dataclass(frozen=True)
class Answer:
    """One person who was told, and what they said; `copies` pairs what they took out with when."""

    name: str
    fields: tuple[str, ...]
    copies: tuple[tuple[str, datetime], ...]
    acknowledged_at: datetime | None
    by: str
    done: Done | None
    said: str
    days_late: int


@dataclass(frozen=True)
class AgencyAnswers:
    """Those of one agency who were told."""

    name: str
    people: tuple[Answer, ...]

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(1 for each in self.people if each.acknowledged_at is not None)


@dataclass(frozen=True)
class RecallPage:
    """One recall with the owner's own reason and everybody who was told."""

    line: RecallLine
    reason: str
    message: str
    by: str
    agencies: tuple[AgencyAnswers, ...]


@dataclass(frozen=True)
class Recalls:
    """What somebody sees of recalls: notices to them, those they answer for, their agency's own recalls."""

    mine: tuple[Notice, ...]
    stood_in_for: tuple[Notice, ...]
    answered: tuple[Notice, ...]
    own: tuple[RecallLine, ...]
    next: tuple[datetime, str] | None
    agencies: dict[str, str]


def list_recalls(
    database: Database, actor: Actor, *, after: tuple[datetime, str] | None = None, limit: int = PAGE
) -> Recalls:
    """Notices that wait for the actor; for releasing staff also their agency's recalls, late ones first.

    `after` is where the last page of the agency's recalls ended; late ones stand on the first page only.
    """
    actor.require(Action.RECALL_ACKNOWLEDGE)
    with database.transaction() as tx:
        mine, others = open_notices(tx, actor)
        own, next_ = _own(tx, actor, after, limit) if _owns(actor) else ((), None)
        found = Recalls(mine, others, answered_notices(tx, actor), own, next_, agency_names(tx))
        notices = sorted(each.id for each in (*mine, *others))
        events.recalls_listed(tx, actor, recalls=[each.id for each in own], notices=notices)
        return found


def recalls_of_record(database: Database, actor: Actor, record_id: str) -> tuple[RecallLine, ...]:
    """The recalls of an own record, newest first; none for who does not see what the agency recalls."""
    if not _owns(actor):
        return ()
    with database.transaction() as tx:
        wanted = _lines(recall.c.owner == actor.agency_id).where(recall.c.record_id == record_id)
        rows = tx.execute(wanted.order_by(recall.c.at.desc(), recall.c.id.desc()).limit(PAGE)).mappings()
        found = tuple(_line(actor, row) for row in rows)
        events.recalls_listed(tx, actor, recalls=[each.id for each in found], notices=[])
        return found


def read_recall(database: Database, actor: Actor, recall_id: str) -> RecallPage:
    """One recall of the actor's agency, with everybody who was told.

    Raises:
        Denied: if the actor is neither of the releasing staff nor reads the ledger.
        Missing: if it is not the actor's agency's.
    """
    actor.require(Action.RECALL_ACKNOWLEDGE)
    if not _owns(actor):
        raise Denied("Your role does not see what your agency has recalled.")
    with database.transaction() as tx:
        wanted = _lines(recall.c.owner == actor.agency_id).where(recall.c.id == recall_id)
        row = tx.execute(wanted).mappings().first()
        if row is None:
            raise Missing("There is nothing here that you can see.")
        page = RecallPage(
            _line(actor, row), row["reason"], row["message"], row["by_name"], _agencies(tx, recall_id)
        )
        events.recall_read(tx, actor, recall=recall_id, record=row["record_id"])
        return page


def _owns(actor: Actor) -> bool:
    """Whether the actor sees what their agency has recalled; a member does not."""
    may = actor.may(Action.RECORD_RELEASE) or actor.may(Action.LEDGER_READ)
    return may and not actor.member


def _own(
    tx: Tx, actor: Actor, after: tuple[datetime, str] | None, limit: int
) -> tuple[tuple[RecallLine, ...], tuple[datetime, str] | None]:
    newest = _lines(recall.c.owner == actor.agency_id).order_by(recall.c.at.desc(), recall.c.id.desc())
    if after is not None:
        at, recall_id = after
        newest = newest.where((recall.c.at < at) | ((recall.c.at == at) & (recall.c.id < recall_id)))
    rows = tx.execute(newest.limit(limit + 1)).mappings().all()
    lines = [_line(actor, row) for row in rows[:limit]]
    next_ = (lines[-1].at, lines[-1].id) if len(rows) > limit else None
    if after is None:
        lines = [*_late(tx, actor, limit), *(each for each in lines if not each.late)]
    else:
        lines = [each for each in lines if not each.late]
    return tuple(lines), next_


def _late(tx: Tx, actor: Actor, limit: int) -> list[RecallLine]:
    """The recalls with late answers, the longest late first."""
    waiting = select(recall_notice.c.recall_id).where(
        recall_notice.c.owner == actor.agency_id,
        recall_notice.c.acknowledged_at.is_(None),
        recall_notice.c.due < clock.today(),
    )
    wanted = _lines(recall.c.owner == actor.agency_id).where(recall.c.id.in_(waiting))
    rows = tx.execute(wanted.order_by(recall.c.due, recall.c.id).limit(4 * limit)).mappings()
    return [_line(actor, row) for row in rows]


def _lines(owned: Any) -> Select[Any]:
    """Recalls with the counts of their notices."""
    notice = recall_notice
    answered = case((notice.c.acknowledged_at.is_not(None), 1), else_=0)
    late = case((notice.c.acknowledged_at.is_(None) & (notice.c.due < clock.today()), 1), else_=0)
    counts = (
        select(
            notice.c.recall_id,
            func.count().label("told"),
            func.sum(answered).label("answered"),
            func.sum(late).label("late"),
        )
        .group_by(notice.c.recall_id)
        .subquery()
    )
    joined = (
        recall.join(record, record.c.id == recall.c.record_id)
        .join(user, user.c.id == recall.c.by_user)
        .outerjoin(counts, counts.c.recall_id == recall.c.id)
    )
    columns = (record.c.type, record.c.owner_reference, user.c.name.label("by_name"))
    counted = [func.coalesce(counts.c[name], 0).label(name) for name in ("told", "answered", "late")]
    return select(recall, *columns, *counted).select_from(joined).where(owned)


def _line(actor: Actor, row: RowMapping) -> RecallLine:
    """A line; who only reads the ledger is shown nothing of the record, its reference neither."""
    return RecallLine(
        id=row["id"],
        kind=Kind(row["kind"]),
        type=row["type"],
        record=row["record_id"],
        reference=row["owner_reference"] if actor.may(Action.RECORD_RELEASE) else "",
        fields=tuple(row["fields"]),
        at=row["at"],
        due=row["due"],
        told=int(row["told"]),
        answered=int(row["answered"]),
        late=int(row["late"]),
    )


def _agencies(tx: Tx, recall_id: str) -> tuple[AgencyAnswers, ...]:
    told = user.alias("told")
    by = user.alias("by")
    notice = recall_notice
    joined = notice.outerjoin(told, told.c.id == notice.c.user_id).outerjoin(
        by, by.c.id == notice.c.acknowledged_by
    )
    rows = (
        tx.execute(
            select(notice, told.c.name.label("name"), by.c.name.label("by_name"))
            .select_from(joined)
            .where(notice.c.recall_id == recall_id)
            .order_by(notice.c.agency_id, notice.c.id)
        )
        .mappings()
        .all()
    )
    names = agency_names(tx)
    grouped: dict[str, list[RowMapping]] = {}
    for row in rows:
        grouped.setdefault(names[row["agency_id"]], []).append(row)
    return tuple(AgencyAnswers(name, _answers(people)) for name, people in sorted(grouped.items()))


def _answers(rows: Sequence[RowMapping]) -> tuple[Answer, ...]:
    """Those who have not answered first."""
    answers = [
        Answer(
            name=row["name"] or "Somebody who has left",
            fields=tuple(row["fields"]),
            copies=tuple((each["event"], datetime.fromisoformat(each["at"])) for each in row["copies"]),
            acknowledged_at=row["acknowledged_at"],
            by=row["by_name"] or "",
            done=Done(row["done"]) if row["done"] else None,
            said=row["said"] or "",
            days_late=_days_late(row["due"], row["acknowledged_at"]),
        )
        for row in rows
    ]
    return tuple(sorted(answers, key=lambda each: (each.acknowledged_at is not None, each.name)))


def _days_late(due: date, answered: datetime | None) -> int:
    day = answered.astimezone(clock.LONDON).date() if answered else clock.today()
    return max(0, (day - due).days)
