"""Proving again who one is, before signing, granting or breaking glass: the same checks as at the door."""

from auth import queries
from auth.actor import Actor
from auth.codes import LEFT_OUT, WITHOUT_APP, WRONG, code_is_good, has_authenticator
from auth.events import FACTOR_PROVEN, SIGN_IN_REFUSED, security_event
from auth.sessions import digest_of, prove_within, rotate_within, strengthen_within
from auth.sign_in import ELSEWHERE, attempt_was_good, begin_attempt, check_password
from auth.strength import Strength
from foundation.database import Database
from foundation.errors import Denied, Invalid, Missing, Unauthenticated


def confirm_with_password(
    database: Database, actor: Actor, password: str, origin: str, *, code: str, secret_key: str
) -> str:
    """Keep that the person has just proved who they are; `origin` is the network address.

    Whoever has an authenticator app gives its code as well; whoever has a passkey alone uses that, or gives a
    recovery code. Gives the session's new token.

    Raises:
        Unauthenticated: if the password is not right.
        Throttled: if this try comes too soon.
        Invalid: if the code is not right, which counts as a refusal, or left out, which is no try.
        Denied: if the person's agency lets its people in by its own provider alone.
    """
    with database.transaction() as tx:
        account = queries.account_of(tx, actor.user_id)
        factor, app = queries.has_factor(tx, actor.user_id), has_authenticator(tx, actor.user_id)
    if account is None:
        raise Unauthenticated("Sign in to go on.")
    if account.elsewhere:
        raise Denied(ELSEWHERE)
    if factor and not code.strip():
        # before the password is looked at, so that nobody learns for nothing whether it is right
        raise Invalid({"code": LEFT_OUT if app else WITHOUT_APP})
    attempt = check_password(database, account.email, password, origin)
    with database.transaction() as tx:
        factor = queries.has_factor(tx, actor.user_id)
        if not factor or code_is_good(tx, actor.user_id, secret_key, code):
            attempt_was_good(tx, attempt)
            security_event(tx, FACTOR_PROVEN, actor, way="password")
            return prove_within(tx, actor, Strength.TWO_FACTORS if factor else Strength.FIRST_HALF)
        security_event(tx, SIGN_IN_REFUSED, None, account=digest_of(account.email))
        told = WRONG if has_authenticator(tx, actor.user_id) else WITHOUT_APP
    raise Invalid({"code": told})


def confirm_with_code(database: Database, actor: Actor, code: str, origin: str, *, secret_key: str) -> str:
    """Let a code follow the first half that the actor's session began with; gives the session's new token.

    It makes the session whole and is no fresh proof, which a code alone never is. A try counts as one at the
    account does.

    Raises:
        Invalid: if the code is not right; it counts as a refusal.
        Throttled: if this try comes too soon.
        Denied: if the session began with more than a first half.
    """
    with database.transaction() as tx:
        account = queries.account_of(tx, actor.user_id)
        if account is None or queries.session_strength(tx, actor.session) is not Strength.FIRST_HALF:
            raise Denied("A code alone proves nothing here.")
        attempt = begin_attempt(tx, digest_of(account.email), digest_of(origin))
        good = code_is_good(tx, actor.user_id, secret_key, code)
        if good:
            attempt_was_good(tx, attempt)
            strengthen_within(tx, actor, Strength.TWO_FACTORS)
            security_event(tx, FACTOR_PROVEN, actor, way="code")
            return rotate_within(tx, actor)
        security_event(tx, SIGN_IN_REFUSED, None, account=digest_of(account.email))
    raise Invalid({"code": WRONG})


def confirm_for_demonstration(database: Database, actor: Actor) -> str:
    """The same for an invented person, who has no password. The caller allows it in that mode only.

    Raises:
        Missing: if the person is not an invented one.
    """
    with database.transaction() as tx:
        account = queries.account_of(tx, actor.user_id)
        if account is None or not account.invented:
            raise Missing("There is nothing here that you can see.")
        security_event(tx, FACTOR_PROVEN, actor, way="demonstration")
        return prove_within(tx, actor)
