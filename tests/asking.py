"""Use cases called as requests call them: on PostgreSQL in their role, with a session of the actor's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from sqlalchemy import insert

from auth.actor import Actor
from auth.tables import session
from foundation import clock, credential
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database
from foundation.identifiers import new_id
from foundation.walls import REQUESTS, SERVER
from tests.databases import seen_by


@contextmanager
def as_server(database: Database) -> Iterator[Database]:
    """The database in the role in which the server does its own work; on SQLite it is the same."""
    if database.is_sqlite:
        yield database
        return
    opened = Database(seen_by(url_of(database), SERVER))
    yield opened
    opened.close()


@contextmanager
def asking(database: Database, actor: Actor) -> Iterator[Database]:
    """The database as the actor's requests see it, within the block; on SQLite it is the same."""
    if database.is_sqlite:
        yield database
        return
    with credential.presenting(credential.Shown(session_of(database, actor.user_id))):
        yield as_requests(url_of(database))


def session_of(database: Database, user_id: str) -> str:
    """The token of a new session of the user."""
    token, now = new_token(), clock.now()
    row = {
        "hash": token_digest(token),
        "id": new_id(),
        "way": "password",
        "device": "",
        "user_id": user_id,
        "created_at": now,
        "seen_at": now,
        "factor_at": now,
    }
    with database.transaction() as tx:
        tx.execute(insert(session), {**row, "strength": 1, "ends_at": now + timedelta(days=1)})
    return token


@cache
def as_requests(url: str) -> Database:
    """The database in the role of requests, opened once."""
    return Database(seen_by(url, REQUESTS), walled=True)


def url_of(database: Database) -> str:
    """The address of an open database."""
    return database.engine.url.render_as_string(hide_password=False)
