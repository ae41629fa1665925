"""To the provider and back: the code flow with PKCE, begun and finished in the same browser.

The browser holds one random token; the PKCE verifier and the nonce are derived from it and from the state, so
that the database holds neither. Nothing that the provider gives is kept. Sources: OpenID Connect Core 1.0
section 3.1, RFC 7636, RFC 9207, RFC 9700.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import Row, delete, insert, select

from auth import queries
from auth.actor import FRESH, Actor
from auth.events import SIGN_ON_REFUSED, security_event
from auth.sessions import digest_of
from auth.sign_in import attempt_was_good, begin_attempt
from auth.sign_on.discovery import Provider, fetch_token, find_provider, keys_for
from auth.sign_on.refusals import Refused
from auth.sign_on.tokens import SKEW, Identity, identity_of, key_id
from auth.tables import identity_provider, sign_on_trip
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Missing
from foundation.settings import Settings

_LASTS = timedelta(minutes=10)
_LONGEST_CODE = 4096


class Act(StrEnum):
    """What somebody goes to the provider for."""

    SIGN_IN = "sign-in"
    LINK = "link"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Begun:
    """Where the browser goes, at which host that is, and the token that it holds until it is back."""

    address: str
    host: str
    token: str


@dataclass(frozen=True)
class Answer:
    """What a browser came back with: to whose address, the token that it held, and what was sent along."""

    provider_id: str
    token: str
    said: Mapping[str, str]
    origin: str


@dataclass(frozen=True)
class Arrived:
    """Somebody who is back, as the provider says who they are, and what they went for."""

    provider: Provider
    identity: Identity
    act: Act
    path: str
    user_id: str | None
    session_id: str | None


def return_address(settings: Settings, provider_id: str) -> str:
    """Where this provider, and no other, sends browsers back to."""
    return f"{settings.public_url}/sign-in/agency/{provider_id}/return"


def begin_sign_in(database: Database, settings: Settings, provider_id: str, path: str) -> Begun:
    """Set out to sign in.

    Raises:
        Missing: if there is no such provider.
        Refused: if its metadata cannot be had.
    """
    return _begin(database, settings, provider_id, Act.SIGN_IN, path, None)


def begin_proof(database: Database, settings: Settings, actor: Actor, act: Act, path: str) -> Begun:
    """Set out to link the actor's account, or to prove again who they are; at their own agency's provider.

    Raises:
        Missing: if the agency has none.
        FactorRequired: to link, if the person has not just proved who they are here.
        Refused: if the provider's metadata cannot be had.
    """
    if act is Act.LINK:
        actor.require_fresh_factor(clock.now())
    own = select(identity_provider.c.id).where(identity_provider.c.agency_id == actor.agency_id)
    with database.reading() as tx:
        provider_id = tx.execute(own).scalar()
    return _begin(database, settings, provider_id or "", act, path, actor)


def _begin(
    database: Database, settings: Settings, provider_id: str, act: Act, path: str, actor: Actor | None
) -> Begun:
    provider = find_provider(database, settings, provider_id)
    if provider is None:
        raise Missing("There is nothing here that you can see.")
    state, token = new_token(), new_token()
    now = clock.now()
    row = {
        "hash": token_digest(state),
        "bound_to": token_digest(token),
        "provider_id": provider.id,
        "act": act.value,
        "user_id": actor.user_id if actor else None,
        "path": path,
        "begun_at": now,
        "expires_at": now + _LASTS,
    }
    with database.transaction() as tx:
        held = None if actor is None else queries.session_id(tx, actor.session)
        tx.execute(insert(sign_on_trip), {**row, "session_id": held})
    place = str(provider.places["authorization_endpoint"])
    asked = urlencode(_asked(settings, provider, act, state, token))
    return Begun(f"{place}{'&' if '?' in place else '?'}{asked}", urlsplit(place).hostname or "", token)


def _asked(settings: Settings, provider: Provider, act: Act, state: str, token: str) -> dict[str, str]:
    challenge = hashlib.sha256(_derived(token, "verifier", state).encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": return_address(settings, provider.id),
        "scope": "openid",
        "state": state,
        "nonce": _derived(token, "nonce", state),
        "code_challenge": _base64url(challenge),
        "code_challenge_method": "S256",
    }
    if provider.acr:
        asked["acr_values"] = provider.acr
    if act is not Act.SIGN_IN:
        asked |= {"prompt": "login", "max_age": "0"}
    return asked


def arrive(database: Database, settings: Settings, answer: Answer) -> Arrived:
    """Find out who is back. A trip is good once, whatever comes of it; a refusal leaves its entry.

    Raises:
        Missing: if there is no such provider.
        Refused: with what is wrong first.
        Throttled: if too many were refused at this network address.
    """
    own = select(identity_provider.c.agency_id).where(identity_provider.c.id == answer.provider_id)
    with database.transaction() as tx:
        agency_id = tx.execute(own).scalar()
        if agency_id is None:
            raise Missing("There is nothing here that you can see.")
        attempt = begin_attempt(tx, digest_of(new_token()), digest_of(answer.origin))
        trip = _taken(tx, answer)
    try:
        arrived = _arrived(database, settings, answer, trip)
    except Refused as refusal:
        keep_refusal(database, answer.provider_id, agency_id, refusal)
        raise
    with database.transaction() as tx:
        attempt_was_good(tx, attempt)
    return arrived


def keep_refusal(database: Database, provider_id: str, agency_id: str, refusal: Refused) -> None:
    """Leave the entry of a refusal, of which the agency is told."""
    with database.transaction() as tx:
        security_event(
            tx, SIGN_ON_REFUSED, None, agencies=[agency_id], provider=provider_id, reason=refusal.reason
        )


def _taken(tx: Tx, answer: Answer) -> Row[Any] | None:
    state = token_digest(answer.said.get("state", ""))
    trip = (sign_on_trip.c.hash == state) & (sign_on_trip.c.bound_to == token_digest(answer.token))
    row = tx.execute(select(sign_on_trip).where(trip, sign_on_trip.c.expires_at > clock.now())).first()
    return row if row is not None and tx.execute(delete(sign_on_trip).where(trip)).rowcount == 1 else None


def _arrived(database: Database, settings: Settings, answer: Answer, trip: Row[Any] | None) -> Arrived:
    if trip is None:
        raise Refused("state")
    provider = find_provider(database, settings, answer.provider_id)
    if provider is None or trip.provider_id != provider.id:
        raise Refused("mix-up")
    code = _code(provider, answer.said)
    state = answer.said["state"]
    verifier, nonce = (_derived(answer.token, what, state) for what in ("verifier", "nonce"))
    token = fetch_token(settings, provider, code, verifier, return_address(settings, provider.id))
    keys = keys_for(database, settings, provider, key_id(token))
    now = clock.now()
    identity = identity_of(token, keys, provider.party, nonce, now)
    act = Act(trip.act)
    if provider.acr and identity.acr != provider.acr:
        raise Refused("strength")
    if act is not Act.SIGN_IN and not _proven_since(identity, trip.begun_at, now):
        raise Refused("not-fresh")
    return Arrived(provider, identity, act, trip.path, trip.user_id, trip.session_id)


def _code(provider: Provider, said: Mapping[str, str]) -> str:
    """The code, if it comes from this provider. Source: RFC 9207 section 2.4."""
    if "iss" not in said and provider.places["names_issuer"]:
        raise Refused("issuer-missing")
    if said.get("iss", provider.issuer) != provider.issuer:
        raise Refused("mix-up")
    if "error" in said:
        raise Refused("provider-refused")
    code = said.get("code", "")
    if not 0 < len(code) <= _LONGEST_CODE:
        raise Refused("code")
    return code


def _proven_since(identity: Identity, begun_at: datetime, now: datetime) -> bool:
    """Whether the provider asked anew; one that let somebody pass on an earlier proof proves nothing."""
    at = identity.auth_time
    return at is not None and at >= begun_at - SKEW and now - at < FRESH


def _derived(token: str, what: str, state: str) -> str:
    return _base64url(hmac.digest(token.encode(), f"{what} {state}".encode(), "sha256"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
