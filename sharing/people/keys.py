"""Accounts of an agency's programs, and their keys: each bound to the one job that it is for.

A key is shown once to whoever made it, who proved just before who they are; it ends when they leave.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_network

from sqlalchemy import RowMapping, insert, select, update

from auth.actor import Actor
from auth.keys import Bounds, end_keys, insert_key
from auth.purposes import purposes_for
from auth.roles import Action, Role, actions_of, grants_of
from auth.tables import api_key, user
from foundation import clock
from foundation.crypto.signed_requests import read_public_key, thumbprint
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.agreements.policy import policy_of
from sharing.events import people as events

#: A key lasts at most so many days.
LONGEST_DAYS = 90
#: How long a key goes on after another was made in its place, so that the program is never without one.
OVERLAP = timedelta(days=7)
_MOST_ADDRESSES = 20
_NAME = 60
_NO_KEY = "Give a public key of Ed25519 as PEM, from BEGIN PUBLIC KEY to END PUBLIC KEY."
#: What is said of a private key that was given for the public one.
PRIVATE_KEY_GIVEN = (
    "This is a private key, which now others have seen. Make another pair, and give its public key: it says "
    "BEGIN PUBLIC KEY."
)
_BOUND_ONLY = "This portal takes only keys that are bound to their holder. Give the program’s public key."
_NOTHING = "There is nothing here that you can see."


@dataclass(frozen=True)
class Key:
    """One key; `state` is live or ended. The token stands nowhere.

    `holder` is the thumbprint of the public key that it is bound to. `unsigned_at` is when it was refused for
    want of a signature, to the minute, and `exposed_at` when it first came by plain http.
    """

    id: str
    name: str
    purposes: tuple[str, ...]
    actions: tuple[Action, ...] | None
    agreements: tuple[str, ...] | None
    addresses: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str
    holder: str | None
    unsigned_at: datetime | None
    exposed_at: datetime | None


@dataclass(frozen=True)
class ServiceAccount:
    """The account of a program, with its keys, the newest first."""

    id: str
    name: str
    roles: tuple[Role, ...]
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Offered:
    """What a key of the account may be bound to."""

    account: ServiceAccount
    purposes: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...]
    agreements: tuple[str, ...]


@dataclass(frozen=True)
class NewKey:
    """A key as it is asked for; without addresses it is good from anywhere.

    `holder_key` is the public key of the program that alone can use it, as PEM; empty binds it to none.
    """

    name: str
    purposes: tuple[str, ...]
    actions: tuple[str, ...]
    agreements: tuple[str, ...]
    addresses: tuple[str, ...]
    days: int
    holder_key: str = ""


def list_service_accounts(database: Database, actor: Actor) -> tuple[ServiceAccount, ...]:
    """The accounts of the programs of the actor's agency, by name."""
    actor.require(Action.KEY_RUN)
    with database.transaction() as tx:
        own = select(user).where(
            user.c.agency_id == actor.agency_id, user.c.service.is_(True), user.c.disabled.is_(False)
        )
        rows = tx.execute(own.order_by(user.c.name, user.c.id)).mappings().all()
        return tuple(_account(tx, row) for row in rows)


def make_service_account(database: Database, actor: Actor, name: str, roles: Iterable[Role]) -> str:
    """Make an account for a program; gives its id. Nobody signs in as it.

    Raises:
        Invalid: if it has no name, or roles that the actor may not give.
    """
    actor.require(Action.KEY_RUN)
    wanted, account = frozenset(roles), new_id()
    problems = {}
    if not 1 <= len(name.strip()) <= _NAME or not name.isprintable():
        problems["name"] = f"Give a name of at most {_NAME} characters."
    if not wanted or wanted - grants_of(actor.roles) or Role.MEMBER in wanted:
        problems["roles"] = "Choose from the roles that you may give; a program is no member."
    if problems:
        raise Invalid(problems)
    row = {"id": account, "agency_id": actor.agency_id, "name": name.strip(), "roles": sorted(wanted)}
    with database.transaction() as tx:
        tx.execute(insert(user), {**row, "email": f"{account}@program.invalid", "service": True})
        events.service_account_made(tx, actor, account=account, roles=wanted)
    return account


def offer_key(database: Database, actor: Actor, account_id: str) -> Offered:
    """To what a key of the account can be bound.

    Raises:
        Missing: if the agency has no such account.
    """
    actor.require(Action.KEY_RUN)
    with database.transaction() as tx:
        return _offered(tx, actor, account_id)


def make_key(
    database: Database, actor: Actor, account_id: str, new: NewKey, *, bound_only: bool = False
) -> tuple[str, str]:
    """Make a key; gives its id, and the token that is shown this once. `bound_only` wants a public key.

    Raises:
        Missing: if the agency has no such account.
        Invalid: with a sentence for each part that cannot be taken.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.KEY_RUN)
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        bounds = _bounds(_offered(tx, actor, account_id), new, bound_only=bound_only)
        return _made(tx, actor, account_id, bounds, "")


def rotate_key(
    database: Database, actor: Actor, key_id: str, holder_key: str = "", *, bound_only: bool = False
) -> tuple[str, str]:
    """Make another key with the same bounds for as long again; the one before goes on for a week at most.

    It is bound to the same public key, unless another is given as PEM.

    Raises:
        Missing: if the agency has no such key that is good.
        Invalid: if what is given is no public key, or none is given that has to be.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.KEY_RUN)
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        row, now = _own_key(tx, actor, key_id), clock.now()
        if row["expires_at"] <= now:
            raise Missing(_NOTHING)
        lasts = min(row["expires_at"] - row["created_at"], timedelta(days=LONGEST_DAYS))
        actions, agreements, addresses = (
            _several(row[name]) for name in ("actions", "agreements", "addresses")
        )
        if wrong := _wrong_holder_key(holder_key, needed=bound_only and not row["holder_key"]):
            raise Invalid({"holder_key": wrong})
        holder = read_public_key(holder_key) if holder_key.strip() else row["holder_key"]
        purposes = tuple(row["purposes"])
        bounds = Bounds(purposes, now + lasts, row["name"], actions, agreements, addresses, holder)
        if set(bounds.actions or ()) - actions_of(_roles(row)):
            raise Denied("The account’s roles allow less than this key by now. Make a new key instead.")
        until = min(row["expires_at"], now + OVERLAP)
        tx.execute(update(api_key).where(api_key.c.id == key_id).values(expires_at=until))
        return _made(tx, actor, row["user_id"], bounds, key_id)


def end_key(database: Database, actor: Actor, key_id: str) -> None:
    """End a key at once.

    Raises:
        Missing: if the agency has no such key, or it has ended.
    """
    actor.require(Action.KEY_RUN)
    with database.transaction() as tx:
        _own_key(tx, actor, key_id)
        if end_keys(tx, api_key.c.id == key_id) != 1:
            raise Missing(_NOTHING)
        events.key_ended(tx, actor, key=key_id)


def _made(tx: Tx, actor: Actor, account_id: str, bounds: Bounds, replaces: str) -> tuple[str, str]:
    key, token = insert_key(tx, account_id, bounds, made_by=actor.user_id)
    told = {**asdict(bounds), "expires_at": bounds.expires_at.isoformat()}
    told.pop("name")
    holder_key = told.pop("holder_key")
    if holder_key is not None:
        told["holder"] = thumbprint(holder_key)
    plain = {
        name: list(each) if isinstance(each, tuple) else each
        for name, each in told.items()
        if each is not None
    }
    events.key_made(tx, actor, account=account_id, key=key, bounds=plain, replaces=replaces)
    return key, token


def _wrong_holder_key(pem: str, *, needed: bool) -> str:
    """What is wrong with a public key; nothing if none is given and none is needed."""
    if not pem.strip():
        return _BOUND_ONLY if needed else ""
    if "PRIVATE KEY" in pem:
        return PRIVATE_KEY_GIVEN
    try:
        read_public_key(pem)
    except ValueError:
        return _NO_KEY
    return ""


def _wrong_addresses(addresses: tuple[str, ...]) -> str:
    try:
        for each in addresses:
            ip_network(each)
    except ValueError:
        return "Give one in each line, like 192.0.2.7 or 192.0.2.0/24."
    return f"Give at most {_MOST_ADDRESSES} addresses." if len(addresses) > _MOST_ADDRESSES else ""


def _bounds(offered: Offered, new: NewKey, *, bound_only: bool) -> Bounds:
    problems = {}
    if not 1 <= len(new.name.strip()) <= _NAME or not new.name.isprintable():
        problems["name"] = f"Say in at most {_NAME} characters what it is for."
    if not new.purposes or set(new.purposes) - {slug for slug, _ in offered.purposes}:
        problems["purposes"] = "Choose purposes that the account may state."
    if not new.actions or set(new.actions) - {action.value for action in offered.actions}:
        problems["actions"] = "Choose what the program does, of what the account may do."
    if set(new.agreements) - set(offered.agreements):
        problems["agreements"] = "Choose agreements to which your agency is party."
    if not 1 <= new.days <= LONGEST_DAYS:
        problems["days"] = f"A key lasts from 1 to {LONGEST_DAYS} days."
    if wrong := _wrong_addresses(new.addresses):
        problems["addresses"] = wrong
    if wrong := _wrong_holder_key(new.holder_key, needed=bound_only):
        problems["holder_key"] = wrong
    if problems:
        raise Invalid(problems)
    # Nothing of the door's own, such as the list of agencies, is worth a bound of its own.
    return Bounds(
        tuple(sorted(set(new.purposes))),
        clock.now() + timedelta(days=new.days),
        new.name.strip(),
        tuple(sorted({*new.actions, Action.SESSION_USE.value})),
        tuple(sorted(set(new.agreements))),
        tuple(str(ip_network(each)) for each in new.addresses) or None,
        read_public_key(new.holder_key) if new.holder_key.strip() else None,
    )


def _offered(tx: Tx, actor: Actor, account_id: str) -> Offered:
    own = (user.c.id == account_id) & (user.c.agency_id == actor.agency_id)
    live = own & user.c.service.is_(True) & user.c.disabled.is_(False)
    row = tx.execute(select(user).where(live)).mappings().first()
    if row is None:
        raise Missing(_NOTHING)
    roles = _roles(row)
    return Offered(
        replace(_account(tx, row), keys=()),
        tuple((each.slug, each.label) for each in purposes_for(roles)),
        tuple(sorted(actions_of(roles) - {Action.SESSION_USE})),
        tuple(each.id for each in policy_of(tx)[1].agreements_of(actor.agency_id)),
    )


def _roles(row: RowMapping) -> frozenset[Role]:
    return frozenset(Role(role) for role in row["roles"])


def _own_key(tx: Tx, actor: Actor, key_id: str) -> RowMapping:
    joined = api_key.join(user, user.c.id == api_key.c.user_id)
    own = (api_key.c.id == key_id) & (user.c.agency_id == actor.agency_id) & user.c.service.is_(True)
    found = select(api_key, user.c.roles).select_from(joined).where(own, api_key.c.ended_at.is_(None))
    row = tx.execute(found).mappings().first()
    if row is None:
        raise Missing(_NOTHING)
    return row


def _account(tx: Tx, row: RowMapping) -> ServiceAccount:
    mine = select(api_key).where(api_key.c.user_id == row["id"])
    keys = tx.execute(mine.order_by(api_key.c.created_at.desc(), api_key.c.id)).mappings()
    roles = tuple(sorted(_roles(row)))
    return ServiceAccount(row["id"], row["name"], roles, tuple(_key(each) for each in keys))


def _key(row: RowMapping) -> Key:
    now = clock.now()
    over = row["ended_at"] is not None or row["expires_at"] <= now
    actions = _several(row["actions"])
    return Key(
        id=row["id"],
        name=row["name"],
        purposes=tuple(row["purposes"]),
        actions=None if actions is None else tuple(Action(each) for each in actions),
        agreements=_several(row["agreements"]),
        addresses=_several(row["addresses"]),
        created_at=row["created_at"],
        expires_at=row["ended_at"] or row["expires_at"],
        last_used_at=row["last_used_at"],
        state="ended" if over else "live",
        holder=None if row["holder_key"] is None else thumbprint(row["holder_key"]),
        unsigned_at=row["unsigned_at"],
        exposed_at=row["exposed_at"],
    )


def _several(stored: list[str] | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored)
