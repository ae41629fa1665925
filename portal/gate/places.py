"""Where the lists of closed actions, recalls and receipts go on: their places as cursors, for both doors."""

from datetime import datetime

from auth.actor import Actor
from portal.gate.cursors import opened, sealed

_ACTIONS, _RECALLS, _RECEIPTS = "actions", "recalls", "receipts"


def actions_cursor(place: tuple[datetime, str] | None, actor: Actor) -> str | None:
    """The cursor of the next page of closed actions; None at the end."""
    return _of_moment(place, actor, _ACTIONS)


def actions_place(cursor: str | None, actor: Actor) -> tuple[datetime, str] | None:
    """Where a page of closed actions starts; None without a cursor.

    Raises:
        Invalid: if the cursor was not given to this actor for this list.
    """
    return _moment(cursor, actor, _ACTIONS)


def recalls_cursor(place: tuple[datetime, str] | None, actor: Actor) -> str | None:
    """The cursor of the next page of recalls; None at the end."""
    return _of_moment(place, actor, _RECALLS)


def recalls_place(cursor: str | None, actor: Actor) -> tuple[datetime, str] | None:
    """Where a page of recalls starts; None without a cursor.

    Raises:
        Invalid: if the cursor was not given to this actor for this list.
    """
    return _moment(cursor, actor, _RECALLS)


def receipts_cursor(place: tuple[int, str, str] | None, actor: Actor) -> str | None:
    """The cursor of the next page of the report; None at the end."""
    return sealed(place and " ".join(map(str, place)), actor, _RECEIPTS)


def receipts_place(cursor: str | None, actor: Actor) -> tuple[int, str, str] | None:
    """Where a page of the report starts; None without a cursor.

    Raises:
        Invalid: if the cursor was not given to this actor for this list.
    """
    text = opened(cursor, actor, _RECEIPTS)
    if text is None:
        return None
    index, record_id, agency = text.split(" ")
    return int(index), record_id, agency


def _of_moment(place: tuple[datetime, str] | None, actor: Actor, name: str) -> str | None:
    return sealed(place and f"{place[0].isoformat()} {place[1]}", actor, name)


def _moment(cursor: str | None, actor: Actor, name: str) -> tuple[datetime, str] | None:
    text = opened(cursor, actor, name)
    if text is None:
        return None
    at, _, id_ = text.partition(" ")
    return datetime.fromisoformat(at), id_
