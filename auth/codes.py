"""Codes: of an authenticator app, each good once, and ten for the day on which everything else is lost.

Source: RFC 6238 and OWASP ASVS 5.0 V6.5. A code is good during its own 30 seconds by the clock here, and not
in the step before or after, which would make it 90: the message says to wait for the next one.
"""

import secrets
import unicodedata

import pyotp
from sqlalchemy import delete, func, insert, select, update

from auth import queries
from auth.actor import Actor
from auth.events import FACTOR_ADDED, FACTOR_REMOVED, RECOVERY_USED, security_event
from auth.notices import tell
from auth.sessions import end_password_sessions_within, strengthen_within
from auth.strength import Strength
from auth.tables import passkey, recovery_code, totp, user
from foundation import clock
from foundation.crypto.resealing import Resealed, Secrets, reseal
from foundation.crypto.sealing import derived_key, open_sealed, seal
from foundation.crypto.tokens import token_digest
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing

_STEP = 30
_WHAT = "authenticator secrets"
WRONG = (
    "The code is not right, was used before, or ran out: each is good for 30 seconds. Wait for the next one. "
    "If it happens again, let your phone set its clock by itself."
)
LEFT_OUT = "Enter the code of your app, or a recovery code."
#: The same to somebody who has passkeys and no app.
WITHOUT_APP = "A password is not enough beside a passkey. Use the passkey, or a recovery code."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_GROUPS, _GROUP = 5, 5
RECOVERY_CODES = 10


def begin_authenticator(database: Database, actor: Actor, secret_key: str) -> str:
    """A new secret for an authenticator app, as the address that its QR code holds; it does not count yet.

    Raises:
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require_fresh_factor(clock.now())
    secret = pyotp.random_base32(32)  # 160 bits
    with database.transaction() as tx:
        confirmed = tx.execute(select(totp.c.confirmed_at).where(totp.c.user_id == actor.user_id)).scalar()
        if confirmed is not None:
            raise Invalid({"code": "You have an authenticator app already. Remove it first."})
        tx.execute(delete(totp).where(totp.c.user_id == actor.user_id))
        sealed = seal(_key(secret_key), _bound(actor.user_id), secret.encode()).hex()
        tx.execute(insert(totp), {"user_id": actor.user_id, "secret": sealed, "last_step": 0})
    return pyotp.TOTP(secret).provisioning_uri(name=actor.name, issuer_name="Concordat")


def finish_authenticator(database: Database, actor: Actor, secret_key: str, code: str) -> None:
    """Let the app count from now on, since its first code is right.

    Raises:
        Invalid: if the code is not right, or there is no app to confirm.
    """
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        if not _good(tx, actor.user_id, secret_key, code, confirmed=False):
            raise Invalid({"code": WRONG})
        if not queries.has_factor(tx, actor.user_id):
            end_password_sessions_within(tx, actor)
        tx.execute(update(totp).where(totp.c.user_id == actor.user_id).values(confirmed_at=clock.now()))
        strengthen_within(tx, actor, Strength.TWO_FACTORS)
        security_event(tx, FACTOR_ADDED, actor, kind="authenticator")
        tell(tx, actor.user_id, "authenticator-added")


def remove_authenticator(database: Database, actor: Actor) -> None:
    """Take the app away.

    Raises:
        Invalid: if the password would then have to stand alone and is too short for it.
        Missing: if there is none.
    """
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        row = tx.execute(
            select(user.c.password_hash, user.c.password_alone).where(user.c.id == actor.user_id)
        )
        kept = row.one()
        keys = tx.execute(select(passkey.c.id).where(passkey.c.user_id == actor.user_id)).first()
        if kept.password_hash and not kept.password_alone and keys is None:
            raise Invalid({"code": "Choose a password of 15 characters first: it would stand alone."})
        if tx.execute(delete(totp).where(totp.c.user_id == actor.user_id)).rowcount != 1:
            raise Missing("There is no authenticator app.")
        security_event(tx, FACTOR_REMOVED, actor, kind="authenticator")
        tell(tx, actor.user_id, "authenticator-removed")


def has_authenticator(tx: Tx, user_id: str) -> bool:
    """Whether the person has an app that counts."""
    own = select(totp.c.user_id).where(totp.c.user_id == user_id, totp.c.confirmed_at.is_not(None))
    return tx.execute(own).first() is not None


def code_is_good(tx: Tx, user_id: str, secret_key: str, code: str) -> bool:
    """Whether this is the app's code of now, or a recovery code, used for the first time.

    Of two equal codes at the same moment one is good: the database says which.
    """
    return _good(tx, user_id, secret_key, code, confirmed=True) or _recovered(tx, user_id, code)


def make_recovery_codes(database: Database, actor: Actor) -> tuple[str, ...]:
    """Ten new codes in place of all earlier ones; they can never be shown again.

    Raises:
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require_fresh_factor(clock.now())
    codes = tuple(_new_code() for _ in range(RECOVERY_CODES))
    with database.transaction() as tx:
        tx.execute(delete(recovery_code).where(recovery_code.c.user_id == actor.user_id))
        rows = [{"hash": token_digest(_plain(code)), "user_id": actor.user_id} for code in codes]
        tx.execute(insert(recovery_code), rows)
        security_event(tx, FACTOR_ADDED, actor, kind="recovery-codes")
        tell(tx, actor.user_id, "recovery-made")
    return codes


def recovery_codes_left(tx: Tx, user_id: str) -> int:
    """How many recovery codes the person has not used."""
    own = (recovery_code.c.user_id == user_id) & recovery_code.c.used_at.is_(None)
    return int(tx.execute(select(func.count()).select_from(recovery_code).where(own)).scalar_one())


def _good(tx: Tx, user_id: str, secret_key: str, code: str, *, confirmed: bool) -> bool:
    row = tx.execute(select(totp).where(totp.c.user_id == user_id)).first()
    if row is None or (row.confirmed_at is not None) is not confirmed:
        return False
    typed = "".join(unicodedata.normalize("NFKC", code).split())
    if not typed.isascii():
        return False
    app = pyotp.TOTP(open_sealed(_key(secret_key), _bound(user_id), bytes.fromhex(row.secret)).decode())
    step = int(clock.now().timestamp()) // _STEP
    if not secrets.compare_digest(app.generate_otp(step), typed):
        return False
    newer = (totp.c.user_id == user_id) & (totp.c.last_step < step)
    return tx.execute(update(totp).where(newer).values(last_step=step)).rowcount == 1


def _recovered(tx: Tx, user_id: str, code: str) -> bool:
    unused = (
        (recovery_code.c.hash == token_digest(_plain(code)))
        & (recovery_code.c.user_id == user_id)
        & recovery_code.c.used_at.is_(None)
    )
    if tx.execute(update(recovery_code).where(unused).values(used_at=clock.now())).rowcount != 1:
        return False
    security_event(tx, RECOVERY_USED, None, user=user_id)
    tell(tx, user_id, "recovery-used")
    return True


def _new_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(_GROUPS * _GROUP)]  # 125 bits
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def _plain(code: str) -> str:
    typed = unicodedata.normalize("NFKC", code).upper()
    return "".join(each for each in typed if each in _LETTERS)


def reseal_authenticators(tx: Tx, change: Secrets) -> Resealed:
    """Seal the secrets of apps anew, since the portal's secret was changed."""
    return reseal(tx, totp.c.secret, lambda row: _bound(row["user_id"]), _WHAT, change)


def _key(secret_key: str) -> bytes:
    return derived_key(secret_key, _WHAT)


def _bound(user_id: str) -> str:
    return f"totp {user_id}"
