"""A lost factor: one person of the agency says so, a second vouches, and the person enrols a new one.

The link goes by letter and the code by voice, so that neither a mailbox nor the second person alone lets
anybody in; nobody but the person ever sets or learns a password. Source: OWASP ASVS 5.0 V6.4.4 and V6.4.6.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from auth.actor import Actor
from auth.letters import Notice, notify
from auth.notices import tell
from auth.roles import GUARDS, Action, Role, grants_of
from auth.sessions import end_sessions_within
from auth.tables import user
from foundation import clock
from foundation.crypto.tokens import new_token, token_digest
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Missing
from foundation.identifiers import new_id
from foundation.mail import Letter, deliver, written
from foundation.outbox.rows import Job, finish, put
from foundation.settings import Settings
from sharing.events import people as events
from sharing.people.changing import clear_factors, own_person
from sharing.people.log import Kind, write_change
from sharing.people.tables import lost_factor

#: The kind of job that sends the link.
REGAIN = "person:regain"
#: How long the second person has, and then the person from when the letter goes.
GOOD_FOR = timedelta(hours=24)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE = 8  # 40 bits, with a link of 256 and five tries
_NOTHING = "There is nothing here that you can see."


@dataclass(frozen=True)
class Lost:
    """Who has lost their factors, who said so and when; `fault` is why the actor cannot vouch, if so."""

    id: str
    name: str
    email: str
    asked_by: str
    asked_at: datetime
    fault: str


def say_lost(database: Database, actor: Actor, person_id: str) -> str:
    """Say that somebody has lost every factor; nothing changes yet. Gives the id of what was asked.

    Raises:
        Missing: if the agency has no such person.
        Denied: if it is the actor.
        Conflict: if it was said already.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    if person_id == actor.user_id:
        raise Denied("Somebody else of your agency has to say that you have lost your factors.")
    actor.require_fresh_factor(clock.now())
    with database.transaction() as tx:
        row = own_person(tx, actor, person_id)
        mine = lost_factor.c.user_id == person_id
        if tx.execute(select(lost_factor.c.id).where(mine, *_unused())).first() is not None:
            raise Conflict("This was said already, and waits for a second person or for the person.")
        lost = new_id()
        asked = {"id": lost, "agency_id": actor.agency_id, "user_id": person_id, "tries": 0}
        when = {"asked_at": clock.now(), "expires_at": clock.now() + GOOD_FOR}
        tx.execute(insert(lost_factor), {**asked, **when, "asked_by": actor.user_id})
        events.factor_lost(tx, actor, person=person_id)
        write_change(tx, actor, (person_id, row["name"]), Kind.FACTOR_LOST)
        tell(tx, person_id, "factor-lost")
        notify(tx, [person_id, *_others(tx, actor, person_id)], Notice.FACTOR_LOST)
    return lost


def read_lost(database: Database, actor: Actor, lost_id: str) -> Lost:
    """What a second person has to decide.

    Raises:
        Missing: if nothing of this kind waits in the agency, or it is about the actor.
    """
    actor.require(Action.PEOPLE_VOUCH)
    with database.transaction() as tx:
        row = _asked(tx, actor, lost_id)
        by = tx.execute(select(user.c.name).where(user.c.id == row["asked_by"])).scalar_one()
        fault = _fault(tx, actor, row)
        return Lost(row["id"], row["name"], row["email"], by, row["asked_at"], fault)


def vouch(database: Database, actor: Actor, lost_id: str) -> str:
    """Vouch for the person: what they had ends at once, and a letter goes. Gives the code to say to them.

    Raises:
        Missing: if nothing of this kind waits in the agency, or it is about the actor.
        Denied: if the actor said it themselves, or the person watches over both.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_VOUCH)
    actor.require_fresh_factor(clock.now())
    code, digest = new_code(lost_id)
    with database.transaction() as tx:
        row = _asked(tx, actor, lost_id)
        if fault := _fault(tx, actor, row):
            raise Denied(fault)
        now = clock.now()
        vouched = {"vouched_by": actor.user_id, "vouched_at": now, "code_hash": digest}
        mine = (lost_factor.c.id == lost_id) & lost_factor.c.vouched_at.is_(None)
        changed = update(lost_factor).where(mine, *_unused()).values(**vouched, expires_at=now + GOOD_FOR)
        if tx.execute(changed).rowcount != 1:
            raise Missing(_NOTHING)
        person = row["user_id"]
        end_sessions_within(tx, person)
        clear_factors(tx, person)
        put(tx, REGAIN, {"lost": lost_id}, agency=actor.agency_id)
        events.factor_vouched(tx, actor, person=person, asked_by=row["asked_by"])
        write_change(tx, actor, (person, row["name"]), Kind.VOUCHED)
        tell(tx, person, "factors-cleared")
    return code


def refuse_lost(database: Database, actor: Actor, lost_id: str) -> None:
    """Take it back, or refuse it: nothing has changed, and nothing will.

    Raises:
        Missing: if nothing of this kind waits in the agency.
    """
    actor.require(Action.PEOPLE_VOUCH)
    with database.transaction() as tx:
        row = _asked(tx, actor, lost_id)
        tx.execute(update(lost_factor).where(lost_factor.c.id == lost_id).values(ended_at=clock.now()))
        events.factor_refused(tx, actor, person=row["user_id"])


def regaining_link(tx: Tx, lost_id: str) -> tuple[str, str] | None:
    """The person's address and a new path for their link, in place of any before; None if it is over."""
    token = new_token()
    mine = (lost_factor.c.id == lost_id) & lost_factor.c.vouched_at.is_not(None)
    new = {"hash": token_digest(token), "expires_at": clock.now() + GOOD_FOR}
    if tx.execute(update(lost_factor).where(mine, *_unused()).values(new)).rowcount != 1:
        return None
    joined = user.join(lost_factor, lost_factor.c.user_id == user.c.id)
    email = tx.execute(select(user.c.email).select_from(joined).where(mine)).scalar_one()
    return str(email), f"/regain/{token}"


def post_regaining(database: Database, settings: Settings, job: Job) -> None:
    """The job of one letter: make its link and hand it to the mail server.

    Raises:
        Hopeless: if the mail server will never take it.
        OSError: if it cannot be reached.
    """
    with database.transaction() as tx:
        made = regaining_link(tx, job.payload["lost"])
    if made is not None:
        email, path = made
        subject, text = written("regaining", settings.public_url + path)
        deliver(settings, Letter(job.id, email, subject, text))
    with database.transaction() as tx:
        finish(tx, job)


def _unused() -> tuple[ColumnElement[bool], ...]:
    table = lost_factor.c
    return table.used_at.is_(None), table.ended_at.is_(None), table.expires_at > clock.now()


def _asked(tx: Tx, actor: Actor, lost_id: str) -> RowMapping:
    joined = lost_factor.join(user, user.c.id == lost_factor.c.user_id)
    found = (
        select(lost_factor, user.c.name, user.c.email, user.c.roles)
        .select_from(joined)
        .where(
            lost_factor.c.id == lost_id,
            lost_factor.c.agency_id == actor.agency_id,
            lost_factor.c.user_id != actor.user_id,
            lost_factor.c.vouched_at.is_(None),
            user.c.disabled.is_(False),
            *_unused(),
        )
    )
    row = tx.execute(found).mappings().first()
    if row is None:
        raise Missing(_NOTHING)
    return row


def _fault(tx: Tx, actor: Actor, row: RowMapping) -> str:
    if row["asked_by"] == actor.user_id:
        return "You have said it yourself. A second person of your agency has to vouch."
    asker = tx.execute(select(user.c.roles).where(user.c.id == row["asked_by"])).scalar_one()
    both = actor.roles | frozenset(Role(role) for role in asker)
    if (frozenset(Role(role) for role in row["roles"]) & GUARDS) - grants_of(both):
        return "This person watches over others. One of the two has to be a signatory."
    return ""


def _others(tx: Tx, actor: Actor, person_id: str) -> list[str]:
    mine = (user.c.agency_id == actor.agency_id) & user.c.disabled.is_(False)
    rows = tx.execute(select(user.c.id, user.c.roles).where(mine))
    able = {Role.ADMINISTRATOR, Role.DPO, Role.SIGNATORY}
    return [row.id for row in rows if able & set(row.roles) and row.id not in {actor.user_id, person_id}]


def _digest(lost_id: str, code: str) -> str:
    return token_digest(f"{lost_id} {code}")


def new_code(lost_id: str) -> tuple[str, str]:
    """A code to say to the person, and the digest of it to keep."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE))
    return f"{code[:4]}-{code[4:]}", _digest(lost_id, code)


def code_is(row: RowMapping, typed: str) -> bool:
    """Whether this is the code that the second person was shown."""
    plain = "".join(each for each in typed.upper() if each in _LETTERS)
    return secrets.compare_digest(str(row["code_hash"]), _digest(row["id"], plain))
