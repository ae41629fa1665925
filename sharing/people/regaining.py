"""Enrolling a new factor after a loss: by the link of the letter and the code that was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select, update

from auth import queries
from auth.passkeys import Party, enrolment_options, keep_passkey, made_passkey
from auth.sessions import open_session
from auth.sign_in import ELSEWHERE
from auth.tables import agency, user
from foundation import clock
from foundation.crypto.passwords import hash_password, refuse_guessable
from foundation.crypto.tokens import token_digest
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from foundation.stolen import StolenPasswords
from sharing.events import people as events
from sharing.people.joining import Browser
from sharing.people.log import Kind, write_change
from sharing.people.tables import lost_factor
from sharing.people.vouching import code_is

#: So many wrong codes end it.
_TRIES = 5
_GONE = "This link is not good any more. Ask your agency’s administrator."
_WRONG = {"code": "The code is not right. It is the one that the second person said to you."}


@dataclass(frozen=True)
class Regaining:
    """What the holder of a link is shown: nothing that the letter's address does not tell."""

    agency_name: str


def read_regaining(database: Database, token: str) -> Regaining:
    """Whose link it is. Reading it does not use it.

    Raises:
        Missing: if it is unknown, used, ended or too old, which are all the same.
    """
    with database.transaction() as tx:
        return Regaining(_open(tx, token)["agency_name"])


def regain_options(database: Database, token: str, party: Party) -> str:
    """What the browser of the link's holder needs to make a passkey, as JSON.

    Raises:
        Missing: if the link is not good.
    """
    with database.transaction() as tx:
        row = _open(tx, token)
        return enrolment_options(tx, (row["user_id"], row["name"]), token_digest(token), party)


def regain_with_password(
    database: Database, token: str, code: str, password: str, browser: Browser, stolen: StolenPasswords
) -> str:
    """Set a new password; gives the token of a session.

    Raises:
        Missing: if the link is not good.
        Invalid: if the code is not right, or the password cannot be taken.
    """
    row = _checked(database, token, code)
    refuse_guessable(password, (row["name"], row["agency_name"], row["email"].partition("@")[0]))
    stolen.refuse(password)
    hashed = hash_password(password)
    with database.transaction() as tx:
        if queries.signs_in_elsewhere(tx, row["agency_id"]):
            raise Denied(ELSEWHERE)
        person = _use(tx, token, "password", {"password_hash": hashed, "password_alone": True})
        return open_session(tx, person, browser.limits, way="recovery", device=browser.device)


def regain_with_passkey(
    database: Database, token: str, code: str, given: tuple[Party, str], browser: Browser
) -> str:
    """The same with a passkey; `given` is for whom it was made, and the browser's answer."""
    _checked(database, token, code)
    made = made_passkey(database, token_digest(token), *given)
    with database.transaction() as tx:
        person = _use(tx, token, "passkey", {"password_alone": False})
        keep_passkey(tx, person, made, "Passkey", given[0])
        return open_session(
            tx,
            person,
            browser.limits,
            way="recovery",
            device=browser.device,
            strength=made.strength,
        )


def _open(tx: Tx, token: str) -> RowMapping:
    joined = lost_factor.join(user, user.c.id == lost_factor.c.user_id).join(
        agency, agency.c.id == lost_factor.c.agency_id
    )
    found = (
        select(lost_factor, user.c.name, user.c.email, agency.c.name.label("agency_name"))
        .select_from(joined)
        .where(
            lost_factor.c.hash == token_digest(token),
            lost_factor.c.used_at.is_(None),
            lost_factor.c.ended_at.is_(None),
            lost_factor.c.expires_at > clock.now(),
            user.c.disabled.is_(False),
        )
    )
    row = tx.execute(found).mappings().first()
    if row is None:
        raise Missing(_GONE)
    return row


def _checked(database: Database, token: str, code: str) -> RowMapping:
    """The row, once the code is right. A try is counted before it is looked at, in its own transaction."""
    with database.transaction() as tx:
        row = _open(tx, token)
        mine = (lost_factor.c.id == row["id"]) & (lost_factor.c.tries < _TRIES)
        counted = update(lost_factor).where(mine).values(tries=lost_factor.c.tries + 1)
        within = tx.execute(counted).rowcount == 1
        if not within:
            ended = update(lost_factor).where(lost_factor.c.id == row["id"]).values(ended_at=clock.now())
            tx.execute(ended)
            events.factor_refused(tx, queries.actor_of(tx, row["user_id"], ""), person=row["user_id"])
    if not within:
        raise Missing(_GONE)
    if not code_is(row, code):
        raise Invalid(_WRONG)
    return row


def _use(tx: Tx, token: str, way: str, proof: Mapping[str, Any]) -> str:
    row = _open(tx, token)
    mine = (lost_factor.c.id == row["id"]) & lost_factor.c.used_at.is_(None)
    if tx.execute(update(lost_factor).where(mine).values(used_at=clock.now())).rowcount != 1:
        raise Missing(_GONE)
    person = str(row["user_id"])
    tx.execute(update(user).where(user.c.id == person).values(**proof))
    who = queries.actor_of(tx, person, "")
    events.factor_regained(tx, who, person=person, way=way)
    write_change(tx, who, (person, row["name"]), Kind.REGAINED)
    return person
