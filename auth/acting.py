"""Who a person is as an actor at this moment, if they still are one: who asks now, or asked earlier."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, String, bindparam, null, select, type_coerce, union_all

from auth import queries
from auth.actor import Actor
from auth.purposes import purposes_for
from auth.roles import Action, Role
from auth.sites import sites_column, sites_of
from auth.tables import agency, api_key, session, user
from foundation import clock
from foundation.database import JsonText, Tx
from foundation.errors import Denied, Unauthenticated
from foundation.walls import asks, lookup


def refuse_if_changed(tx: Tx, actor: Actor, epoch: int) -> None:
    """Refuse who is asking if they are not what they were let in as; the next request is judged anew.

    Only a policy of another epoch than the one at which they were let in costs a statement.

    Raises:
        Unauthenticated: if the session, the key or the account has ended in the meantime.
        Denied: if the roles, the sites or the agency are others now.
    """
    if actor.let_in in (None, epoch):
        return
    row = tx.execute(_LET_IN.select(tx), {"digest": actor.session}).mappings().first()
    if row is None:
        raise Unauthenticated("Sign in to go on.")
    if _standing_of(row) != _standing(actor):
        raise Denied("Your role has changed while you were asking. Nothing was shown. Ask again.")


def _standing(actor: Actor) -> tuple[object, ...]:
    """All of an actor that rules go by."""
    held = actor.roles, actor.partnership_roles, actor.sites
    bound = actor.within, actor.agreements
    return *held, actor.agency_id, actor.agency_kind, actor.business, *bound


def _standing_of(row: Mapping[Any, Any]) -> tuple[object, ...]:
    """The same of a row of `_LET_IN`."""
    within = None if row["actions"] is None else frozenset(Action(each) for each in row["actions"])
    agreements = None if row["agreements"] is None else frozenset(row["agreements"])
    lapsed = queries.lapsed_by(row)
    joint = queries.partnership_roles_of(row["partnership_roles"])
    held = (
        frozenset(Role(name) for name in row["roles"]) - lapsed,
        frozenset(each for each in joint if each.role not in lapsed),
        sites_of(row),
    )
    return *held, row["agency_id"], row["kind"], row["business"], within, agreements


def _build_let_in(dialect: str, *, walled: bool) -> Select[Any]:
    del dialect  # it is the same everywhere
    names = ("agency_id", "member", "roles", "partnership_roles", "vetting", "service")
    own = tuple(user.c[name] for name in names)
    person = (*own, sites_column(), agency.c.kind, agency.c.business, agency.c.vetting_rules)
    here = (user.c.agency_id == agency.c.id) & user.c.disabled.is_(False) & asks(user.c.id, walled=walled)
    digest: Any = bindparam("digest", type_=String())
    unbound = (type_coerce(null(), JsonText).label(name) for name in ("actions", "agreements"))
    by_key = (
        select(*person, api_key.c.actions, api_key.c.agreements)
        .where(here, api_key.c.user_id == user.c.id)
        .where(api_key.c.hash == digest, api_key.c.ended_at.is_(None))
    )
    by_session = select(*person, *unbound).where(
        here, session.c.user_id == user.c.id, session.c.hash == digest
    )
    return select(union_all(by_key, by_session).subquery("let_in"))


_LET_IN = lookup(
    "let_in",
    "Roles and bounds of one's own session or key as they are now, since no request reads those tables.",
    _build_let_in,
    digest=String(),
)


def acting_for(tx: Tx, user_id: str, *, purpose: str, session: str) -> Actor:
    """The person as an actor now, with the roles of now, for the purpose that they stated in that session.

    `session` is the hash of the session, or of the key, in which they asked; a session may have ended, a key
    must still be good. On PostgreSQL the account stays as it is until this transaction has ended.

    Raises:
        Denied: if the account has ended, or the roles or the key no longer allow the purpose.
    """
    tx.execute(select(user.c.id).where(user.c.id == user_id).with_for_update(read=True))
    if queries.account_of(tx, user_id) is None:
        raise Denied("The account has ended.")
    key = queries.key_by_hash(tx, session)
    person = queries.actor_of(tx, user_id, session) if key is None else key.actor
    if purpose not in _purposes(key, person):
        raise Denied("The account may no longer state this purpose.")
    return replace(person, purpose=purpose)


def _purposes(key: queries.Found | None, person: Actor) -> frozenset[str]:
    if key is None:
        return frozenset(each.slug for each in purposes_for(person.roles))
    good = key.expires_at is not None and key.expires_at > clock.now()
    return frozenset(key.purposes) if good else frozenset()
