"""Signing in with a password, slowly and evenly: an unknown account answers as a wrong password does.

There is no lock-out, which would let anyone shut a control room out. Refusals make the next try wait, by
account, by network address and for everybody together; a place that the account has signed in from before is
not held up by the failures of strangers.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import insert, update

from auth import queries
from auth.events import SIGN_IN_REFUSED, security_event
from auth.queries import Account, Attempts
from auth.sessions import Limits, open_session
from auth.tables import sign_in_attempt
from foundation import clock
from foundation.crypto.passwords import password_is_good
from foundation.database import Database, Tx
from foundation.errors import Missing, Throttled, Unauthenticated
from foundation.identifiers import new_id

REFUSED = "The email address or the password is not right."


@dataclass(frozen=True)
class Throttle:
    """So many refusals within `window` are free; each one more doubles the wait, up to `most` seconds."""

    window: timedelta
    free: int
    most: int

    def wait(self, attempts: Attempts) -> timedelta:
        """How long after the last refusal the next try may come."""
        over = attempts.count - self.free
        return timedelta(seconds=min(self.most, 2 ** min(over, 16))) if over >= 0 else timedelta()


#: A person mistypes four times in a quarter of an hour; a guesser gets about 20 tries an hour at an account.
PER_ACCOUNT = Throttle(timedelta(hours=1), free=5, most=180)
#: A whole agency may sit behind one address.
PER_ORIGIN = Throttle(timedelta(hours=1), free=30, most=180)
#: Guessing spread over many addresses slows down for all, by a few seconds only.
FOR_ALL = Throttle(timedelta(minutes=10), free=200, most=5)

_KNOWN_FOR = timedelta(days=30)


def sign_in(database: Database, email: str, password: str, origin: str, limits: Limits) -> str:
    """Give the token of a new session. `origin` is the network address, of which only a digest is kept.

    The work on the password runs between two transactions, so that it never holds the database.

    Raises:
        Unauthenticated: with `REFUSED`, whatever was wrong.
        Throttled: if this try comes too soon; it is then not counted.
    """
    folded = email.strip().casefold()
    account_digest, origin_digest = _digest(folded), _digest(origin)
    with database.transaction() as tx:
        attempt = _begin_attempt(tx, account_digest, origin_digest)
        account = queries.account_by_email(tx, folded)
    good = password_is_good(account.password_hash if account else None, password)
    token = _settle(database, attempt, account if good else None, account_digest, limits)
    if token is None:
        raise Unauthenticated(REFUSED)
    return token


def sign_in_for_demonstration(database: Database, user_id: str, limits: Limits) -> str:
    """Give the token of a new session for an invented person. The caller allows it in that mode only.

    Raises:
        Missing: if there is no such invented person.
    """
    with database.transaction() as tx:
        account = queries.demonstration_account(tx, user_id)
        if account is None:
            raise Missing("There is nothing here that you can see.")
        return open_session(tx, account.user_id, limits, way="demonstration")


def _begin_attempt(tx: Tx, account: str, origin: str) -> str:
    _refuse_too_soon(tx, account, origin)
    attempt = new_id()
    row = {"id": attempt, "account": account, "origin": origin, "at": clock.now(), "good": False}
    tx.execute(insert(sign_in_attempt).values(row))
    return attempt


def _refuse_too_soon(tx: Tx, account: str, origin: str) -> None:
    now = clock.now()
    known = queries.has_signed_in_from(tx, now - _KNOWN_FOR, account, origin)
    counted = [
        (PER_ACCOUNT, {"account": account, "origin": origin} if known else {"account": account}),
        (PER_ORIGIN, {"origin": origin}),
    ]
    if not known:
        counted.append((FOR_ALL, {}))
    for throttle, by in counted:
        attempts = queries.refused_attempts(tx, now - throttle.window, **by)
        if (
            attempts.last is not None
            and (left := attempts.last + throttle.wait(attempts) - now) > timedelta()
        ):
            raise Throttled(ceil(left.total_seconds()))


def _settle(
    database: Database, attempt: str, account: Account | None, account_digest: str, limits: Limits
) -> str | None:
    with database.transaction() as tx:
        if account is None:
            security_event(tx, SIGN_IN_REFUSED, None, account=account_digest)
            return None
        tx.execute(update(sign_in_attempt).where(sign_in_attempt.c.id == attempt).values(good=True))
        return open_session(tx, account.user_id, limits, way="password")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
