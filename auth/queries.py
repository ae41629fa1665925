"""Every SELECT over people, sessions and keys. Takes `tx`, never commits, gives values and not rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, column, exists, or_, select, table

from auth.actor import Actor
from auth.purposes import purposes_for
from auth.roles import Action, PartnershipRole, Role
from auth.sites import site_names_of, sites_column, sites_of
from auth.strength import Strength
from auth.tables import agency, api_key, identity_provider, passkey, session, totp, user
from auth.vetting import lapsed_of, vetting_of
from foundation import clock
from foundation.database import Tx

#: The number that every change of policy raises. Its table is sharing's; only the number is read here, so
#: that who is asking and which policy holds come from one statement.
_epoch = select(column("epoch")).select_from(table("policy_epoch")).where(column("id") == 1).scalar_subquery()


@dataclass(frozen=True)
class Found:
    """Whom a cookie or key names, the policy epoch of that moment, and the times its caller must judge.

    `strength` is what has been proven in the session, None for a key; `held` what its person's own factors
    would prove.
    """

    actor: Actor
    policy_epoch: int
    created_at: datetime
    seen_at: datetime | None = None
    ends_at: datetime | None = None
    expires_at: datetime | None = None
    key_id: str = ""
    purposes: tuple[str, ...] = ()
    first_used_at: datetime | None = None
    last_used_at: datetime | None = None
    addresses: tuple[str, ...] | None = None
    holder_key: str | None = None
    strength: Strength | None = None
    held: Strength = Strength.FIRST_HALF
    device: str = ""


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of a user.

    `elsewhere` says that the agency lets its people in by its own identity provider alone.
    """

    user_id: str
    password_hash: str | None
    email: str = ""
    invented: bool = False
    elsewhere: bool = False


_PERSON = (
    user.c.id.label("user_id"),
    user.c.name,
    user.c.agency_id,
    user.c.roles,
    user.c.partnership_roles,
    user.c.vetting,
    user.c.service,
    user.c.member,
    sites_column(),
    user.c.job_title,
    agency.c.name.label("agency_name"),
    agency.c.kind.label("agency_kind"),
    agency.c.business,
    agency.c.vetting_rules,
    _epoch.label("policy_epoch"),
)

_people = user.join(agency, agency.c.id == user.c.agency_id)


#: Ways in that may have taken a password and no second factor.
BY_PASSWORD = frozenset({"password", "invitation", "recovery"})

#: Whether the user of the row has a passkey, or an authenticator app that counts.
_has_factor = or_(
    exists(select(passkey.c.id).where(passkey.c.user_id == user.c.id)),
    exists(select(totp.c.user_id).where(totp.c.user_id == user.c.id, totp.c.confirmed_at.is_not(None))),
)

_has_hardware = exists(
    select(passkey.c.id).where(passkey.c.user_id == user.c.id, passkey.c.backup_eligible.is_(False))
)
#: What the own factors of the user of the row would prove.
_held = case(
    (_has_hardware, int(Strength.HARDWARE)),
    (_has_factor, int(Strength.TWO_FACTORS)),
    else_=int(Strength.FIRST_HALF),
)

#: Built once: to build them took longer than to send them.
_SESSION = (
    select(
        *_PERSON,
        *(session.c[name] for name in ("purpose", "created_at", "seen_at", "ends_at", "factor_at")),
        *(session.c[name] for name in ("device", "way", "strength")),
        _held.label("held"),
    )
    .select_from(session.join(_people, session.c.user_id == user.c.id))
    .where(session.c.hash == bindparam("digest"), user.c.disabled.is_(False))
)
_KEY = (
    select(
        *_PERSON,
        api_key.c.id.label("key_id"),
        api_key.c.purposes,
        api_key.c.created_at,
        api_key.c.expires_at,
        api_key.c.first_used_at,
        api_key.c.last_used_at,
        api_key.c.actions,
        api_key.c.agreements,
        api_key.c.addresses,
        api_key.c.holder_key,
    )
    .select_from(api_key.join(_people, api_key.c.user_id == user.c.id))
    .where(api_key.c.hash == bindparam("digest"), api_key.c.ended_at.is_(None), user.c.disabled.is_(False))
)


def session_by_hash(tx: Tx, digest: str) -> Found | None:
    """Whose session it is, unless the user is disabled. One statement."""
    row = _first(tx, _SESSION, {"digest": digest})
    if row is None:
        return None
    found_actor = _actor(row, session_digest=digest, purpose=row["purpose"], factor_at=row["factor_at"])
    more = {name: row[name] for name in ("seen_at", "ends_at", "device")}
    return _found(found_actor, row, strength=_strength(row), held=Strength(row["held"]), **more)


def _strength(row: Mapping[Any, Any]) -> Strength:
    """What counts as proven in a session: one that a password began is as strong as what its person has.

    Their first factor was added in it, or it would have ended; without one it is a first half again.
    """
    proven, held = Strength(row["strength"]), Strength(row["held"])
    return min(max(proven, Strength.TWO_FACTORS), held) if row["way"] in BY_PASSWORD else proven


def key_by_hash(tx: Tx, digest: str) -> Found | None:
    """Whose key it is and to what it binds them, unless it or its account has ended. One statement."""
    row = _first(tx, _KEY, {"digest": digest})
    if row is None:
        return None
    bound = replace(
        _actor(row, session_digest=digest, purpose=None),
        within=None if row["actions"] is None else frozenset(Action(each) for each in row["actions"]),
        agreements=None if row["agreements"] is None else frozenset(row["agreements"]),
    )
    return _found(
        bound,
        row,
        expires_at=row["expires_at"],
        key_id=row["key_id"],
        purposes=tuple(row["purposes"]),
        first_used_at=row["first_used_at"],
        last_used_at=row["last_used_at"],
        addresses=None if row["addresses"] is None else tuple(row["addresses"]),
        holder_key=row["holder_key"],
    )


def _found(actor: Actor, row: Mapping[Any, Any], **more: Any) -> Found:
    epoch = row["policy_epoch"] or 0
    return Found(replace(actor, let_in=epoch), epoch, row["created_at"], **more)


_elsewhere = exists(
    select(identity_provider.c.id).where(
        identity_provider.c.agency_id == user.c.agency_id, identity_provider.c.enforced.is_(True)
    )
).label("elsewhere")


def signs_in_elsewhere(tx: Tx, agency_id: str) -> bool:
    """Whether the agency lets its people in by its own identity provider alone."""
    own = identity_provider.c.agency_id == agency_id
    return bool(tx.execute(select(identity_provider.c.enforced).where(own)).scalar())


def has_factor(tx: Tx, user_id: str) -> bool:
    """Whether a user has anything besides a password: a passkey, or an authenticator app that counts."""
    return tx.execute(select(user.c.id).where(user.c.id == user_id, _has_factor)).first() is not None


def account_of(tx: Tx, user_id: str) -> Account | None:
    """The enabled account of a user; `demonstration` says whether the person is invented."""
    found = select(user.c.id, user.c.password_hash, user.c.email, user.c.demonstration, _elsewhere).where(
        user.c.id == user_id, user.c.disabled.is_(False)
    )
    row = _first(tx, found)
    if row is None:
        return None
    return Account(
        row["id"],
        row["password_hash"],
        row["email"],
        invented=row["demonstration"] is not None,
        elsewhere=bool(row["elsewhere"]),
    )


def account_by_email(tx: Tx, email: str) -> Account | None:
    """The enabled account of a folded address."""
    row = _first(
        tx,
        select(user.c.id, user.c.password_hash, _elsewhere).where(
            user.c.email == email, user.c.disabled.is_(False)
        ),
    )
    if row is None:
        return None
    return Account(row["id"], row["password_hash"], elsewhere=bool(row["elsewhere"]))


def demonstration_account(tx: Tx, user_id: str) -> Account | None:
    """The enabled account of an invented person."""
    row = _first(
        tx,
        select(user.c.id).where(
            user.c.id == user_id, user.c.demonstration.is_not(None), user.c.disabled.is_(False)
        ),
    )
    return None if row is None else Account(row["id"], None)


def actor_of(tx: Tx, user_id: str, session_digest: str) -> Actor:
    """The actor that a user is in a session without a purpose yet."""
    rows = tx.execute(select(*_PERSON).select_from(_people).where(user.c.id == user_id))
    return _actor(rows.mappings().one(), session_digest=session_digest, purpose=None)


def demonstration_people(tx: Tx) -> tuple[tuple[Actor, str], ...]:
    """Every invented person with the line that says what to try, in their order."""
    rows = tx.execute(
        select(*_PERSON, user.c.demonstration)
        .select_from(_people)
        .where(user.c.demonstration.is_not(None), user.c.disabled.is_(False))
        .order_by(user.c.demonstration_place, user.c.name)
    )
    return tuple(
        (_actor(row, session_digest="", purpose=None), row["demonstration"]) for row in rows.mappings()
    )


def any_demonstration_user(tx: Tx) -> bool:
    """Whether the database holds invented people."""
    return tx.execute(select(user.c.id).where(user.c.demonstration.is_not(None)).limit(1)).first() is not None


def session_hashes(tx: Tx, user_id: str) -> tuple[str, ...]:
    """The user's sessions, newest first."""
    rows = tx.execute(
        select(session.c.hash)
        .where(session.c.user_id == user_id)
        .order_by(session.c.created_at.desc(), session.c.hash)
    )
    return tuple(rows.scalars())


def session_id(tx: Tx, digest: str) -> str | None:
    """The name of a session, which stays when its token changes."""
    return tx.execute(select(session.c.id).where(session.c.hash == digest)).scalar()


def session_strength(tx: Tx, digest: str) -> Strength | None:
    """The most that was proven in a session; None if it has ended."""
    kept = tx.execute(select(session.c.strength).where(session.c.hash == digest)).scalar()
    return None if kept is None else Strength(kept)


def agency_rows(tx: Tx) -> tuple[Mapping[str, Any], ...]:
    """Id, name, short name, kind and business of every agency, by name."""
    told = select(agency.c.id, agency.c.name, agency.c.short_name, agency.c.kind, agency.c.business)
    return tuple(dict(row) for row in tx.execute(told.order_by(agency.c.name)).mappings())


def _first(
    tx: Tx, statement: Select[Any], parameters: Mapping[str, Any] | None = None
) -> Mapping[Any, Any] | None:
    return tx.execute(statement, parameters).mappings().first()


def _actor(
    row: Mapping[Any, Any], *, session_digest: str, purpose: str | None, factor_at: datetime | None = None
) -> Actor:
    held = frozenset(Role(name) for name in row["roles"])
    joint, lapsed = partnership_roles_of(row["partnership_roles"]), lapsed_by(row)
    roles = held - lapsed
    return Actor(
        user_id=row["user_id"],
        name=row["name"],
        agency_id=row["agency_id"],
        agency_name=row["agency_name"],
        agency_kind=row["agency_kind"],
        business=row["business"],
        roles=roles,
        # A purpose that only a closed role may state is stated no longer.
        purpose=purpose if not lapsed or purpose in {each.slug for each in purposes_for(roles)} else None,
        session=session_digest,
        sites=sites_of(row),
        site_names=site_names_of(row),
        job_title=row["job_title"],
        factor_at=factor_at,
        partnership_roles=frozenset(each for each in joint if each.role not in lapsed),
        lapsed=lapsed,
    )


def lapsed_by(row: Mapping[Any, Any]) -> frozenset[Role]:
    """The roles that are closed today to somebody, since their agency asks for vetting; a program has none.

    The row tells what the person holds, and the rules of their agency.
    """
    if row["service"] or not row["vetting_rules"]:
        return frozenset()
    held = {Role(name) for name in row["roles"]}
    held |= {each.role for each in partnership_roles_of(row["partnership_roles"])}
    return lapsed_of(held, row["vetting_rules"], vetting_of(row["vetting"]), clock.today())


def partnership_roles_of(kept: Iterable[tuple[str, str]]) -> frozenset[PartnershipRole]:
    """The roles in partnerships that a row of a person or an invitation keeps."""
    return frozenset(PartnershipRole(where, Role(role)) for where, role in kept)
