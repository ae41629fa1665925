"""Cursors of lists for both doors: a position, sealed for one actor, purpose and type."""

from datetime import datetime

from auth.actor import Actor
from foundation.crypto.cursors import open_cursor, seal_cursor
from portal.gate import context
from sharing.scope import Position


def _bound(actor: Actor, type_: str) -> str:
    return f"{actor.agency_id}|{actor.site_id}|{actor.purpose}|{type_}"


def cursor_of(position: Position | None, actor: Actor, type_: str) -> str | None:
    """The cursor with which the same actor's next page starts; None at the end."""
    if position is None:
        return None
    text = f"{position.at.isoformat()} {position.record_id}"
    return seal_cursor(context.settings().secret_key, _bound(actor, type_), text)


def position_of(cursor: str | None, actor: Actor, type_: str) -> Position | None:
    """The position that a cursor holds; None without a cursor.

    Raises:
        Invalid: if the cursor was not given to this actor for this list.
    """
    if not cursor:
        return None
    at, _, record_id = open_cursor(context.settings().secret_key, _bound(actor, type_), cursor).partition(" ")
    return Position(datetime.fromisoformat(at), record_id)
