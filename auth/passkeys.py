"""Passkeys: enrolled and used with user verification, each challenge once and for the browser that asked.

Source: W3C Web Authentication Level 3. No attestation is asked for: the make of a key is its owner's affair.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from auth import queries
from auth.actor import Actor
from auth.events import (
    FACTOR_ADDED,
    FACTOR_PROVEN,
    FACTOR_REMOVED,
    PASSKEY_ALTERED,
    PASSKEY_BEHIND,
    SIGN_IN_REFUSED,
    security_event,
)
from auth.notices import tell
from auth.sessions import Limits, end_password_sessions_within, open_session, prove_within
from auth.tables import challenge, passkey
from foundation import clock
from foundation.crypto.resealing import Resealed, Secrets, reseal
from foundation.crypto.sealing import SealBroken, derived_key, open_sealed, seal
from foundation.crypto.tokens import token_digest
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing, Unauthenticated
from foundation.identifiers import new_id

REFUSED = "The passkey was not accepted. Nothing was done. Try again, or use another way."
_GOOD_FOR = timedelta(minutes=5)
_MOST = 20
_WHAT = "public keys of passkeys"


@dataclass(frozen=True)
class Party:
    """Who the browser is told that it talks to: the host of the public address, and the address itself.

    `secret_key` is the portal's secret, under which the public keys of passkeys are sealed.
    """

    host: str
    origin: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class Passkey:
    """One passkey as its owner sees it in a list."""

    id: str
    name: str
    created_at: Any
    last_used_at: Any
    backed_up: bool


def begin_enrolment(database: Database, actor: Actor, party: Party) -> str:
    """Options for the browser to make a passkey, as JSON.

    Raises:
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        return enrolment_options(tx, (actor.user_id, actor.name), actor.session, party)


def enrolment_options(tx: Tx, person: tuple[str, str], bound_to: str, party: Party) -> str:
    """The same for a person by id and name, whom a link let in; `bound_to` is its digest."""
    user_id, name = person
    held = tx.execute(select(passkey.c.credential).where(passkey.c.user_id == user_id)).scalars()
    options = generate_registration_options(
        rp_id=party.host,
        rp_name="Concordat",
        user_id=user_id.encode(),
        user_name=name,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in held],
    )
    _keep(tx, options.challenge, bound_to, "enrol")
    return options_to_json(options)


def finish_enrolment(database: Database, actor: Actor, party: Party, answer: str, name: str) -> None:
    """Keep the passkey that the browser made, under a name.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Invalid: if the browser's answer does not hold, or the passkey is known already.
    """
    actor.require_fresh_factor(clock.now())
    made = made_passkey(database, actor.session, party, answer)
    with database.transaction() as tx:
        if not queries.has_factor(tx, actor.user_id):
            end_password_sessions_within(tx, actor)
        keep_passkey(tx, actor.user_id, made, name, party)
        security_event(tx, FACTOR_ADDED, actor, kind="passkey")
        tell(tx, actor.user_id, "passkey-added")


@dataclass(frozen=True)
class Made:
    """A passkey that a browser has just made, found good, and not kept yet."""

    credential: str
    public_key: str
    sign_count: int
    backed_up: bool


def made_passkey(database: Database, bound_to: str, party: Party, answer: str) -> Made:
    """The passkey that a browser made for the options which it was given; it can be taken but once.

    Raises:
        Invalid: if the browser's answer does not hold.
    """
    with database.transaction() as tx:
        asked = _take(tx, answer, bound_to, "enrol")
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise Invalid({"passkey": REFUSED}) from error
    return Made(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
        made.credential_backed_up,
    )


def keep_passkey(tx: Tx, user_id: str, made: Made, name: str, party: Party) -> None:
    """Keep it for a person, in the transaction of what it belongs to.

    Its public key is sealed for this person and credential: who can write rows and has not the portal's
    secret can put no other in its place. Source: OWASP ASVS 5.0 V6.7.1.

    Raises:
        Invalid: if it is known already, or the person has too many.
    """
    if len(tx.execute(select(passkey.c.id).where(passkey.c.user_id == user_id)).all()) >= _MOST:
        raise Invalid({"passkey": f"You have {_MOST} passkeys. Remove one first."})
    row = {"id": new_id(), "user_id": user_id, "name": name.strip()[:60] or "Passkey"}
    bound = passkey_bound(user_id, made.credential)
    sealed = seal(passkey_key(party.secret_key), bound, made.public_key.encode()).hex()
    try:
        with tx.begin_nested():
            kept = {**row, **asdict(made), "public_key": sealed, "created_at": clock.now()}
            tx.execute(insert(passkey), kept)
    except IntegrityError:
        raise Invalid({"passkey": REFUSED}) from None


def begin_use(database: Database, bound_to: str, party: Party, act: str) -> str:
    """Options for the browser to use a passkey, as JSON; `bound_to` is the digest of what only it holds.

    Which passkey is left to the browser, so that nobody learns who has one. `act` is sign-in or confirm.
    """
    options = generate_authentication_options(
        rp_id=party.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    with database.transaction() as tx:
        _keep(tx, options.challenge, bound_to, act)
    return options_to_json(options)


def sign_in_with_passkey(
    database: Database, bound_to: str, party: Party, answer: str, limits: Limits, *, device: str
) -> str:
    """Give the token of a new session for whoever's passkey answered.

    Raises:
        Unauthenticated: whatever was wrong.
    """
    with database.transaction() as tx:
        asked = _asked(tx, answer, bound_to, "sign-in")
        found = asked and _verified(tx, party, answer, asked)
        account = queries.account_of(tx, found) if found else None
        if found and account and not account.elsewhere:
            return open_session(tx, found, limits, way="passkey", device=device)
        security_event(tx, SIGN_IN_REFUSED, None, account="passkey")
    raise Unauthenticated(REFUSED)


def confirm_with_passkey(database: Database, actor: Actor, party: Party, answer: str) -> str:
    """Keep that the person has just proved who they are; gives the session's new token.

    Raises:
        Unauthenticated: if the passkey is not good, or somebody else's.
    """
    with database.transaction() as tx:
        asked = _asked(tx, answer, actor.session, "confirm")
        if asked and _verified(tx, party, answer, asked) == actor.user_id:
            security_event(tx, FACTOR_PROVEN, actor, way="passkey")
            return prove_within(tx, actor)
        security_event(tx, SIGN_IN_REFUSED, None, account="passkey")
    raise Unauthenticated(REFUSED)


def list_passkeys(tx: Tx, user_id: str) -> tuple[Passkey, ...]:
    """A person's passkeys, the oldest first."""
    rows = tx.execute(select(passkey).where(passkey.c.user_id == user_id).order_by(passkey.c.created_at))
    return tuple(Passkey(row.id, row.name, row.created_at, row.last_used_at, row.backed_up) for row in rows)


def remove_passkey(database: Database, actor: Actor, passkey_id: str) -> None:
    """Remove one of the actor's passkeys.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Missing: if it is not theirs.
    """
    actor.require_fresh_factor(clock.now())
    own = (passkey.c.id == passkey_id) & (passkey.c.user_id == actor.user_id)
    with database.transaction() as tx:
        if tx.execute(delete(passkey).where(own)).rowcount != 1:
            raise Missing("There is no such passkey.")
        security_event(tx, FACTOR_REMOVED, actor, kind="passkey")
        tell(tx, actor.user_id, "passkey-removed")


def reseal_passkeys(tx: Tx, change: Secrets) -> Resealed:
    """Seal the public keys of passkeys anew, since the portal's secret was changed."""
    return reseal(
        tx, passkey.c.public_key, lambda row: passkey_bound(row["user_id"], row["credential"]), _WHAT, change
    )


def passkey_key(secret_key: str) -> bytes:
    """The key under which public keys of passkeys are sealed."""
    return derived_key(secret_key, _WHAT)


def passkey_bound(user_id: str, credential: str) -> str:
    """For whom and what one is sealed."""
    return f"passkey {user_id} {credential}"


def _keep(tx: Tx, asked: bytes, bound_to: str, act: str) -> None:
    now = clock.now()
    tx.execute(delete(challenge).where(challenge.c.expires_at <= now))
    row = {"hash": _digest(asked), "bound_to": bound_to, "act": act, "expires_at": now + _GOOD_FOR}
    tx.execute(insert(challenge), row)


def _digest(asked: bytes) -> str:
    return token_digest(bytes_to_base64url(asked))


def _take(tx: Tx, answer: str, bound_to: str, act: str) -> bytes:
    asked = _asked(tx, answer, bound_to, act)
    if asked is None:
        raise Invalid({"passkey": REFUSED})
    return asked


def _asked(tx: Tx, answer: str, bound_to: str, act: str) -> bytes | None:
    """The challenge of the answer, if this browser was given it for this act and answers it but once."""
    try:
        data = json.loads(base64url_to_bytes(json.loads(answer)["response"]["clientDataJSON"]))
        asked = base64url_to_bytes(data["challenge"])
    except (ValueError, KeyError, TypeError):
        return None
    known = (
        (challenge.c.hash == _digest(asked))
        & (challenge.c.bound_to == bound_to)
        & (challenge.c.act == act)
        & (challenge.c.expires_at > clock.now())
    )
    return asked if tx.execute(delete(challenge).where(known)).rowcount == 1 else None


def _verified(tx: Tx, party: Party, answer: str, asked: bytes) -> str | None:
    """Whose passkey answered, if it is good; a counter that went back is told of, not held against them."""
    given = json.loads(answer)
    row = tx.execute(select(passkey).where(passkey.c.credential == str(given.get("id")))).first()
    if row is None:
        return None
    bound = passkey_bound(row.user_id, row.credential)
    try:
        public_key = open_sealed(passkey_key(party.secret_key), bound, bytes.fromhex(row.public_key)).decode()
    except (SealBroken, ValueError):
        security_event(tx, PASSKEY_ALTERED, None, passkey=row.id)
        tell(tx, row.user_id, "passkey-altered")
        return None
    try:
        done = verify_authentication_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except WebAuthnException:
        return None
    handle = given["response"].get("userHandle")
    if handle and base64url_to_bytes(handle) != row.user_id.encode():
        return None
    if row.sign_count and done.new_sign_count <= row.sign_count:
        security_event(tx, PASSKEY_BEHIND, None, passkey=row.id)
        tell(tx, row.user_id, "passkey-behind")
    used = {"sign_count": max(done.new_sign_count, row.sign_count), "last_used_at": clock.now()}
    tx.execute(update(passkey).where(passkey.c.id == row.id).values(**used))
    return str(row.user_id)
