"""How an action of a partnership stands: its colour today, whose move it is, and the view of its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import RowMapping, Select, select

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Tx
from sharing.partnerships import tables
from sharing.partnerships.meetings import own_partnerships

#: An open action is amber from so many days before it is due.
AMBER_DAYS = 7


class Colour(StrEnum):
    """How an action stands today."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    CLOSED = "closed"


class Move(StrEnum):
    """What can be done to an action: the first four by its owner's agency, the rest by the chair."""

    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    NOT_DONE = "not_done"
    AT_RISK = "at_risk"
    CLOSE = "close"
    REOPEN = "reopen"


#: What people read for an owner's answer and for each move.
MOVES: Mapping[Move, str] = {
    Move.DONE: "Done, with evidence",
    Move.NOT_POSSIBLE: "Not possible, because",
    Move.NOT_DONE: "Not done, because",
    Move.AT_RISK: "At risk, because",
    Move.CLOSE: "Close: the meeting agrees",
    Move.REOPEN: "Reopen with a new date",
}
OWNER_MOVES = (Move.DONE, Move.NOT_POSSIBLE, Move.NOT_DONE, Move.AT_RISK)
CHAIR_MOVES = (Move.CLOSE, Move.REOPEN)


@dataclass(frozen=True)
class ActionView:
    """One action as everybody in the partnership sees it."""

    id: str
    partnership: str
    partnership_name: str
    title: str
    measure: str
    owner_agency: str
    owner_agency_name: str
    owner_name: str
    set_on: date
    due: date
    status: str
    answer: Move | None
    answer_text: str
    answered_at: datetime | None
    closed_at: datetime | None
    colour: Colour
    days_over: int
    days_since_set: int
    version: int
    moves: tuple[Move, ...]


def colour_of(status: str, answer: str | None, due: date, today: date) -> Colour:
    """How an action stands on a day: overdue, due within a week or at risk, on track, answered, closed."""
    if status == "closed":
        return Colour.CLOSED
    if status == "answered":
        return Colour.BLUE
    if due < today:
        return Colour.RED
    near = (due - today).days <= AMBER_DAYS
    return Colour.AMBER if near or answer in {Move.AT_RISK, Move.NOT_DONE} else Colour.GREEN


def actions_seen(tx: Tx, actor: Actor) -> Select[tuple[object, ...]]:
    """The rows of every action of the actor's partnerships, to be narrowed; as `view_of` takes them."""
    return (
        select(
            tables.action,
            tables.partnership.c.name.label("partnership_name"),
            agency.c.short_name.label("agency_name"),
            user.c.name.label("user_name"),
        )
        .join(tables.partnership, tables.partnership.c.id == tables.action.c.partnership_id)
        .join(agency, agency.c.id == tables.action.c.owner_agency)
        .join(user, user.c.id == tables.action.c.owner_user)
        .where(tables.action.c.partnership_id.in_(own_partnerships(tx, actor)))
    )


def moves_of(row: RowMapping, actor: Actor) -> tuple[Move, ...]:
    """What the actor can do to an action; nothing to one that is closed."""
    partnership = row["partnership_id"]
    if row["status"] == "closed" or not actor.may_in(partnership, Action.ACTION_MOVE):
        return ()
    own = row["owner_agency"] == actor.agency_id and not actor.member
    owner = OWNER_MOVES if own and row["status"] == "open" else ()
    if not actor.may_in(partnership, Action.MEETING_RUN):
        return owner
    return (*owner, *CHAIR_MOVES) if row["status"] == "answered" else (*owner, Move.REOPEN)


def view_of(row: RowMapping, actor: Actor) -> ActionView:
    """An action as the actor sees it today."""
    today = clock.today()
    return ActionView(
        id=row["id"],
        partnership=row["partnership_id"],
        partnership_name=row["partnership_name"],
        title=row["title"],
        measure=row["measure"],
        owner_agency=row["owner_agency"],
        owner_agency_name=row["agency_name"],
        owner_name=row["user_name"],
        set_on=row["set_on"],
        due=row["due"],
        status=row["status"],
        answer=Move(row["answer"]) if row["answer"] else None,
        answer_text=row["answer_text"],
        answered_at=row["answered_at"],
        closed_at=row["closed_at"],
        colour=colour_of(row["status"], row["answer"], row["due"], today),
        days_over=(today - row["due"]).days,
        days_since_set=(today - row["set_on"]).days,
        version=row["row_version"],
        moves=moves_of(row, actor),
    )
