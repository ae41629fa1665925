"""Which orders an agency holds, and which of its records one covers: what its releasing staff read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from foundation.database import Database
from foundation.errors import Denied, Missing
from sharing.contribution import own_record
from sharing.events import handling as events
from sharing.handling.orders import OWN
from sharing.handling.tables import anonymity_order, order_notice
from sharing.records.record import link, person, record

_MOST = 100


@dataclass(frozen=True)
class OrderLine:
    """An order that the actor's agency holds."""

    id: str
    type: str
    record: str
    link: str
    reference: str
    court_reference: str
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class CoverLine:
    """A notice that an order covers an own record, or no longer does."""

    id: str
    type: str
    record: str
    reference: str
    what: str
    at: datetime


@dataclass(frozen=True)
class Cover:
    """Orders on one own record, by link, which is `own` on a person's own record.

    Whom one covers, which of them the own agency holds, and what it was told and has not noted yet.
    """

    covered: frozenset[str]
    held: Mapping[str, OrderLine]
    told: tuple[CoverLine, ...]


@dataclass(frozen=True)
class Orders:
    """The orders that an agency holds, and what it was told of its own records and has not noted yet."""

    held: tuple[OrderLine, ...]
    told: tuple[CoverLine, ...]


def list_orders(database: Database, actor: Actor) -> Orders:
    """The orders that the actor's agency holds, and the notices about its records that nobody noted yet.

    Raises:
        Denied: if the actor is a member.
    """
    actor.require(Action.RECORD_RELEASE)
    if actor.member:
        raise Denied("Orders are kept by the staff of your partnership.")
    with database.transaction() as tx:
        held = tuple(OrderLine(**row) for row in tx.execute(_held(actor)).mappings())
        told = tuple(CoverLine(**row) for row in tx.execute(_told(actor.agency_id)).mappings())
        events.orders_listed(tx, actor, orders=[each.id for each in held])
        return Orders(held, told)


def note_order(database: Database, actor: Actor, notice_id: str) -> None:
    """Say for the own agency that it was read that an order covers a record, or no longer does.

    Raises:
        Missing: if there is no such notice for the actor's agency, or it was noted before.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        table = order_notice
        found = tx.execute(
            select(table.c.record_id).where(table.c.id == notice_id, table.c.owner == actor.agency_id)
        ).scalar_one_or_none()
        noted = tx.execute(
            update(table)
            .where(table.c.id == notice_id, table.c.owner == actor.agency_id, table.c.noted_at.is_(None))
            .values(noted_at=clock.now(), noted_by=actor.user_id)
        )
        if found is None or noted.rowcount != 1 or actor.member:
            raise Missing("There is nothing here that you can see.")
        events.order_noted(tx, actor, record=found, notice=notice_id)


def read_cover(database: Database, actor: Actor, record_id: str) -> Cover:
    """Which orders cover persons on an own record.

    Raises:
        Missing: if the record is not the actor's agency's.
    """
    actor.require(Action.RECORD_RELEASE)
    with database.transaction() as tx:
        own_record(tx, actor, record_id)
        covered = tx.execute(
            select(link.c.id, link.c.own)
            .join(person, person.c.id == link.c.person_id)
            .where(link.c.record_id == record_id, person.c.anonymity_order.is_not(None))
        ).all()
        names = {row.id: OWN if row.own else row.id for row in covered}
        held = _held(actor).where(
            anonymity_order.c.link_id.in_(sorted(names)), anonymity_order.c.ended_at.is_(None)
        )
        lines = [OrderLine(**row) for row in tx.execute(held).mappings()]
        told = _told(actor.agency_id).where(order_notice.c.record_id == record_id)
        events.orders_listed(tx, actor, orders=[each.id for each in lines])
        return Cover(
            frozenset(names.values()),
            {names[each.link]: each for each in lines},
            tuple(CoverLine(**row) for row in tx.execute(told).mappings()),
        )


def _held(actor: Actor) -> Select[Any]:
    table = anonymity_order
    columns = (
        table.c.id, record.c.type, table.c.record_id.label("record"), table.c.link_id.label("link"),
        record.c.owner_reference.label("reference"), table.c.reference.label("court_reference"),
        table.c.at, table.c.ended_at,
    )  # fmt: skip
    joined = table.join(record, record.c.id == table.c.record_id)
    wanted = select(*columns).select_from(joined).where(table.c.holder == actor.agency_id)
    return wanted.order_by(table.c.ended_at.is_not(None), table.c.at.desc(), table.c.id).limit(_MOST)


def _told(owner: str) -> Select[Any]:
    table = order_notice
    columns = (
        table.c.id, record.c.type, table.c.record_id.label("record"),
        record.c.owner_reference.label("reference"), table.c.what, table.c.at,
    )  # fmt: skip
    joined = table.join(record, record.c.id == table.c.record_id)
    wanted = select(*columns).select_from(joined).where(table.c.owner == owner, table.c.noted_at.is_(None))
    return wanted.order_by(table.c.at, table.c.id).limit(_MOST)
