"""One's own account: how to sign in, where one is signed in, and what one may do and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from auth import queries
from auth.actor import Actor
from auth.codes import has_authenticator, recovery_codes_left
from auth.events import PASSWORD_CHANGED, security_event
from auth.notices import tell
from auth.sessions import OpenSession, list_sessions
from auth.sign_in import ELSEWHERE
from auth.tables import identity_link, identity_provider, passkey, user
from foundation import clock
from foundation.crypto.passwords import LEAST_LENGTH, LEAST_WITH_FACTOR, hash_password, refuse_guessable
from foundation.database import Database, Tx
from foundation.errors import Denied
from foundation.stolen import StolenPasswords


@dataclass(frozen=True)
class Passkey:
    """One passkey as its owner sees it in a list; whether its provider can copy it may not be known."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None
    backed_up: bool
    backup_eligible: bool | None


@dataclass(frozen=True)
class AgencySignIn:
    """Whether the person's agency has its own way in, whether it is the only one, and the person's link."""

    exists: bool
    only: bool
    linked_at: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """What a person is shown of their own account; `least` is the length that a password of theirs needs."""

    email: str
    has_password: bool
    authenticator: bool
    recovery_codes: int
    passkeys: tuple[Passkey, ...]
    sessions: tuple[OpenSession, ...]
    least: int
    agency: AgencySignIn


def read_account(database: Database, actor: Actor) -> AccountPage:
    """The actor's own account."""
    with database.transaction() as tx:
        row = tx.execute(select(user.c.email, user.c.password_hash).where(user.c.id == actor.user_id)).one()
        keys, app = _passkeys(tx, actor.user_id), has_authenticator(tx, actor.user_id)
        return AccountPage(
            email=row.email,
            has_password=row.password_hash is not None,
            authenticator=app,
            recovery_codes=recovery_codes_left(tx, actor.user_id),
            passkeys=keys,
            sessions=list_sessions(tx, actor),
            least=LEAST_WITH_FACTOR if app or keys else LEAST_LENGTH,
            agency=_agency(tx, actor),
        )


def _passkeys(tx: Tx, user_id: str) -> tuple[Passkey, ...]:
    """The oldest first."""
    rows = tx.execute(select(passkey).where(passkey.c.user_id == user_id).order_by(passkey.c.created_at))
    told = ("id", "name", "created_at", "last_used_at", "backed_up", "backup_eligible")
    return tuple(Passkey(*(row[name] for name in told)) for row in rows.mappings())


def agency_sign_in(database: Database, actor: Actor) -> AgencySignIn:
    """How the actor stands with their agency's own way in."""
    with database.reading() as tx:
        return _agency(tx, actor)


def _agency(tx: Tx, actor: Actor) -> AgencySignIn:
    own = select(identity_provider.c.enforced).where(identity_provider.c.agency_id == actor.agency_id)
    enforced = tx.execute(own).scalar()
    link = select(identity_link.c.linked_at).where(identity_link.c.user_id == actor.user_id)
    return AgencySignIn(enforced is not None, bool(enforced), tx.execute(link).scalar())


def change_password(database: Database, actor: Actor, password: str, stolen: StolenPasswords) -> None:
    """Give the actor a new password; their other sessions stay, since they can end them in one click.

    Raises:
        FactorRequired: if the person has not just proved who they are.
        Invalid: if it is too short, easily guessed or stolen elsewhere.
        Denied: if the actor's agency lets its people in by its own provider alone.
    """
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        account = queries.account_of(tx, actor.user_id)
        if account is None or account.elsewhere:
            raise Denied(ELSEWHERE)
        email = str(tx.execute(select(user.c.email).where(user.c.id == actor.user_id)).scalar_one())
        keys = tx.execute(select(passkey.c.id).where(passkey.c.user_id == actor.user_id)).first()
        least = LEAST_WITH_FACTOR if keys or has_authenticator(tx, actor.user_id) else LEAST_LENGTH
    refuse_guessable(password, (actor.name, actor.agency_name, *actor.site_names, email.partition("@")[0]))
    stolen.refuse(password)
    hashed = hash_password(password, least)
    with database.transaction() as tx:
        values = {"password_hash": hashed, "password_alone": len(password) >= LEAST_LENGTH}
        tx.execute(update(user).where(user.c.id == actor.user_id).values(**values))
        security_event(tx, PASSWORD_CHANGED, actor)
        tell(tx, actor.user_id, "password-changed")
