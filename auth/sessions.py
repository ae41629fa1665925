"""Sessions as rows of our own: a random token in the cookie, its SHA-256 in the database, gone at sign-out.

The token is another one after every proof of who somebody is, so that a copy made before it opens nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update

from auth import queries
from auth.actor import Actor
from auth.events import (
    PURPOSE_CHOSEN,
    SESSION_ENDED,
    SESSION_MOVED,
    SESSION_OPENED,
    SESSION_ROTATED,
    security_event,
)
from auth.notices import tell
from auth.purposes import purposes_for
from auth.strength import Strength
from auth.tables import (
    challenge,
    logout_token,
    session,
    sign_in_attempt,
    sign_in_step,
    sign_on_trip,
    signed_request,
    user,
)
from auth.tables import device as device_table
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing, Unauthenticated
from foundation.identifiers import new_id

#: When a session was last seen is written at most so often, so that most requests only read.
_SEEN_EVERY = timedelta(seconds=60)

#: Attempts to sign in are kept so long, for the throttles and to tell a person of those that were refused.
_ATTEMPTS_KEPT = timedelta(days=30)
#: Of so many refused ones a person is told; fewer are slips of their own.
_ODD = 5


POLICE = frozenset({"police", "transport_police"})


@dataclass(frozen=True)
class Limits:
    """How long a session lasts without a request (`idle`), at most (`length`), and how many at once.

    `idle_police` is shorter: police read what nobody else does.
    """

    idle: timedelta
    length: timedelta
    at_once: int
    idle_police: timedelta | None = None

    def idle_of(self, agency_kind: str) -> timedelta:
        """How long a session of somebody at an agency of this kind may rest."""
        police = self.idle_police is not None and agency_kind in POLICE
        return self.idle_police if police and self.idle_police is not None else self.idle

    def end(self, agency_kind: str, created_at: datetime, seen_at: datetime) -> datetime:
        """When a session of somebody at an agency of this kind ends unless it is used again."""
        return min(created_at + self.length, seen_at + self.idle_of(agency_kind))


@dataclass(frozen=True)
class Standing:
    """Who is asking, and the policy epoch at that moment.

    `strength` is what they have proven in their session, None for a key; `held` what their own factors would.
    """

    actor: Actor
    policy_epoch: int
    strength: Strength | None = None
    held: Strength = Strength.FIRST_HALF


@dataclass(frozen=True)
class Proof:
    """What an identity provider vouches for: when it was proven there, and its own session's digest."""

    at: datetime
    session: str | None


#: What ways in prove that are not judged one by one; any other is a first half.
_PROVEN_BY = {"passkey": Strength.TWO_FACTORS, "password and code": Strength.TWO_FACTORS}


def open_session(
    tx: Tx,
    user_id: str,
    limits: Limits,
    *,
    way: str,
    device: str = "",
    proof: Proof | None = None,
    strength: Strength | None = None,
) -> str:
    """Begin a session and give the token for its cookie; the oldest above the limit end.

    `way` says how the person came in: `password`, `passkey`, `agency`; `device` how their browser
    names itself. A `proof` of elsewhere counts from when it was given there. `strength` is what was proven,
    where the way alone does not say it. The caller has checked who it is, and ends any session that the
    browser held before.
    """
    token, now = new_token(), clock.now()
    new = token_digest(token)
    for digest in queries.session_hashes(tx, user_id)[limits.at_once - 1 :]:
        tx.execute(delete(session).where(session.c.hash == digest))
    _tell_refusals(tx, user_id)
    actor = queries.actor_of(tx, user_id, new)
    row: dict[str, Any] = {"hash": new, "id": new_id(), "user_id": user_id, "way": way, "device": device[:80]}
    row["strength"] = strength or _PROVEN_BY.get(way, Strength.FIRST_HALF)
    proven = {"factor_at": proof.at if proof else now, "provider_session": proof.session if proof else None}
    times = {"created_at": now, "seen_at": now, "ends_at": limits.end(actor.agency_kind, now, now)}
    tx.execute(insert(session).values({**row, **times, **proven}))
    tx.execute(update(user).where(user.c.id == user_id).values(signed_in_at=now))
    if device:
        _know_device(tx, user_id, device[:80])
    security_event(tx, SESSION_OPENED, actor, way=way)
    return token


def digest_of(text: str) -> str:
    """As what an account or a network address is kept for the throttles."""
    return hashlib.sha256(text.encode()).hexdigest()


def _tell_refusals(tx: Tx, user_id: str) -> None:
    """Tell the person if many tries at their account were refused since they last signed in."""
    row = tx.execute(select(user.c.email, user.c.signed_in_at).where(user.c.id == user_id)).one()
    tried = (sign_in_attempt.c.account == digest_of(row.email)) & sign_in_attempt.c.good.is_(False)
    if row.signed_in_at is not None:
        tried &= sign_in_attempt.c.at > row.signed_in_at
    refused = select(func.count()).select_from(sign_in_attempt).where(tried)
    if tx.execute(refused).scalar_one() >= _ODD:
        tell(tx, user_id, "sign-in-refused")


def _know_device(tx: Tx, user_id: str, label: str) -> None:
    known = set(tx.execute(select(device_table.c.label).where(device_table.c.user_id == user_id)).scalars())
    if label in known:
        return
    tx.execute(insert(device_table), {"user_id": user_id, "label": label, "first_at": clock.now()})
    if known:
        tell(tx, user_id, "device-new")


def rotate_within(tx: Tx, actor: Actor) -> str:
    """Give the actor's session a new token for its cookie; the one before opens nothing any more.

    Raises:
        Unauthenticated: if the session has ended in the meantime.
    """
    token = new_token()
    own = session.c.hash == actor.session
    if tx.execute(update(session).where(own).values(hash=token_digest(token))).rowcount != 1:
        raise Unauthenticated("Sign in to go on.")
    return token


def rotate(database: Database, actor: Actor) -> str:
    """The same as a use case of its own, after an act that somebody might have wanted to ride on."""
    with database.transaction() as tx:
        token = rotate_within(tx, actor)
        security_event(tx, SESSION_ROTATED, actor)
        return token


def prove_within(tx: Tx, actor: Actor, strength: Strength = Strength.FIRST_HALF) -> str:
    """Keep that the person has just proved who they are, and how strongly; gives the session's new token."""
    tx.execute(update(session).where(session.c.hash == actor.session).values(factor_at=clock.now()))
    strengthen_within(tx, actor, strength)
    return rotate_within(tx, actor)


def strengthen_within(tx: Tx, actor: Actor, strength: Strength) -> None:
    """Keep that so much has been proven in the actor's session, unless more was before."""
    more = case((session.c.strength < strength, int(strength)), else_=session.c.strength)
    tx.execute(update(session).where(session.c.hash == actor.session).values(strength=more))


@dataclass(frozen=True)
class OpenSession:
    """One session as its person sees it; `current` is the one that is asking."""

    id: str
    way: str
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


def list_sessions(tx: Tx, actor: Actor) -> tuple[OpenSession, ...]:
    """The actor's sessions, the newest first."""
    own = select(session).where(session.c.user_id == actor.user_id).order_by(session.c.created_at.desc())
    return tuple(
        OpenSession(row.id, row.way, row.device, row.created_at, row.seen_at, row.hash == actor.session)
        for row in tx.execute(own)
    )


def end_own_session(database: Database, actor: Actor, session_id: str) -> None:
    """End one of the actor's sessions, wherever it is.

    Raises:
        Missing: if it is not theirs, or has ended.
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require_fresh_factor(clock.now())
    own = (session.c.id == session_id) & (session.c.user_id == actor.user_id)
    with database.transaction() as tx:
        if tx.execute(delete(session).where(own)).rowcount != 1:
            raise Missing("There is no such session.")
        security_event(tx, SESSION_ENDED, actor)


def end_other_sessions(database: Database, actor: Actor) -> None:
    """End every session of the actor but the one that is asking.

    Raises:
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require_fresh_factor(clock.now())
    others = (session.c.user_id == actor.user_id) & (session.c.hash != actor.session)
    with database.transaction() as tx:
        tx.execute(delete(session).where(others))
        security_event(tx, SESSION_ENDED, actor)


def end_password_sessions_within(tx: Tx, actor: Actor) -> None:
    """End the actor's other sessions that a password alone may have begun, since a first factor is added.

    Otherwise whoever knew the password would be let on by the factor that its person added elsewhere.
    """
    others = (session.c.user_id == actor.user_id) & (session.c.hash != actor.session)
    tx.execute(delete(session).where(others, session.c.way.in_(queries.BY_PASSWORD)))


def end_sessions_within(tx: Tx, user_id: str) -> None:
    """End every session of a person, and one half begun, at a leaving, a change of role or a lost factor."""
    tx.execute(delete(session).where(session.c.user_id == user_id))
    tx.execute(delete(sign_in_step).where(sign_in_step.c.user_id == user_id))


def find_session(database: Database, token: str, limits: Limits, *, device: str = "") -> Standing | None:
    """Who holds the token, unless the session has ended, run out, or its user is disabled.

    `device` is how the browser names itself now. If it is another than the session began in, the token was
    carried away: the session ends and its person is told.
    """
    digest, now = token_digest(token), clock.now()
    with database.reading() as tx:
        found = queries.session_by_hash(tx, digest)
    if found is None or found.seen_at is None or found.ends_at is None:
        return None
    kind = found.actor.agency_kind
    if now > min(found.ends_at, limits.end(kind, found.created_at, found.seen_at)):
        with database.transaction() as tx:
            tx.execute(delete(session).where(session.c.hash == digest))
        return None
    if device and found.device and device != found.device:
        with database.transaction() as tx:
            if tx.execute(delete(session).where(session.c.hash == digest)).rowcount == 1:
                security_event(tx, SESSION_MOVED, found.actor)
                tell(tx, found.actor.user_id, "session-moved")
        return None
    if now - found.seen_at > _SEEN_EVERY:
        with database.transaction() as tx:
            used = {"seen_at": now, "ends_at": limits.end(kind, found.created_at, now)}
            tx.execute(update(session).where(session.c.hash == digest).values(**used))
    return Standing(found.actor, found.policy_epoch, found.strength, found.held)


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
        tx.execute(delete(sign_in_step).where(sign_in_step.c.expires_at <= now))
        for kept in (challenge, logout_token, sign_on_trip, signed_request):
            tx.execute(delete(kept).where(kept.c.expires_at <= now))
