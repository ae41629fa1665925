"""Passkeys: enrolled and used with user verification, each challenge once and for the browser that asked.

Source: W3C Web Authentication Level 3. No attestation is asked for: the make of a key is its owner's affair.
"""

import json
from dataclasses import asdict, dataclass, field

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
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from auth import queries
from auth.actor import Actor
from auth.challenges import answered, keep_challenge
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
from auth.sessions import (
    Limits,
    end_password_sessions_within,
    open_session,
    prove_within,
    strengthen_within,
)
from auth.strength import Strength, strength_of
from auth.tables import passkey
from foundation import clock
from foundation.crypto.resealing import Resealed, Secrets, reseal
from foundation.crypto.sealing import SealBroken, derived_key, open_sealed, seal
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing, Unauthenticated
from foundation.identifiers import new_id

REFUSED = "The passkey was not accepted. Nothing was done. Try again, or use another way."
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
    keep_challenge(tx, options.challenge, bound_to, "enrol")
    return options_to_json(options)


def finish_enrolment(database: Database, actor: Actor, party: Party, answer: str, name: str) -> Strength:
    """Keep the passkey that the browser made, under a name; gives what it proves from now on.

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
        strengthen_within(tx, actor, made.strength)
        security_event(tx, FACTOR_ADDED, actor, kind="passkey")
        tell(tx, actor.user_id, "passkey-added")
    return made.strength


@dataclass(frozen=True)
class Made:
    """A passkey that a browser has just made, found good, and not kept yet."""

    credential: str
    public_key: str
    sign_count: int
    backed_up: bool
    backup_eligible: bool | None = None

    @property
    def strength(self) -> Strength:
        """What it proves."""
        return strength_of(backup_eligible=self.backup_eligible)


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
        made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
    )


def keep_passkey(tx: Tx, user_id: str, made: Made, name: str, party: Party) -> None:
    """Keep it for a person, in the transaction of what it belongs to.

    Its public key is sealed for this person and credential, and for whether it can be copied: who can write
    rows and has not the portal's secret can put no other in its place, nor make hardware of it. Source: OWASP
    ASVS 5.0 V6.7.1.

    Raises:
        Invalid: if it is known already, or the person has too many.
    """
    if len(tx.execute(select(passkey.c.id).where(passkey.c.user_id == user_id)).all()) >= _MOST:
        raise Invalid({"passkey": f"You have {_MOST} passkeys. Remove one first."})
    row = {"id": new_id(), "user_id": user_id, "name": name.strip()[:60] or "Passkey"}
    sealed = _sealed(party, user_id, made.credential, made.public_key, backup_eligible=made.backup_eligible)
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
        keep_challenge(tx, options.challenge, bound_to, act)
    return options_to_json(options)


def sign_in_with_passkey(
    database: Database, bound_to: str, party: Party, answer: str, limits: Limits, *, device: str
) -> str:
    """Give the token of a new session for whoever's passkey answered.

    Raises:
        Unauthenticated: whatever was wrong.
    """
    with database.transaction() as tx:
        asked = answered(tx, answer, bound_to, "sign-in")
        found = asked and _verified(tx, party, answer, asked)
        account = queries.account_of(tx, found.user_id) if found else None
        if found and account and not account.elsewhere:
            return open_session(
                tx, found.user_id, limits, way="passkey", device=device, strength=found.strength
            )
        security_event(tx, SIGN_IN_REFUSED, None, account="passkey")
    raise Unauthenticated(REFUSED)


def confirm_with_passkey(database: Database, actor: Actor, party: Party, answer: str) -> str:
    """Keep that the person has just proved who they are; gives the session's new token.

    Raises:
        Unauthenticated: if the passkey is not good, or somebody else's.
    """
    with database.transaction() as tx:
        asked = answered(tx, answer, actor.session, "confirm")
        used = asked and _verified(tx, party, answer, asked)
        if used and used.user_id == actor.user_id:
            security_event(tx, FACTOR_PROVEN, actor, way="passkey")
            return prove_within(tx, actor, used.strength)
        security_event(tx, SIGN_IN_REFUSED, None, account="passkey")
    raise Unauthenticated(REFUSED)


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
        tx,
        passkey.c.public_key,
        lambda row: passkey_bound(row["user_id"], row["credential"], backup_eligible=row["backup_eligible"]),
        _WHAT,
        change,
    )


def passkey_key(secret_key: str) -> bytes:
    """The key under which public keys of passkeys are sealed."""
    return derived_key(secret_key, _WHAT)


def passkey_bound(user_id: str, credential: str, *, backup_eligible: bool | None = None) -> str:
    """For whom and what one is sealed."""
    known = {None: "", True: " copied", False: " stays"}[backup_eligible]
    return f"passkey {user_id} {credential}{known}"


def _sealed(
    party: Party, user_id: str, credential: str, public_key: str, *, backup_eligible: bool | None
) -> str:
    bound = passkey_bound(user_id, credential, backup_eligible=backup_eligible)
    return seal(passkey_key(party.secret_key), bound, public_key.encode()).hex()


def _take(tx: Tx, answer: str, bound_to: str, act: str) -> bytes:
    asked = answered(tx, answer, bound_to, act)
    if asked is None:
        raise Invalid({"passkey": REFUSED})
    return asked


@dataclass(frozen=True)
class _Used:
    """Whose passkey answered, and what it proves."""

    user_id: str
    strength: Strength


def _verified(tx: Tx, party: Party, answer: str, asked: bytes) -> _Used | None:
    """Whose passkey answered, if it is good; a counter that went back is told of, not held against them.

    Whether it can be copied never changes; of one of which that is not known its own signed word is kept now.
    Source: W3C Web Authentication Level 3, sections 6.1.3 and 7.2.
    """
    given = json.loads(answer)
    row = tx.execute(select(passkey).where(passkey.c.credential == str(given.get("id")))).first()
    if row is None:
        return None
    bound = passkey_bound(row.user_id, row.credential, backup_eligible=row.backup_eligible)
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
    eligible = done.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if row.backup_eligible not in (None, eligible):
        return None
    handle = given["response"].get("userHandle")
    if handle and base64url_to_bytes(handle) != row.user_id.encode():
        return None
    if row.sign_count and done.new_sign_count <= row.sign_count:
        security_event(tx, PASSKEY_BEHIND, None, passkey=row.id)
        tell(tx, row.user_id, "passkey-behind")
    used = {"sign_count": max(done.new_sign_count, row.sign_count), "last_used_at": clock.now()}
    used["backed_up"] = done.credential_backed_up
    if row.backup_eligible is None:
        used["backup_eligible"] = eligible
        used["public_key"] = _sealed(party, row.user_id, row.credential, public_key, backup_eligible=eligible)
    tx.execute(update(passkey).where(passkey.c.id == row.id).values(**used))
    return _Used(row.user_id, strength_of(backup_eligible=eligible))
