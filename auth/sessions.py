"""Sessions as rows of our own: a random id in the cookie, its SHA-256 in the database, gone at sign-out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update

from auth import queries
from auth.actor import Actor
from auth.events import PURPOSE_CHOSEN, SESSION_ENDED, SESSION_OPENED, security_event
from auth.purposes import purposes_for
from auth.tables import session, sign_in_attempt
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Invalid

#: When a session was last seen is written at most so often, so that most requests only read.
_SEEN_EVERY = timedelta(seconds=60)

#: Attempts to sign in are kept so long, for the throttles and for nothing else.
_ATTEMPTS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Limits:
    """How long a session lasts without a request (`idle`), at most (`length`), and how many at once."""

    idle: timedelta
    length: timedelta
    at_once: int


@dataclass(frozen=True)
class Standing:
    """Who is asking, and the policy epoch at that moment."""

    actor: Actor
    policy_epoch: int


def open_session(tx: Tx, user_id: str, limits: Limits, *, way: str) -> str:
    """Begin a session and give the token for its cookie; the oldest above the limit end.

    `way` is `password` or `demonstration`. The caller has checked who it is, and ends any session that the
    browser held before.
    """
    token, now = new_token(), clock.now()
    new = token_digest(token)
    for digest in queries.session_hashes(tx, user_id)[limits.at_once - 1 :]:
        tx.execute(delete(session).where(session.c.hash == digest))
    row = {"hash": new, "user_id": user_id, "created_at": now, "seen_at": now}
    tx.execute(insert(session).values(row))
    actor = queries.actor_of(tx, user_id, new)
    security_event(tx, SESSION_OPENED, actor, way=way)
    return token


def find_session(database: Database, token: str, limits: Limits) -> Standing | None:
    """Who holds the token, unless the session has ended, run out, or its user is disabled."""
    digest, now = token_digest(token), clock.now()
    with database.reading() as tx:
        found = queries.session_by_hash(tx, digest)
    if found is None or found.seen_at is None:
        return None
    if now - found.seen_at > limits.idle or now - found.created_at > limits.length:
        with database.transaction() as tx:
            tx.execute(delete(session).where(session.c.hash == digest))
        return None
    if now - found.seen_at > _SEEN_EVERY:
        with database.transaction() as tx:
            tx.execute(update(session).where(session.c.hash == digest).values(seen_at=now))
    return Standing(found.actor, found.policy_epoch)


def end_session(database: Database, actor: Actor) -> None:
    """Sign out: the row is gone, so a copy of the cookie opens nothing."""
    with database.transaction() as tx:
        tx.execute(delete(session).where(session.c.hash == actor.session))
        security_event(tx, SESSION_ENDED, actor)


def choose_purpose(database: Database, actor: Actor, purpose: str) -> None:
    """State for what the actor reads from now on in this session.

    Raises:
        Invalid: if the actor's roles may not state it.
    """
    if purpose not in {allowed.slug for allowed in purposes_for(actor.roles)}:
        raise Invalid({"purpose": "Choose one of the purposes that your role may state."})
    with database.transaction() as tx:
        tx.execute(update(session).where(session.c.hash == actor.session).values(purpose=purpose))
        security_event(tx, PURPOSE_CHOSEN, actor, purpose=purpose)


def sweep(database: Database, limits: Limits) -> None:
    """Delete the sessions that have run out and the attempts that no throttle counts any more."""
    now: datetime = clock.now()
    with database.transaction() as tx:
        tx.execute(
            delete(session).where(
                (session.c.seen_at < now - limits.idle) | (session.c.created_at < now - limits.length)
            )
        )
        tx.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at < now - _ATTEMPTS_KEPT))
