"""Actions: set by a meeting, answered by their owner, closed by the meeting. Colour is never kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, tuple_, update

from auth.actor import Actor
from auth.once import Once, made_once, once_only
from auth.roles import Action
from auth.tables import agency, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.events import meetings as events
from sharing.partnerships import tables
from sharing.partnerships.meetings import seen_by
from sharing.partnerships.standing import MOVES, ActionView, Colour, Move, actions_seen, moves_of, view_of

#: Closed actions on a page.
PAGE = 25
_LONGEST = 2000

#: Answers that put the action before the meeting; the others leave it open and say why.
_FOR_THE_MEETING = frozenset({Move.DONE, Move.NOT_POSSIBLE})


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
class ClosedActions:
    """A page of closed actions, the last closed first, and the place at which the next page starts."""

    actions: tuple[ActionView, ...]
    next: tuple[datetime, str] | None


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


def list_actions(database: Database, actor: Actor) -> tuple[ActionView, ...]:
    """Every action of the actor's partnerships that is not closed, the most urgent first."""
    actor.require(Action.MEETING_READ)
    with database.transaction() as tx:
        rows = tx.execute(actions_seen(tx, actor).where(tables.action.c.status != "closed")).mappings().all()
        events.actions_listed(tx, actor, actions=[row["id"] for row in rows])
        views = [view_of(row, actor) for row in rows]
    order = list(Colour)
    return tuple(sorted(views, key=lambda view: (order.index(view.colour), view.due, view.id)))


def list_closed_actions(
    database: Database, actor: Actor, after: tuple[datetime, str] | None = None
) -> ClosedActions:
    """A page of the closed actions of the actor's partnerships, the last closed first."""
    actor.require(Action.MEETING_READ)
    closed = tables.action.c.closed_at, tables.action.c.id
    with database.transaction() as tx:
        wanted = actions_seen(tx, actor).where(tables.action.c.status == "closed")
        if after is not None:
            wanted = wanted.where(tuple_(*closed) < after)
        newest = wanted.order_by(*(column.desc() for column in closed)).limit(PAGE + 1)
        rows = tx.execute(newest).mappings().all()
        views = tuple(view_of(row, actor) for row in rows[:PAGE])
        events.actions_listed(tx, actor, actions=[view.id for view in views])
    place = (rows[PAGE - 1]["closed_at"], rows[PAGE - 1]["id"]) if len(rows) > PAGE else None
    return ClosedActions(views, place)


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
        return ActionPage(view_of(row, actor), updates)


def move_action(database: Database, actor: Actor, action_id: str, answer: Answer) -> None:
    """Answer an action as its owner, or close or reopen it as the chair.

    Raises:
        Missing: if it is not one of the actor's partnerships'.
        Conflict: if it was moved on since, saying by whom and how.
        Denied: if the move is not the actor's to make.
        Invalid: if a needed reason or date is missing.
    """
    actor.require(Action.ACTION_MOVE)
    with database.transaction() as tx:
        row = _one(tx, actor, action_id)
        if answer.version != row["row_version"]:
            raise Conflict(_moved_first(tx, actor, row))
        if answer.move not in moves_of(row, actor):
            raise Denied("This answer is for the action's owner or the chair to give.")
        _check(answer)
        _apply(tx, actor, row, answer)
        _say(tx, actor, action_id, answer)
        events.action_moved(tx, actor, action=action_id, move=answer.move)


def set_action(database: Database, actor: Actor, new: NewAction, *, asked: Once | None = None) -> str:
    """Set an action in a meeting; gives its id. With `asked`, one key sets one action.

    Raises:
        Missing: if the meeting is not one of the actor's partnerships'.
        Denied: if the actor runs the meetings of other partnerships only.
        Invalid: if something is missing, the owner does not sit in the partnership, or the key came with
            another body.
        Conflict: if the same key is being answered at this moment.
    """
    actor.require(Action.MEETING_RUN)
    with once_only(asked), database.transaction() as tx:
        meeting, agencies = seen_by(tx, actor, new.meeting)
        actor.require_in(meeting["partnership_id"], Action.MEETING_RUN)
        return made_once(tx, actor, asked, lambda: _set(tx, actor, new, meeting["partnership_id"], agencies))


def _set(tx: Tx, actor: Actor, new: NewAction, partnership: str, agencies: Sequence[str]) -> str:
    of_owner = select(user.c.id, user.c.agency_id).where(user.c.id == new.owner_user)
    owner = tx.execute(of_owner).mappings().first()
    _check_new(new, owner, agencies)
    values = {
        "id": new_id(),
        "partnership_id": partnership,
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
    events.action_set(tx, actor, action=str(values["id"]), owner=str(values["owner_agency"]))
    return str(values["id"])


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


def _apply(tx: Tx, actor: Actor, row: RowMapping, answer: Answer) -> None:
    done = tx.execute(
        update(tables.action)
        .where(tables.action.c.id == row["id"], tables.action.c.row_version == answer.version)
        .values(row_version=answer.version + 1, **_change(answer))
    )
    if done.rowcount != 1:
        raise Conflict(_moved_first(tx, actor, _one(tx, actor, row["id"])))


def _moved_first(tx: Tx, actor: Actor, row: RowMapping) -> str:
    """What came before the actor's answer, and what becomes of what they typed."""
    if moves_of(row, actor):
        kept = "Your answer was not taken in. What you typed is kept below: look and send again."
    else:
        now = "It is closed" if row["status"] == "closed" else "It waits for the meeting now"
        kept = f"{now}, so your answer was not taken in. What you typed is kept below, to copy."
    last = tx.execute(_said(row["id"]).limit(1)).first()
    if last is None:
        return f"Somebody else changed this action first. {kept}"
    who = "You" if last.by_user == actor.user_id else f"{last.name}, {last.short_name},"
    at = f"{last.at.astimezone(clock.LONDON):%-d %B %Y, %H:%M}"
    return f"{who} changed this action first: “{MOVES[Move(last.move)]}”, {at}. {kept}"


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


def _one(tx: Tx, actor: Actor, action_id: str) -> RowMapping:
    row = tx.execute(actions_seen(tx, actor).where(tables.action.c.id == action_id)).mappings().first()
    if row is None:
        raise Missing("There is no such action.")
    return row


def _updates(tx: Tx, action_id: str) -> tuple[Update, ...]:
    rows = tx.execute(_said(action_id))
    return tuple(Update(row.at, row.name, row.short_name, Move(row.move), row.text) for row in rows)


def _said(action_id: str) -> Select[tuple[Any, ...]]:
    said = tables.action_update
    return (
        select(said, user.c.name, agency.c.short_name)
        .join(user, user.c.id == said.c.by_user)
        .join(agency, agency.c.id == user.c.agency_id)
        .where(said.c.action_id == action_id)
        .order_by(said.c.at.desc(), said.c.id)
    )
