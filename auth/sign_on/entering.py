"""What comes of a good sign-in at the provider: a session, a link, or a fresh proof in the session here.

A person is found by the provider and its subject. An address is never looked at: it may be given to another.
"""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from auth import queries
from auth.actor import FRESH, Actor
from auth.events import FACTOR_PROVEN, IDENTITY_LINKED, SIGN_OUT_TOLD, security_event
from auth.notices import tell
from auth.sessions import Limits, Proof, digest_of, open_session, prove_within
from auth.sign_in import attempt_was_good, begin_attempt
from auth.sign_on.discovery import Provider, find_provider, keys_for
from auth.sign_on.refusals import Refused
from auth.sign_on.tokens import OLDEST, SKEW, Ending, ending_of, key_id
from auth.sign_on.trip import Act, Answer, Arrived, arrive, keep_refusal
from auth.strength import Strength
from auth.tables import identity_link, logout_token, session, user
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.settings import Settings


@dataclass(frozen=True)
class Entered:
    """What was done, the token of the session for its cookie, and where to go on."""

    act: Act
    token: str
    path: str


def enter(
    database: Database, settings: Settings, answer: Answer, limits: Limits, *, device: str = ""
) -> Entered:
    """Finish what the person went to the provider for.

    Raises:
        Missing: if there is no such provider.
        Refused: with what is wrong first; nobody is let in and nothing is linked.
        Throttled: if too many were refused at this network address.
    """
    arrived = arrive(database, settings, answer)
    provider = arrived.provider
    strength = strength_there(settings, provider)
    try:
        with database.transaction() as tx:
            if arrived.act is Act.SIGN_IN:
                token = _signed_in(tx, arrived, limits, device, strength)
            elif arrived.act is Act.LINK:
                token = _linked(tx, arrived, strength)
            else:
                token = _proven(tx, arrived, strength)
    except Refused as refusal:
        keep_refusal(database, provider.id, provider.agency_id, refusal)
        raise
    return Entered(arrived.act, token, arrived.path)


def strength_there(settings: Settings, provider: Provider) -> Strength:
    """What a sign-in at the provider proves; whoever comes with another `acr` than it names is not let in.

    Without one nobody here knows what the provider asked. Source: OWASP ASVS 5.0 V6.3.4 and V6.8.4.
    """
    if not provider.acr:
        return Strength.FIRST_HALF
    return Strength.HARDWARE if provider.acr in settings.sign_on_hardware else Strength.TWO_FACTORS


def sign_out_by_provider(
    database: Database, settings: Settings, provider_id: str, token: str, origin: str
) -> None:
    """End the sessions that a provider says have ended, also without their browser.

    Source: OpenID Connect Back-Channel Logout 1.0 sections 2.6 and 2.7. A token that names no session of the
    provider ends all that its subject has here, however they were opened.

    Raises:
        Missing: if there is no such provider.
        Refused: with what is wrong first.
        Throttled: if too many were refused at this network address.
    """
    with database.transaction() as tx:
        attempt = begin_attempt(tx, digest_of(new_token()), digest_of(origin))
    provider = find_provider(database, settings, provider_id)
    if provider is None:
        raise Missing("There is nothing here that you can see.")
    try:
        keys = keys_for(database, settings, provider, key_id(token))
        ending = ending_of(token, keys, provider.party, clock.now())
        with database.transaction() as tx:
            _end(tx, provider, ending)
            attempt_was_good(tx, attempt)
    except Refused as refusal:
        keep_refusal(database, provider.id, provider.agency_id, refusal)
        raise


def _signed_in(tx: Tx, arrived: Arrived, limits: Limits, device: str, strength: Strength) -> str:
    provider, identity = arrived.provider, arrived.identity
    user_id = _person(tx, provider, identity.subject)
    if user_id is None:
        raise Refused("not-linked")
    now = clock.now()
    # A provider that does not say when it asked has proved nothing for acts that want a fresh proof.
    at = min(identity.auth_time, now) if identity.auth_time else now - FRESH
    held = _session_digest(provider.id, identity.session) if identity.session else None
    proof = Proof(at, held)
    return open_session(tx, user_id, limits, way="agency", device=device, proof=proof, strength=strength)


def _linked(tx: Tx, arrived: Arrived, strength: Strength) -> str:
    actor = _actor(tx, arrived)
    row = {
        "provider_id": arrived.provider.id,
        "subject": arrived.identity.subject,
        "user_id": actor.user_id,
        "linked_at": clock.now(),
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(identity_link), row)
    except IntegrityError:
        raise Refused("taken") from None
    security_event(tx, IDENTITY_LINKED, actor, provider=arrived.provider.id)
    tell(tx, actor.user_id, "identity-linked")
    return prove_within(tx, actor, strength)


def _proven(tx: Tx, arrived: Arrived, strength: Strength) -> str:
    actor = _actor(tx, arrived)
    if _person(tx, arrived.provider, arrived.identity.subject) != actor.user_id:
        raise Refused("other-person")
    security_event(tx, FACTOR_PROVEN, actor, way="agency")
    return prove_within(tx, actor, strength)


def _actor(tx: Tx, arrived: Arrived) -> Actor:
    """Who set out, in the session in which they did; the browser sends no cookie of it on the way back."""
    own = select(session.c.hash).where(
        session.c.id == arrived.session_id, session.c.user_id == arrived.user_id
    )
    digest = tx.execute(own).scalar()
    found = queries.session_by_hash(tx, digest) if digest else None
    if found is None or found.actor.agency_id != arrived.provider.agency_id:
        raise Refused("session-ended")
    return found.actor


def _person(tx: Tx, provider: Provider, subject: str) -> str | None:
    """Who of the provider's own agency the subject is here; whoever has left or moved is nobody."""
    found = select(user.c.id).join(identity_link, identity_link.c.user_id == user.c.id)
    theirs = found.where(
        identity_link.c.provider_id == provider.id,
        identity_link.c.subject == subject,
        user.c.agency_id == provider.agency_id,
        user.c.disabled.is_(False),
    )
    return tx.execute(theirs).scalar()


def _end(tx: Tx, provider: Provider, ending: Ending) -> None:
    row = {
        "hash": token_digest(f"{provider.id} {ending.id}"),
        # By then it is too old to be taken, whatever it says itself.
        "expires_at": clock.now() + OLDEST + 2 * SKEW,
    }
    try:
        with tx.begin_nested():
            tx.execute(insert(logout_token), row)
    except IntegrityError:
        raise Refused("logout-replayed") from None
    linked = select(identity_link.c.user_id).where(
        identity_link.c.provider_id == provider.id, identity_link.c.subject == ending.subject
    )
    if ending.session:
        held = session.c.provider_session == _session_digest(provider.id, ending.session)
        if ending.subject:
            held &= session.c.user_id.in_(linked)
    else:
        held = session.c.user_id.in_(linked)
    ended = tx.execute(delete(session).where(held)).rowcount
    security_event(
        tx, SIGN_OUT_TOLD, None, agencies=[provider.agency_id], provider=provider.id, sessions=ended
    )


def _session_digest(provider_id: str, name: str) -> str:
    return token_digest(f"{provider_id} {name}")
