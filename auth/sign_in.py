"""Signing in with a password, slowly and evenly: an unknown account answers as a wrong password does.

There is no lock-out, which would let anyone shut a control room out. Refusals make the next try wait, by
account, by network address and for everybody together; a place from which somebody came all the way into the
account before is not held up by the failures of strangers.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import delete, insert, select, update

from auth import queries
from auth.attempts import Attempts, has_signed_in_from, refused_attempts
from auth.codes import WRONG, code_is_good
from auth.events import SIGN_IN_REFUSED, security_event
from auth.sessions import Limits, digest_of, open_session
from auth.tables import sign_in_attempt, sign_in_step
from foundation import clock
from foundation.crypto.passwords import password_is_good
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Invalid, Missing, Throttled, Unauthenticated
from foundation.identifiers import new_id

ELSEWHERE = "Your agency’s people sign in with their agency. A password does not count here."
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
#: How long after the password the code may come.
_STEP_LASTS = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """What a right password gives: the token of a session, or of a step that wants a code as well."""

    session: str | None = None
    step: str | None = None


def sign_in(
    database: Database, email: str, password: str, origin: str, limits: Limits, *, device: str = ""
) -> SignedIn:
    """Begin a session, or its first half. `origin` is the network address, of which only a digest is kept.

    Beside an app or a passkey a password is a first half: what follows it is a code of the app, or a recovery
    code. Whoever has neither begins a session in which the gate opens their account alone.

    The work on the password runs between two transactions, so that it never holds the database.

    Raises:
        Unauthenticated: with `REFUSED`, whatever was wrong.
        Throttled: if this try comes too soon; it is then not counted.
    """
    checked = _checked(database, email, password, origin)
    user_id = checked.user_id
    with database.transaction() as tx:
        if user_id is None:
            security_event(tx, SIGN_IN_REFUSED, None, account=checked.account)
            done = None
        elif queries.has_factor(tx, user_id):
            _forget_attempt(tx, checked.attempt)
            done = SignedIn(step=_begin_step(tx, user_id, checked))
        else:
            attempt_was_good(tx, checked.attempt)
            done = SignedIn(session=open_session(tx, user_id, limits, way="password", device=device))
    if done is None:
        raise Unauthenticated(REFUSED)
    return done


def check_password(database: Database, email: str, password: str, origin: str) -> str:
    """Check a password as at sign-in, with the same throttles, without a session; gives the try's id.

    The try counts as refused until the caller says by `attempt_was_good` that nothing more had to be proven.

    Raises:
        Unauthenticated: with `REFUSED`, whatever was wrong.
        Throttled: if this try comes too soon; it is then not counted.
    """
    checked = _checked(database, email, password, origin)
    if checked.user_id is None:
        with database.transaction() as tx:
            security_event(tx, SIGN_IN_REFUSED, None, account=checked.account)
        raise Unauthenticated(REFUSED)
    return checked.attempt


def finish_sign_in(
    database: Database, step: str, code: str, secret_key: str, limits: Limits, *, device: str = ""
) -> str:
    """Give the token of a new session, since the code after the right password is right too.

    Raises:
        Unauthenticated: if the step is not there any more; the password has to be given again.
        Invalid: if the code is not right; it counts as a refusal.
        Throttled: if this try comes too soon.
    """
    held = sign_in_step.c.hash == token_digest(step)
    with database.transaction() as tx:
        row = tx.execute(select(sign_in_step).where(held, sign_in_step.c.expires_at > clock.now())).first()
        if row is None:
            raise Unauthenticated("Too much time has passed. Enter your password again.")
        attempt = begin_attempt(tx, row.account, row.origin)
        good = code_is_good(tx, row.user_id, secret_key, code)
        token = ""
        if good and tx.execute(delete(sign_in_step).where(held)).rowcount == 1:
            attempt_was_good(tx, attempt)
            token = open_session(tx, row.user_id, limits, way="password and code", device=device)
        else:
            security_event(tx, SIGN_IN_REFUSED, None, account=row.account)
    if not token:
        raise Invalid({"code": WRONG})
    return token


@dataclass(frozen=True)
class _Checked:
    """A try at a password: its row, whose it is if the password was right, and the digests of the try."""

    attempt: str
    user_id: str | None
    account: str
    origin: str


def _checked(database: Database, email: str, password: str, origin: str) -> _Checked:
    folded = email.strip().casefold()
    account_digest, origin_digest = digest_of(folded), digest_of(origin)
    with database.transaction() as tx:
        attempt = begin_attempt(tx, account_digest, origin_digest)
        account = queries.account_by_email(tx, folded)
    good = password_is_good(account.password_hash if account else None, password)
    user_id = account.user_id if account and good and not account.elsewhere else None
    return _Checked(attempt, user_id, account_digest, origin_digest)


def _begin_step(tx: Tx, user_id: str, checked: _Checked) -> str:
    token = new_token()
    row = {
        "hash": token_digest(token),
        "user_id": user_id,
        "account": checked.account,
        "origin": checked.origin,
        "expires_at": clock.now() + _STEP_LASTS,
    }
    tx.execute(insert(sign_in_step), row)
    return token


def sign_in_for_demonstration(database: Database, user_id: str, limits: Limits, *, device: str = "") -> str:
    """Give the token of a new session for an invented person. The caller allows it in that mode only.

    Raises:
        Missing: if there is no such invented person.
    """
    with database.transaction() as tx:
        account = queries.demonstration_account(tx, user_id)
        if account is None:
            raise Missing("There is nothing here that you can see.")
        return open_session(tx, account.user_id, limits, way="demonstration", device=device)


def begin_attempt(tx: Tx, account: str, origin: str) -> str:
    """Keep that somebody tries to get in; gives the try's id. Both are digests.

    Raises:
        Throttled: if it comes too soon; it is then not counted.
    """
    _refuse_too_soon(tx, account, origin)
    attempt = new_id()
    row = {"id": attempt, "account": account, "origin": origin, "at": clock.now(), "good": False}
    tx.execute(insert(sign_in_attempt).values(row))
    return attempt


def attempt_was_good(tx: Tx, attempt: str) -> None:
    """Keep that a try got in: it counts against nobody, and its network address is known for the account.

    The caller has seen every factor that the account asks for. Else whoever knows a password alone would make
    any address known, and guess codes from there without the waits that hold for strangers.
    """
    tx.execute(update(sign_in_attempt).where(sign_in_attempt.c.id == attempt).values(good=True))


def _forget_attempt(tx: Tx, attempt: str) -> None:
    """A first half is neither a refusal, which would make the next try wait, nor a sign-in."""
    tx.execute(delete(sign_in_attempt).where(sign_in_attempt.c.id == attempt))


def _refuse_too_soon(tx: Tx, account: str, origin: str) -> None:
    now = clock.now()
    known = has_signed_in_from(tx, now - _KNOWN_FOR, account, origin)
    counted = [
        (PER_ACCOUNT, {"account": account, "origin": origin} if known else {"account": account}),
        (PER_ORIGIN, {"origin": origin}),
    ]
    if not known:
        counted.append((FOR_ALL, {}))
    for throttle, by in counted:
        attempts = refused_attempts(tx, now - throttle.window, **by)
        if (
            attempts.last is not None
            and (left := attempts.last + throttle.wait(attempts) - now) > timedelta()
        ):
            raise Throttled(ceil(left.total_seconds()))
