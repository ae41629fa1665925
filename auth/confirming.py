"""Proving again who one is, before signing, granting or breaking glass: the same checks as at the door."""

from auth import queries
from auth.actor import Actor
from auth.codes import WITHOUT_APP, WRONG, code_is_good, has_authenticator
from auth.events import FACTOR_PROVEN, security_event
from auth.sessions import prove_within
from auth.sign_in import ELSEWHERE, check_password
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
        Invalid: if the code is not right.
        Denied: if the person's agency lets its people in by its own provider alone.
    """
    with database.transaction() as tx:
        account = queries.account_of(tx, actor.user_id)
    if account is None:
        raise Unauthenticated("Sign in to go on.")
    if account.elsewhere:
        raise Denied(ELSEWHERE)
    check_password(database, account.email, password, origin)
    with database.transaction() as tx:
        if queries.has_factor(tx, actor.user_id) and not code_is_good(tx, actor.user_id, secret_key, code):
            raise Invalid({"code": WRONG if has_authenticator(tx, actor.user_id) else WITHOUT_APP})
        security_event(tx, FACTOR_PROVEN, actor, way="password")
        return prove_within(tx, actor)


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
