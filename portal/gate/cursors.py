"""Cursors of lists for both doors: a position, sealed for one actor, purpose and type."""

from datetime import datetime

from auth.actor import Actor
from foundation.crypto.cursors import open_cursor, seal_cursor
from portal.gate import context
from sharing.scope import Position


def _bound(actor: Actor, type_: str) -> str:
    sites = None if actor.sites is None else ",".join(sorted(actor.sites))
    return f"{actor.agency_id}|{sites}|{actor.purpose}|{type_}"


def cursor_of(position: Position | None, actor: Actor, type_: str) -> str | None:
    """The cursor with which the same actor's next page starts; None at the end."""
    if position is None:
        return None
    return sealed(f"{position.at.isoformat()} {position.record_id}", actor, type_)


def position_of(cursor: str | None, actor: Actor, type_: str) -> Position | None:
    """The position that a cursor holds; None without a cursor.

    Raises:
        Invalid: if the cursor was not given to this actor for this list.
    """
    text = opened(cursor, actor, type_)
    if text is None:
        return None
    at, _, record_id = text.partition(" ")
    return Position(datetime.fromisoformat(at), record_id)


def sealed(text: str | None, actor: Actor, name: str) -> str | None:
    """The cursor of any other list of this name, whose place a text tells; None at the end."""
    return text and seal_cursor(context.settings().secret_key, _bound(actor, name), text)


def opened(cursor: str | None, actor: Actor, name: str) -> str | None:
    """The text of such a cursor; None without one.

    Raises:
        Invalid: if the cursor was not given to this actor for this list.
    """
    return open_cursor(context.settings().secret_key, _bound(actor, name), cursor) if cursor else None
