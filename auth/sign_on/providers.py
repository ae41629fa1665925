"""An agency's identity provider: set, enforced and removed by its administrator, and who is linked to it.

The issuer never changes, since the links mean its subjects: whoever changes it removes the provider first.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from auth.actor import Actor
from auth.events import (
    IDENTITY_UNLINKED,
    PROVIDER_CHANGED,
    PROVIDER_ENFORCED,
    PROVIDER_REMOVED,
    security_event,
)
from auth.notices import tell
from auth.roles import Action
from auth.sign_on.discovery import fetch_keys, fetch_places, sealed_secret
from auth.sign_on.refusals import Refused
from auth.tables import agency, identity_link, identity_provider, session, sign_in_step, sign_on_trip, user
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from foundation.outbound import checked_provider
from foundation.settings import Settings

_AGENCY = "agency"


@dataclass(frozen=True)
class NewProvider:
    """What an administrator says of the provider. An empty secret keeps the one before."""

    issuer: str
    client_id: str
    client_secret: str
    acr: str = ""


@dataclass(frozen=True)
class Offered:
    """A provider on the page for signing in."""

    id: str
    agency_name: str


@dataclass(frozen=True)
class Linked:
    """Somebody of the agency, and since when they are linked, if they are."""

    user_id: str
    name: str
    job_title: str
    linked_at: datetime | None


@dataclass(frozen=True)
class SignOnPage:
    """The agency's provider, and its people; `here` says whether the reader came in by it."""

    id: str
    issuer: str
    client_id: str
    acr: str
    enforced: bool
    since: datetime
    here: bool
    people: tuple[Linked, ...]


def offered(database: Database) -> tuple[Offered, ...]:
    """Every provider, by the name of its agency. That an agency takes part is no secret."""
    found = identity_provider.join(agency, agency.c.id == identity_provider.c.agency_id)
    with database.reading() as tx:
        rows = tx.execute(
            select(identity_provider.c.id, agency.c.name).select_from(found).order_by(agency.c.name)
        )
        return tuple(Offered(row.id, row.name) for row in rows)


def read_sign_on(database: Database, actor: Actor) -> SignOnPage | None:
    """The provider of the actor's agency, None if it has none."""
    actor.require(Action.SIGN_ON_RUN)
    with database.reading() as tx:
        row = _own(tx, actor)
        if row is None:
            return None
        people = tx.execute(
            select(user.c.id, user.c.name, user.c.job_title, identity_link.c.linked_at)
            .select_from(user.outerjoin(identity_link, identity_link.c.user_id == user.c.id))
            .where(user.c.agency_id == actor.agency_id, user.c.disabled.is_(False))
            .order_by(user.c.name, user.c.id)
        )
        return SignOnPage(
            row.id,
            row.issuer,
            row.client_id,
            row.acr,
            row.enforced,
            row.created_at,
            _came_in_by_it(tx, actor),
            tuple(Linked(*each) for each in people),
        )


def set_provider(database: Database, settings: Settings, actor: Actor, new: NewProvider) -> str:
    """Set the provider of the actor's agency, or its client and strength; gives its id.

    The provider is asked first, so that what is kept has worked once.

    Raises:
        FactorRequired: if the administrator has not just proved who they are.
        Invalid: if nothing may be asked there, or what it says of itself is not as agreed.
    """
    actor.require(Action.SIGN_ON_RUN)
    actor.require_fresh_factor(clock.now())
    try:
        checked_provider(settings, new.issuer)
    except Invalid as problem:
        raise Invalid({"issuer": problem.problems["url"]}) from None
    try:
        places = fetch_places(settings, new.issuer)
        keys = fetch_keys(settings, places)
    except Refused as refusal:
        raise Invalid({"issuer": str(refusal)}) from None
    values: dict[str, Any] = {"issuer": new.issuer, "client_id": new.client_id, "acr": new.acr}
    now = clock.now()
    values |= {"places": places, "places_at": now, "keys": keys, "keys_at": now}
    with database.transaction() as tx:
        held = _own(tx, actor)
        made = held.id if held else new_id()
        if held is None and not new.client_secret:
            raise Invalid({"client_secret": "Give the secret that the provider made for this portal."})
        if held is not None and held.issuer != new.issuer:
            raise Invalid({"issuer": "Remove the provider first: its links would mean other people."})
        if new.client_secret:
            values["client_secret"] = sealed_secret(settings, made, new.client_secret)
        if held is None:
            _insert(tx, {**values, "id": made, "agency_id": actor.agency_id, "created_at": now})
        else:
            tx.execute(update(identity_provider).where(identity_provider.c.id == made).values(**values))
        security_event(
            tx,
            PROVIDER_CHANGED,
            actor,
            provider=made,
            issuer=new.issuer,
            secret="changed" if new.client_secret else "kept",
        )
    return made


def enforce(database: Database, actor: Actor, *, on: bool) -> None:
    """Let the agency's people sign in there alone, or here as well; sessions begun here end.

    Raises:
        FactorRequired: if the administrator has not just proved who they are.
        Missing: if the agency has no provider.
        Conflict: if the administrator did not come in by it, and might lock everybody out.
    """
    actor.require(Action.SIGN_ON_RUN)
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        held = _required(tx, actor)
        if on and not _came_in_by_it(tx, actor):
            raise Conflict("Sign in with your agency yourself first, so that it is known to work.")
        own = identity_provider.c.id == held.id
        tx.execute(update(identity_provider).where(own).values(enforced=on))
        if on:
            people = select(user.c.id).where(user.c.agency_id == actor.agency_id)
            by_people = session.c.user_id.in_(people)
            tx.execute(delete(session).where(by_people, session.c.way != _AGENCY))
            tx.execute(delete(sign_in_step).where(sign_in_step.c.user_id.in_(people)))
        security_event(tx, PROVIDER_ENFORCED, actor, provider=held.id, enforced="yes" if on else "no")


def remove_provider(database: Database, actor: Actor) -> None:
    """Take the provider away with its links; sessions begun by it end, but the administrator's own.

    Raises:
        FactorRequired: if the administrator has not just proved who they are.
        Missing: if the agency has none.
    """
    actor.require(Action.SIGN_ON_RUN)
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        held = _required(tx, actor)
        people = select(user.c.id).where(user.c.agency_id == actor.agency_id)
        theirs = session.c.user_id.in_(people) & (session.c.way == _AGENCY)
        tx.execute(delete(session).where(theirs, session.c.hash != actor.session))
        tx.execute(delete(sign_on_trip).where(sign_on_trip.c.provider_id == held.id))
        links = tx.execute(delete(identity_link).where(identity_link.c.provider_id == held.id)).rowcount
        tx.execute(delete(identity_provider).where(identity_provider.c.id == held.id))
        security_event(tx, PROVIDER_REMOVED, actor, provider=held.id, links=links)


def unlink(database: Database, actor: Actor, user_id: str) -> None:
    """Take away the link of somebody of the administrator's agency; all their sessions end.

    Raises:
        FactorRequired: if the administrator has not just proved who they are.
        Missing: if there is no such link.
    """
    actor.require(Action.SIGN_ON_RUN)
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        held = _required(tx, actor)
        own = (identity_link.c.provider_id == held.id) & (identity_link.c.user_id == user_id)
        if tx.execute(delete(identity_link).where(own)).rowcount != 1:
            raise Missing("There is no such link.")
        tx.execute(delete(session).where(session.c.user_id == user_id, session.c.hash != actor.session))
        security_event(tx, IDENTITY_UNLINKED, actor, provider=held.id, user=user_id)
        tell(tx, user_id, "identity-unlinked")


def _insert(tx: Tx, values: dict[str, object]) -> None:
    try:
        with tx.begin_nested():
            tx.execute(insert(identity_provider), {**values, "enforced": False})
    except IntegrityError:
        raise Invalid({"issuer": "This provider is another agency’s already."}) from None


def _own(tx: Tx, actor: Actor) -> Row[Any] | None:
    own = select(identity_provider).where(identity_provider.c.agency_id == actor.agency_id)
    return tx.execute(own).first()


def _required(tx: Tx, actor: Actor) -> Row[Any]:
    row = _own(tx, actor)
    if row is None:
        raise Missing("Your agency has no sign-in of its own here.")
    return row


def _came_in_by_it(tx: Tx, actor: Actor) -> bool:
    own = select(session.c.way).where(session.c.hash == actor.session)
    return tx.execute(own).scalar() == _AGENCY
