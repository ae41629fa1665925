"""Actions: set by a meeting, answered by their owner, closed by the meeting. Colour is never kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import RowMapping, Select, insert, select, update

from auth.actor import Actor
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.events import meetings as events
from sharing.partnerships import tables
from sharing.partnerships.meetings import own_partnerships, seen_by

#: An open action is amber from so many days before it is due.
AMBER_DAYS = 7
_LONGEST = 2000


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

#: Answers that put the action before the meeting; the others leave it open and say why.
_FOR_THE_MEETING = frozenset({Move.DONE, Move.NOT_POSSIBLE})


@dataclass(frozen=True)
class ActionView:
    """One action as everybody in the partnership sees it."""

    id: str
    partnership: str
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
    colour: Colour
    days_over: int
    days_since_set: int
    version: int
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Update:
    """What was once said of an action, and by whom."""

    at: datetime
    by: str
    agency: str
    move: Move
    text: str


@dataclass(frozen=True)
class ActionPage:
    """One action with its history, newest first."""

    action: ActionView
    updates: tuple[Update, ...]


@dataclass(frozen=True)
class Answer:
    """A move on an action: `version` is the one the person had before them; `due` only when reopening."""

    move: Move
    text: str
    version: int
    due: date | None = None


@dataclass(frozen=True)
class NewAction:
    """An action that a meeting sets."""

    meeting: str
    title: str
    measure: str
    owner_user: str
    due: date


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


def list_actions(database: Database, actor: Actor) -> tuple[ActionView, ...]:
    """Every action of the actor's partnerships that is not closed, the most urgent first."""
    actor.require(Action.MEETING_READ)
    with database.transaction() as tx:
        rows = _select(tx, actor, tables.action.c.status != "closed")
        events.actions_listed(tx, actor, actions=[row["id"] for row in rows])
        views = [_view(row, actor) for row in rows]
    order = list(Colour)
    return tuple(sorted(views, key=lambda view: (order.index(view.colour), view.due, view.id)))


def read_action(database: Database, actor: Actor, action_id: str) -> ActionPage:
    """One action with everything that was said of it.

    Raises:
        Missing: if it is not one of the actor's partnerships'.
    """
    actor.require(Action.MEETING_READ)
    with database.transaction() as tx:
        row = _one(tx, actor, action_id)
        updates = _updates(tx, action_id)
        events.action_read(tx, actor, action=action_id)
        return ActionPage(_view(row, actor), updates)


def move_action(database: Database, actor: Actor, action_id: str, answer: Answer) -> None:
    """Answer an action as its owner, or close or reopen it as the chair.

    Raises:
        Missing: if it is not one of the actor's partnerships'.
        Denied: if the move is not the actor's to make.
        Invalid: if a needed reason or date is missing.
        Conflict: if somebody moved it first.
    """
    actor.require(Action.ACTION_MOVE)
    with database.transaction() as tx:
        row = _one(tx, actor, action_id)
        if answer.move not in _moves(row, actor):
            raise Denied("This answer is for the action's owner or the chair to give.")
        _check(answer)
        _apply(tx, row, answer)
        _say(tx, actor, action_id, answer)
        events.action_moved(tx, actor, action=action_id, move=answer.move)


def set_action(database: Database, actor: Actor, new: NewAction) -> str:
    """Set an action in a meeting; gives its id.

    Raises:
        Missing: if the meeting is not one of the actor's partnerships'.
        Denied: if the actor runs the meetings of other partnerships only.
        Invalid: if something is missing or the owner does not sit in the partnership.
    """
    actor.require(Action.MEETING_RUN)
    with database.transaction() as tx:
        meeting, agencies = seen_by(tx, actor, new.meeting)
        actor.require_in(meeting["partnership_id"], Action.MEETING_RUN)
        of_owner = select(user.c.id, user.c.agency_id).where(user.c.id == new.owner_user)
        owner = tx.execute(of_owner).mappings().first()
        _check_new(new, owner, agencies)
        action_id = new_id()
        values = {
            "id": action_id,
            "partnership_id": meeting["partnership_id"],
            "meeting_id": new.meeting,
            "title": new.title.strip(),
            "measure": new.measure.strip(),
            "owner_agency": owner["agency_id"] if owner else "",
            "owner_user": new.owner_user,
            "set_on": clock.today(),
            "due": new.due,
            "first_due": new.due,
            "status": "open",
        }
        tx.execute(insert(tables.action), values)
        events.action_set(tx, actor, action=action_id, owner=str(values["owner_agency"]))
        return action_id


def _check_new(new: NewAction, owner: RowMapping | None, agencies: Sequence[str]) -> None:
    problems = {}
    if not new.title.strip():
        problems["title"] = "Say what is to be done."
    if not new.measure.strip():
        problems["measure"] = "Say how the meeting will know that it is done."
    if owner is None or owner["agency_id"] not in agencies:
        problems["owner"] = "Choose somebody from an agency of this partnership."
    if new.due < clock.today():
        problems["due"] = f"The date is in the past: today is {clock.today():%-d %B %Y}."
    if problems:
        raise Invalid(problems)


def _check(answer: Answer) -> None:
    problems = {}
    if answer.move is not Move.CLOSE and not answer.text.strip():
        problems["text"] = "Say what was done, or why not."
    if len(answer.text) > _LONGEST:
        problems["text"] = f"The text is too long: {len(answer.text)} characters, at most {_LONGEST}."
    if answer.move is Move.REOPEN and (answer.due is None or answer.due < clock.today()):
        problems["due"] = "Give the new date, today or later."
    if problems:
        raise Invalid(problems)


def _apply(tx: Tx, row: RowMapping, answer: Answer) -> None:
    done = tx.execute(
        update(tables.action)
        .where(tables.action.c.id == row["id"], tables.action.c.row_version == answer.version)
        .values(row_version=answer.version + 1, **_change(answer))
    )
    if done.rowcount != 1:
        raise Conflict(
            "Somebody else changed this action first. Your answer is kept below: look and send again."
        )


def _change(answer: Answer) -> dict[str, object]:
    now = clock.now()
    if answer.move is Move.CLOSE:
        return {"status": "closed", "closed_at": now}
    if answer.move is Move.REOPEN:
        return {"status": "open", "answer": None, "answer_text": answer.text.strip(), "due": answer.due}
    status = "answered" if answer.move in _FOR_THE_MEETING else "open"
    return {"status": status, "answer": answer.move, "answer_text": answer.text.strip(), "answered_at": now}


def _say(tx: Tx, actor: Actor, action_id: str, answer: Answer) -> None:
    tx.execute(
        insert(tables.action_update),
        {
            "id": new_id(),
            "action_id": action_id,
            "at": clock.now(),
            "by_user": actor.user_id,
            "move": answer.move,
            "text": answer.text.strip(),
        },
    )


def _statement(partnerships: Sequence[str]) -> Select[tuple[object, ...]]:
    return (
        select(
            tables.action,
            agency.c.short_name.label("agency_name"),
            user.c.name.label("user_name"),
        )
        .join(agency, agency.c.id == tables.action.c.owner_agency)
        .join(user, user.c.id == tables.action.c.owner_user)
        .where(tables.action.c.partnership_id.in_(partnerships))
    )


def _select(tx: Tx, actor: Actor, *narrow: object) -> Sequence[RowMapping]:
    statement = _statement(own_partnerships(tx, actor))
    return tx.execute(statement.where(*narrow)).mappings().all()  # type: ignore[arg-type]  # column tests


def _one(tx: Tx, actor: Actor, action_id: str) -> RowMapping:
    rows = _select(tx, actor, tables.action.c.id == action_id)
    if not rows:
        raise Missing("There is no such action.")
    return rows[0]


def _updates(tx: Tx, action_id: str) -> tuple[Update, ...]:
    said = tables.action_update
    rows = tx.execute(
        select(said, user.c.name, agency.c.short_name)
        .join(user, user.c.id == said.c.by_user)
        .join(agency, agency.c.id == user.c.agency_id)
        .where(said.c.action_id == action_id)
        .order_by(said.c.at.desc(), said.c.id)
    )
    return tuple(Update(row.at, row.name, row.short_name, Move(row.move), row.text) for row in rows)


def _moves(row: RowMapping, actor: Actor) -> tuple[Move, ...]:
    partnership = row["partnership_id"]
    if row["status"] == "closed" or not actor.may_in(partnership, Action.ACTION_MOVE):
        return ()
    own = row["owner_agency"] == actor.agency_id and not actor.member
    owner = OWNER_MOVES if own and row["status"] == "open" else ()
    if not actor.may_in(partnership, Action.MEETING_RUN):
        return owner
    return (*owner, *CHAIR_MOVES) if row["status"] == "answered" else (*owner, Move.REOPEN)


def _view(row: RowMapping, actor: Actor) -> ActionView:
    today = clock.today()
    return ActionView(
        id=row["id"],
        partnership=row["partnership_id"],
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
        colour=colour_of(row["status"], row["answer"], row["due"], today),
        days_over=(today - row["due"]).days,
        days_since_set=(today - row["set_on"]).days,
        version=row["row_version"],
        moves=_moves(row, actor),
    )
