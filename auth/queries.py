"""Every SELECT over people, sessions and keys. Takes `tx`, never commits, gives values and not rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, func, select, table

from auth.actor import Actor
from auth.roles import Role
from auth.tables import agency, api_key, session, sign_in_attempt, site, user
from foundation.database import Tx

#: The number that every change of policy raises. Its table is sharing's; only the number is read here, so
#: that who is asking and which policy holds come from one statement.
_epoch = select(column("epoch")).select_from(table("policy_epoch")).where(column("id") == 1).scalar_subquery()


@dataclass(frozen=True)
class Found:
    """Whom a cookie or key names, the policy epoch of that moment, and the times its caller must judge."""

    actor: Actor
    policy_epoch: int
    created_at: datetime
    seen_at: datetime | None = None
    expires_at: datetime | None = None
    key_id: str = ""
    purposes: tuple[str, ...] = ()
    first_used_at: datetime | None = None


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of a user."""

    user_id: str
    password_hash: str | None


@dataclass(frozen=True)
class Attempts:
    """Refused attempts of a period, and when the last one was."""

    count: int
    last: datetime | None


_PERSON = (
    user.c.id.label("user_id"),
    user.c.name,
    user.c.agency_id,
    user.c.roles,
    user.c.site_id,
    user.c.job_title,
    agency.c.name.label("agency_name"),
    agency.c.kind.label("agency_kind"),
    agency.c.business,
    site.c.name.label("site_name"),
    _epoch.label("policy_epoch"),
)

_people = user.join(agency, agency.c.id == user.c.agency_id).outerjoin(site, site.c.id == user.c.site_id)


#: Built once: to build them took longer than to send them.
_SESSION = (
    select(*_PERSON, session.c.purpose, session.c.created_at, session.c.seen_at)
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
    )
    .select_from(api_key.join(_people, api_key.c.user_id == user.c.id))
    .where(api_key.c.hash == bindparam("digest"), user.c.disabled.is_(False))
)


def session_by_hash(tx: Tx, digest: str) -> Found | None:
    """Whose session it is, unless the user is disabled. One statement."""
    row = _first(tx, _SESSION, {"digest": digest})
    if row is None:
        return None
    found_actor = _actor(row, session_digest=digest, purpose=row["purpose"])
    return Found(found_actor, row["policy_epoch"] or 0, row["created_at"], seen_at=row["seen_at"])


def key_by_hash(tx: Tx, digest: str) -> Found | None:
    """Whose key it is, unless the service account is disabled. One statement."""
    row = _first(tx, _KEY, {"digest": digest})
    if row is None:
        return None
    return Found(
        _actor(row, session_digest=digest, purpose=None),
        row["policy_epoch"] or 0,
        row["created_at"],
        expires_at=row["expires_at"],
        key_id=row["key_id"],
        purposes=tuple(row["purposes"]),
        first_used_at=row["first_used_at"],
    )


def account_by_email(tx: Tx, email: str) -> Account | None:
    """The enabled account of a folded address."""
    row = _first(
        tx,
        select(user.c.id, user.c.password_hash).where(user.c.email == email, user.c.disabled.is_(False)),
    )
    return None if row is None else Account(row["id"], row["password_hash"])


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


def refused_attempts(
    tx: Tx, since: datetime, *, account: str | None = None, origin: str | None = None
) -> Attempts:
    """Refused attempts since a moment: of an account, from an origin, of both together, or of all."""
    conditions: list[ColumnElement[bool]] = [
        sign_in_attempt.c.at > since,
        sign_in_attempt.c.good.is_(False),
    ]
    if account is not None:
        conditions.append(sign_in_attempt.c.account == account)
    if origin is not None:
        conditions.append(sign_in_attempt.c.origin == origin)
    counted = select(func.count().label("refused"), func.max(sign_in_attempt.c.at).label("last"))
    row = tx.execute(counted.where(*conditions)).mappings().one()
    return Attempts(row["refused"], row["last"])


def has_signed_in_from(tx: Tx, since: datetime, account: str, origin: str) -> bool:
    """Whether the account has signed in well from the origin since a moment."""
    return (
        tx.execute(
            select(sign_in_attempt.c.id)
            .where(
                sign_in_attempt.c.account == account,
                sign_in_attempt.c.origin == origin,
                sign_in_attempt.c.at > since,
                sign_in_attempt.c.good.is_(True),
            )
            .limit(1)
        ).first()
        is not None
    )


def session_hashes(tx: Tx, user_id: str) -> tuple[str, ...]:
    """The user's sessions, newest first."""
    rows = tx.execute(
        select(session.c.hash)
        .where(session.c.user_id == user_id)
        .order_by(session.c.created_at.desc(), session.c.hash)
    )
    return tuple(rows.scalars())


def agency_rows(tx: Tx) -> tuple[Mapping[str, Any], ...]:
    """Id, name, short name, kind and business of every agency, by name."""
    return tuple(dict(row) for row in tx.execute(select(agency).order_by(agency.c.name)).mappings())


def _first(
    tx: Tx, statement: Select[Any], parameters: Mapping[str, Any] | None = None
) -> Mapping[Any, Any] | None:
    return tx.execute(statement, parameters).mappings().first()


def _actor(row: Mapping[Any, Any], *, session_digest: str, purpose: str | None) -> Actor:
    return Actor(
        user_id=row["user_id"],
        name=row["name"],
        agency_id=row["agency_id"],
        agency_name=row["agency_name"],
        agency_kind=row["agency_kind"],
        business=row["business"],
        roles=frozenset(Role(name) for name in row["roles"]),
        purpose=purpose,
        session=session_digest,
        site_id=row["site_id"],
        site_name=row["site_name"],
        job_title=row["job_title"],
    )
