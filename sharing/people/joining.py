"""Accepting an invitation: who holds its link chooses how to prove who they are, and is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, insert, select, update

from auth import queries
from auth.passkeys import Made, Party, enrolment_options, keep_passkey, made_passkey
from auth.roles import ROLE_LABELS, Role
from auth.sessions import Limits, open_session
from auth.sign_in import ELSEWHERE
from auth.sites import place
from auth.tables import agency, user
from auth.vetting import vetting_of
from foundation import clock
from foundation.crypto.passwords import hash_password, refuse_guessable
from foundation.crypto.tokens import token_digest
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.stolen import StolenPasswords
from sharing.agreements.policy import bump_epoch
from sharing.events import people as events
from sharing.people.log import Kind, write_change
from sharing.people.partnership_roles import Held, held_by, names_of
from sharing.people.placing import places_of
from sharing.people.tables import invitation
from sharing.people.vetting import remind_later

_LONGEST_NAME = 100


@dataclass(frozen=True)
class Invited:
    """What the holder of a link is shown."""

    name: str
    email: str
    agency_name: str
    places: str
    roles: tuple[str, ...]
    partnership_roles: tuple[Held, ...]


class Browser(NamedTuple):
    """What a session needs to know of the browser that it begins in."""

    limits: Limits
    device: str


def read_invitation(database: Database, token: str) -> Invited:
    """The invitation whose link this is. Reading it does not use it: mail servers follow links.

    Raises:
        Missing: if it is unknown, used, taken back or too old, which are all the same.
    """
    with database.transaction() as tx:
        row = _open(tx, token)
        return Invited(
            row["name"],
            row["email"],
            row["agency_name"],
            ", ".join(_names(tx, row)),
            tuple(ROLE_LABELS[Role(role)] for role in row["roles"]),
            held_by(row["partnership_roles"], names_of(tx)),
        )


def join_options(database: Database, token: str, party: Party) -> str:
    """What the browser of the link's holder needs to make a passkey, as JSON.

    Raises:
        Missing: if the link is not good.
    """
    with database.transaction() as tx:
        row = _open(tx, token)
        return enrolment_options(tx, (row["user_id"], row["name"]), token_digest(token), party)


def join_with_password(
    database: Database, token: str, name: str, password: str, browser: Browser, stolen: StolenPasswords
) -> str:
    """Accept the invitation; gives the token of a session.

    Raises:
        Missing: if the link is not good.
        Invalid: if the name or the password cannot be taken.
        Conflict: if the address has an account elsewhere.
    """
    found = read_invitation(database, token)
    words = (name, found.name, found.agency_name, *found.places.split(", "), found.email.partition("@")[0])
    refuse_guessable(password, words)
    stolen.refuse(password)
    hashed = hash_password(password)
    with database.transaction() as tx:
        if queries.signs_in_elsewhere(tx, _open(tx, token)["agency_id"]):
            raise Denied(ELSEWHERE)
        user_id = _accept(tx, token, name, "password", {"password_hash": hashed, "password_alone": True})
        return open_session(tx, user_id, browser.limits, way="invitation", device=browser.device)


def join_with_passkey(
    database: Database, token: str, name: str, given: tuple[Party, str], browser: Browser
) -> str:
    """The same with a passkey; `given` is for whom it was made, and the browser's answer."""
    read_invitation(database, token)
    made: Made = made_passkey(database, token_digest(token), *given)
    with database.transaction() as tx:
        user_id = _accept(tx, token, name, "passkey", {"password_hash": None, "password_alone": False})
        keep_passkey(tx, user_id, made, "Passkey", given[0])
        return open_session(
            tx,
            user_id,
            browser.limits,
            way="invitation",
            device=browser.device,
            strength=made.strength,
        )


def _open(tx: Tx, token: str) -> RowMapping:
    joined = invitation.join(agency, agency.c.id == invitation.c.agency_id)
    wanted = select(invitation, agency.c.name.label("agency_name")).where(
        invitation.c.hash == token_digest(token),
        invitation.c.expires_at > clock.now(),
        invitation.c.accepted_at.is_(None),
        invitation.c.ended_at.is_(None),
    )
    row = tx.execute(wanted.select_from(joined)).mappings().first()
    if row is None:
        raise Missing("This link is not good any more. Ask your agency’s administrator for another.")
    return row


def _accept(tx: Tx, token: str, name: str, way: str, proof: Mapping[str, Any]) -> str:
    row, name = _open(tx, token), name.strip()
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Invalid({"name": f"Give your name, at most {_LONGEST_NAME} characters."})
    mine = (invitation.c.id == row["id"]) & invitation.c.accepted_at.is_(None)
    if tx.execute(update(invitation).where(mine).values(accepted_at=clock.now())).rowcount != 1:
        raise Missing("This link is not good any more. Ask your agency’s administrator for another.")
    _make_account(tx, row, {"name": name, **proof})
    roles = frozenset(Role(role) for role in row["roles"])
    if Role.SIGNATORY in roles or row["partnership_roles"]:
        bump_epoch(tx)
    joined = queries.actor_of(tx, row["user_id"], "")
    events.person_joined(tx, joined, person=joined.user_id, roles=roles, way=way)
    write_change(tx, joined, (joined.user_id, name), Kind.JOINED, given=roles)
    for check in vetting_of(row["vetting"]):
        remind_later(tx, row["agency_id"], joined.user_id, check)
    return joined.user_id


def _names(tx: Tx, row: RowMapping) -> list[str]:
    """The names of the sites and areas of an invitation that the agency still has."""
    known = places_of(tx, row["agency_id"])
    named = ((row["sites"], known.sites), (row["areas"], known.areas))
    return [names[each] for ids, names in named for each in ids if each in names]


def _make_account(tx: Tx, row: RowMapping, more: Mapping[str, Any]) -> None:
    values = {
        # Whatever has become of the sites since: who was invited as a member is one, if only of none.
        "member": Role.MEMBER in row["roles"],
        "roles": row["roles"],
        "partnership_roles": row["partnership_roles"],
        "vetting": row["vetting"],
        "job_title": row["job_title"],
        "disabled": False,
        "left_at": None,
        "reviewed_at": clock.now(),
        **more,
    }
    back = (user.c.id == row["user_id"]) & user.c.disabled.is_(True) & (user.c.agency_id == row["agency_id"])
    if tx.execute(update(user).where(back).values(values)).rowcount == 1:
        _place(tx, row)
        return
    if tx.execute(select(user.c.id).where(user.c.email == row["email"])).first() is not None:
        raise Conflict("This address has an account already. Ask to be invited under another address.")
    fixed = {"id": row["user_id"], "agency_id": row["agency_id"], "email": row["email"]}
    tx.execute(insert(user), {**fixed, **values})
    _place(tx, row)


def _place(tx: Tx, row: RowMapping) -> None:
    """Let a new account hold those of the invitation's sites and areas that the agency still has."""
    known = places_of(tx, row["agency_id"])
    place(tx, row["user_id"], {*row["sites"]} & known.sites.keys(), {*row["areas"]} & known.areas.keys())
