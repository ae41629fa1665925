"""The rules that a scheme sets for its members: accepted each year, and again when they change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import RowMapping, func, insert, select

from auth.actor import Actor
from auth.roles import Action, Role
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.events import people as events
from sharing.people.tables import member_rules, rules_acceptance

#: How long an acceptance is good.
GOOD_FOR = timedelta(days=365)
_LONGEST = 20_000


@dataclass(frozen=True)
class Rules:
    """The rules in force, by paragraph with whether it is new since the member last accepted any version.

    `gone` are the paragraphs of that version that are not in this one.
    `accepted_at` is when the reader accepted this version, None if never or too long ago.
    """

    number: int
    paragraphs: tuple[tuple[str, bool], ...]
    gone: tuple[str, ...]
    text: str
    made_at: datetime
    accepted_at: datetime | None


def rules_due(database: Database, actor: Actor) -> bool:
    """Whether the actor is a member who has to accept their scheme's rules before going on."""
    if Role.MEMBER not in actor.roles:
        return False
    with database.reading() as tx:
        row = _newest(tx, actor)
        return row is not None and _accepted(tx, actor, row["id"]) is None


def read_rules(database: Database, actor: Actor) -> Rules | None:
    """The rules of the actor's scheme; None if there are none."""
    with database.transaction() as tx:
        row = _newest(tx, actor)
        if row is None:
            return None
        before = _last_accepted_text(tx, actor)
        known = None if before is None else set(_paragraphs(before))
        now = _paragraphs(row["text"])
        marked = tuple((each, known is not None and each not in known) for each in now)
        gone = tuple(each for each in _paragraphs(before or "") if each not in now)
        accepted = _accepted(tx, actor, row["id"])
        return Rules(row["number"], marked, gone, row["text"], row["made_at"], accepted)


def accept_rules(database: Database, actor: Actor, number: int) -> None:
    """Accept the version of the rules that was read.

    Raises:
        Denied: if the actor is no member.
        Missing: if the scheme has no rules.
        Conflict: if another version is in force by now.
    """
    if Role.MEMBER not in actor.roles:
        raise Denied("Members accept these rules.")
    with database.transaction() as tx:
        row = _newest(tx, actor)
        if row is None:
            raise Missing("There is nothing here that you can see.")
        if row["number"] != number:
            raise Conflict("The rules have changed since you opened them. Read them again.")
        accepted = {"id": new_id(), "user_id": actor.user_id, "rules_id": row["id"], "at": clock.now()}
        tx.execute(insert(rules_acceptance), accepted)
        events.rules_accepted(tx, actor, number=number, digest=_digest(row["text"]))


def set_rules(database: Database, actor: Actor, text: str) -> int:
    """Set the rules for the members of the actor's agency; gives the version's number.

    Raises:
        Invalid: if there is no text, or too much.
    """
    actor.require(Action.RULES_SET)
    plain = "\n\n".join(_paragraphs(text))
    if not 1 <= len(plain) <= _LONGEST:
        raise Invalid({"text": f"Write the rules, in at most {_LONGEST:,} characters."})
    with database.transaction() as tx:
        newest = select(func.max(member_rules.c.number)).where(member_rules.c.agency_id == actor.agency_id)
        number = int(tx.execute(newest).scalar() or 0) + 1
        row = {"id": new_id(), "agency_id": actor.agency_id, "number": number, "text": plain}
        tx.execute(insert(member_rules), {**row, "made_by": actor.user_id, "made_at": clock.now()})
        events.rules_set(tx, actor, number=number, digest=_digest(plain))
    return number


def _newest(tx: Tx, actor: Actor) -> RowMapping | None:
    own = select(member_rules).where(member_rules.c.agency_id == actor.agency_id)
    return tx.execute(own.order_by(member_rules.c.number.desc()).limit(1)).mappings().first()


def _accepted(tx: Tx, actor: Actor, rules_id: str) -> datetime | None:
    mine = (rules_acceptance.c.user_id == actor.user_id) & (rules_acceptance.c.rules_id == rules_id)
    newest = select(rules_acceptance.c.at).where(mine, rules_acceptance.c.at > clock.now() - GOOD_FOR)
    return tx.execute(newest.order_by(rules_acceptance.c.at.desc()).limit(1)).scalar()


def _last_accepted_text(tx: Tx, actor: Actor) -> str | None:
    joined = rules_acceptance.join(member_rules, member_rules.c.id == rules_acceptance.c.rules_id)
    mine = select(member_rules.c.text).select_from(joined).where(rules_acceptance.c.user_id == actor.user_id)
    return tx.execute(mine.order_by(rules_acceptance.c.at.desc()).limit(1)).scalar()


def _paragraphs(text: str) -> tuple[str, ...]:
    parts = text.replace("\r\n", "\n").split("\n\n")
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
