"""Notices: what those who were told read, and what they answer. Each reads their own, and nobody another's.

An agency's data protection officer, who reads its ledger, also learns of its people's notices once they
are late or their person has left, and answers for those who cannot; the record's reference stays out of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, or_, select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from sharing.events import recalls as events
from sharing.recalls.kinds import Done, Kind
from sharing.recalls.tables import recall_notice
from sharing.vocabulary.grading import refused_marking

#: Shown at once; the oldest first, so that none is lost behind others.
_MOST = 100
_LONGEST = 2000


@dataclass(frozen=True)
class Notice:
    """One notice as the person to whom it went reads it; `copies` pairs what was made with when."""

    id: str
    user: str | None
    kind: Kind
    type: str
    record: str
    reference: str
    owner: str
    name: str
    fields: tuple[str, ...]
    copies: tuple[tuple[str, datetime], ...]
    message: str
    at: datetime
    due: date
    acknowledged_at: datetime | None
    done: Done | None
    said: str

    @property
    def days_late(self) -> int:
        """Days past the due day on which it is, or was, answered; 0 in time."""
        answered = self.acknowledged_at
        day = answered.astimezone(clock.LONDON).date() if answered else clock.today()
        return max(0, (day - self.due).days)


@dataclass(frozen=True)
class Acknowledgement:
    """What somebody did with what they had copied; `said` says why a copy is kept."""

    done: Done
    said: str = ""


def open_notices(tx: Tx, actor: Actor) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """Those that wait for the actor, and those that the actor answers for; the oldest due day first."""
    table = recall_notice
    waiting = table.c.acknowledged_at.is_(None)
    own = _notices(tx, _statement().where(waiting, table.c.user_id == actor.user_id))
    others: tuple[Notice, ...] = ()
    if actor.may(Action.LEDGER_READ):
        found = _notices(tx, _statement().where(waiting, _stood_in_for(actor)))
        others = tuple(replace(each, reference="") for each in found if each.user != actor.user_id)
    return own, others


def answered_notices(tx: Tx, actor: Actor) -> tuple[Notice, ...]:
    """The actor's own newest notices that were answered."""
    table = recall_notice
    wanted = _statement(newest=True).where(
        table.c.acknowledged_at.is_not(None), table.c.user_id == actor.user_id
    )
    return _notices(tx, wanted.limit(10))


def read_notice(database: Database, actor: Actor, notice_id: str) -> Notice:
    """One notice to the actor, or one that the actor answers for.

    Raises:
        Missing: if there is none for the actor.
    """
    actor.require(Action.RECALL_ACKNOWLEDGE)
    with database.transaction() as tx:
        notice = _one(tx, actor, notice_id)
        events.notice_read(tx, actor, notice=notice_id)
        return notice


def acknowledge(database: Database, actor: Actor, notice_id: str, answer: Acknowledgement) -> None:
    """Say that it was read, and what was done with copies.

    Raises:
        Missing: if there is no such notice for the actor.
        Conflict: if it was answered before.
        Invalid: if a copy is kept and nothing says why.
    """
    actor.require(Action.RECALL_ACKNOWLEDGE)
    _check(answer)
    with database.transaction() as tx:
        notice = _one(tx, actor, notice_id)
        now = clock.now()
        table = recall_notice
        kept = tx.execute(
            update(table)
            .where(table.c.id == notice_id, table.c.acknowledged_at.is_(None))
            .values(
                acknowledged_at=now,
                acknowledged_by=actor.user_id,
                done=answer.done,
                said=answer.said.strip(),
            )
        )
        if kept.rowcount != 1:
            raise Conflict("This was acknowledged before. The first answer stands.")
        events.recall_acknowledged(
            tx,
            actor,
            owner=notice.owner,
            record=notice.record,
            notice=notice_id,
            done=answer.done,
            late=notice.days_late,
        )


def _check(answer: Acknowledgement) -> None:
    said = answer.said.strip()
    if answer.done is Done.KEPT and not said:
        raise Invalid({"said": "Say why a copy has to be kept, and where."})
    if len(said) > _LONGEST:
        raise Invalid({"said": f"This is too long: {len(said)} characters, at most {_LONGEST}."})
    if refusal := refused_marking(said):
        raise Invalid({"said": refusal})


def _stood_in_for(actor: Actor) -> Any:
    """Notices of the actor's agency that are late, or whose person has left."""
    table = recall_notice
    gone = or_(table.c.user_id.is_(None), user.c.disabled.is_(True))
    return (table.c.agency_id == actor.agency_id) & or_(table.c.due < clock.today(), gone)


def _statement(*, newest: bool = False) -> Select[Any]:
    table = recall_notice
    name = func.coalesce(user.c.name, "Somebody who has left").label("name")
    joined = table.outerjoin(user, user.c.id == table.c.user_id)
    order = (table.c.at.desc(), table.c.id) if newest else (table.c.due, table.c.id)
    return select(table, name).select_from(joined).order_by(*order).limit(_MOST)


def _one(tx: Tx, actor: Actor, notice_id: str) -> Notice:
    mine = recall_notice.c.user_id == actor.user_id
    may = or_(mine, _stood_in_for(actor)) if actor.may(Action.LEDGER_READ) else mine
    found = _notices(tx, _statement().where(recall_notice.c.id == notice_id, may))
    if not found:
        raise Missing("There is nothing here that you can see.")
    return found[0] if found[0].user == actor.user_id else replace(found[0], reference="")


def _notices(tx: Tx, statement: Select[Any]) -> tuple[Notice, ...]:
    return tuple(_notice(row) for row in tx.execute(statement).mappings())


def _notice(row: RowMapping) -> Notice:
    return Notice(
        id=row["id"],
        user=row["user_id"],
        kind=Kind(row["kind"]),
        type=row["type"],
        record=row["record_id"],
        reference=row["reference"],
        owner=row["owner"],
        name=row["name"],
        fields=tuple(row["fields"]),
        copies=tuple(_copy(each) for each in row["copies"]),
        message=row["message"],
        at=row["at"],
        due=row["due"],
        acknowledged_at=row["acknowledged_at"],
        done=Done(row["done"]) if row["done"] else None,
        said=row["said"] or "",
    )


def _copy(stored: Mapping[str, str]) -> tuple[str, datetime]:
    return stored["event"], datetime.fromisoformat(stored["at"])


def agency_names(tx: Tx) -> dict[str, str]:
    """Agency id -> name; that an agency takes part is no secret among partners."""
    return {row.id: row.name for row in tx.execute(select(agency.c.id, agency.c.name))}
