"""Court orders of anonymity: entered and ended by the agency that holds one; other owners learn of it.

An order follows every record matched to the person, whoever owns it, from the next read on. Whose it is, and
where else the person is on record, is nobody's to learn from here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Conflict, Invalid, Missing
from foundation.identifiers import new_id
from foundation.trial import tried
from sharing.agreements.policy import close_to_readers
from sharing.contribution import own_record
from sharing.events import handling as events
from sharing.handling.tables import anonymity_order, order_notice
from sharing.record_audiences import Change, changes, filled_keys
from sharing.records.record import link, person, record
from sharing.release.facts import Exit
from sharing.sight import Seen, look, released_one
from sharing.vocabulary.grading import refused_marking

_LINE, _LONGEST = 80, 1000
#: How a link is named on a person's own record.
OWN = "own"
_HELD = "A court’s order covers this person already."


@dataclass(frozen=True)
class Covered:
    """What an order would do to one own record."""

    type: str
    record: str
    reference: str
    changes: tuple[Change, ...]


def preview_order(
    database: Database, actor: Actor, type_: str, record_id: str, link_id: str
) -> tuple[Covered, ...]:
    """What an order for a person on an own record would close, on every record of the actor's own agency.

    Raises:
        Missing: if the record, or the person on it, is not there, or not the actor's agency's.
        Conflict: if an order covers the person already.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        person_id, _ = _person(tx, actor, type_, record_id, link_id)
        sight = look(tx, actor, Exit.ONE)
        own = _matched(tx, person_id, owner=actor.agency_id)

        def seen() -> dict[str, Seen]:
            found = ((each["id"], released_one(tx, sight.again(), each["type"], each["id"])) for each in own)
            return {record_id: each for record_id, each in found if each is not None}

        def ordered() -> dict[str, Seen]:
            _set_holder(tx, person_id, actor.agency_id)
            return seen()

        before = seen()

        after = tried(tx, ordered)
        covered = tuple(
            Covered(
                each["type"],
                each["id"],
                each["owner_reference"],
                changes(tx, sight, was.facts, after[each["id"]].facts, known=filled_keys(was.shown)),
            )
            for each in own
            if (was := before.get(each["id"])) is not None
        )
        events.order_previewed(tx, actor, record=record_id)
        return covered


def record_order(
    database: Database, actor: Actor, type_: str, record_id: str, link_id: str, *, reference: str
) -> str:
    """Enter a court's order of anonymity that the actor's agency holds; gives its id.

    It holds at every reader's next look, on every record matched to the person, whoever owns it; those owners
    are told that an order covers their record, and no more.

    Raises:
        Missing: if the record, or the person on it, is not there, or not the actor's agency's.
        Invalid: if the court's reference is missing or too long.
        Conflict: if an order covers the person already.
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require(Action.RECORD_RELEASE)
    actor.require_fresh_factor(clock.now())
    said = _checked(reference, "reference", "Give the court’s reference of the order.", _LINE)
    try:
        with database.transaction() as tx:
            person_id, on = _person(tx, actor, type_, record_id, link_id)
            order_id = new_id()
            tx.execute(
                insert(anonymity_order),
                {
                    "id": order_id,
                    "person_id": person_id,
                    "holder": actor.agency_id,
                    "record_id": record_id,
                    "link_id": on,
                    "reference": said,
                    "by_user": actor.user_id,
                    "at": clock.now(),
                },
            )
            _set_holder(tx, person_id, actor.agency_id)
            told = _tell(tx, order_id, person_id, actor.agency_id, "begun")
            close_to_readers(tx)
            events.order_recorded(tx, actor, record=record_id, order=order_id)
            _leave_told(tx, told, "begun")
            return order_id
    except IntegrityError as error:
        raise Conflict(_HELD) from error


def end_order(database: Database, actor: Actor, order_id: str, *, reason: str) -> None:
    """End an order that the actor's agency holds, because the court has ended it.

    Raises:
        Missing: if the agency holds no such order, or it was ended before.
        Invalid: if the reason is missing or too long.
        FactorRequired: if the person has not just proved who they are.
    """
    actor.require(Action.RECORD_RELEASE)
    actor.require_fresh_factor(clock.now())
    said = _checked(reason, "reason", "Say why it ends: the court’s decision, and its day.", _LONGEST)
    with database.transaction() as tx:
        table = anonymity_order
        wanted = select(table).where(
            table.c.id == order_id, table.c.holder == actor.agency_id, table.c.ended_at.is_(None)
        )
        row = tx.execute(wanted).mappings().first()
        if row is None or actor.member:
            raise Missing("There is no such order.")
        ended = tx.execute(
            update(table)
            .where(table.c.id == order_id, table.c.ended_at.is_(None))
            .values(ended_at=clock.now(), ended_by=actor.user_id, ended_why=said)
        )
        if ended.rowcount != 1:
            raise Missing("There is no such order.")
        _set_holder(tx, row["person_id"], None)
        told = _tell(tx, order_id, row["person_id"], actor.agency_id, "ended")
        close_to_readers(tx)
        events.order_ended(tx, actor, record=row["record_id"], order=order_id)
        _leave_told(tx, told, "ended")


def _checked(text: str, name: str, missing: str, longest: int) -> str:
    said = text.strip()
    if not said:
        raise Invalid({name: missing})
    if len(said) > longest:
        raise Invalid({name: f"This is too long: {len(said)} characters, at most {longest}."})
    if refusal := refused_marking(said):
        raise Invalid({name: refusal})
    return said


def _person(tx: Tx, actor: Actor, type_: str, record_id: str, link_id: str) -> tuple[str, str]:
    """The person and the link that are meant on an own record."""
    row = own_record(tx, actor, record_id)
    chosen = link.c.own.is_(True) if link_id == OWN else link.c.id == link_id
    wanted = select(link.c.id, link.c.person_id, person.c.anonymity_order).join(
        person, person.c.id == link.c.person_id
    )
    found = tx.execute(wanted.where(link.c.record_id == record_id, chosen)).first()
    if found is None or row["type"] != type_ or actor.member:
        raise Missing("There is no such person on the record.")
    if found.anonymity_order is not None:
        raise Conflict(_HELD)
    return found.person_id, found.id


def _matched(
    tx: Tx, person_id: str, *, owner: str | None = None, but: str | None = None
) -> list[Mapping[str, Any]]:
    """The records that the person is on or keeps, of one owner or of all but one; by id."""
    links = select(link.c.id).where(link.c.person_id == person_id)
    on = select(link.c.record_id).where(link.c.person_id == person_id)
    columns = (record.c.id, record.c.type, record.c.owner, record.c.owner_reference)
    wanted = select(*columns).where(record.c.id.in_(on) | record.c.keeper.in_(links))
    if owner is not None:
        wanted = wanted.where(record.c.owner == owner)
    if but is not None:
        wanted = wanted.where(record.c.owner != but)
    return [dict(row) for row in tx.execute(wanted.order_by(record.c.id)).mappings()]


def _set_holder(tx: Tx, person_id: str, holder: str | None) -> None:
    tx.execute(update(person).where(person.c.id == person_id).values(anonymity_order=holder))


def _tell(tx: Tx, order_id: str, person_id: str, holder: str, what: str) -> list[Mapping[str, Any]]:
    """Leave a notice for each record of another owner; gives those records."""
    others = _matched(tx, person_id, but=holder)
    rows = [
        {
            "id": new_id(),
            "order_id": order_id,
            "record_id": each["id"],
            "owner": each["owner"],
            "what": what,
            "at": clock.now(),
        }
        for each in others
    ]
    if rows:
        tx.execute(insert(order_notice), rows)
    return others


def _leave_told(tx: Tx, told: Iterable[Mapping[str, Any]], what: str) -> None:
    by_owner: dict[str, list[str]] = {}
    for each in told:
        by_owner.setdefault(each["owner"], []).append(each["id"])
    for owner, records in sorted(by_owner.items()):
        events.order_covers(tx, owner=owner, records=records, what=what)
