"""Areas: named sets of an agency's sites. Whoever stands in one holds every site in it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, insert, select, update

from auth.actor import Actor
from auth.roles import Action, Role, grants_of
from auth.sites import put_in_area
from auth.tables import area, user, user_area
from foundation import clock
from foundation.database import Database, Tx
from foundation.errors import Denied, Invalid, Missing
from foundation.identifiers import new_id
from sharing.agreements.policy import bump_epoch
from sharing.events import people as events
from sharing.people.placing import Site, places_of, sites_within

_LONGEST = 60


@dataclass(frozen=True)
class Area:
    """An area with its sites, and the people in it as (id, name); `changeable` says whether by the actor."""

    id: str
    name: str
    sites: tuple[Site, ...]
    people: tuple[tuple[str, str], ...]
    changeable: bool


def list_areas(database: Database, actor: Actor) -> tuple[Area, ...]:
    """The areas of the actor's agency that have not ended, by name."""
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        own = select(area).where(area.c.agency_id == actor.agency_id, area.c.ended_at.is_(None))
        found = _areas(tx, actor, list(tx.execute(own.order_by(area.c.name, area.c.id)).mappings()))
        events.areas_listed(tx, actor, areas=[each.id for each in found])
        return found


def read_area(database: Database, actor: Actor, area_id: str) -> Area:
    """One area of the actor's agency.

    Raises:
        Missing: if the agency has no such area, or it has ended.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        (found,) = _areas(tx, actor, [_own(tx, actor, area_id)])
        events.areas_listed(tx, actor, areas=[area_id])
        return found


def make_area(database: Database, actor: Actor, name: str, sites: Collection[str]) -> str:
    """Make an area of these sites; gives its id. Nobody stands in it yet.

    Raises:
        Denied: if the actor does not say who is a member.
        Invalid: if the name is taken or none, or a site is not the agency's.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        _require(actor)
        _check(tx, actor, name, sites)
        area_id = new_id()
        kept = {"id": area_id, "agency_id": actor.agency_id, "name": name.strip(), "made_at": clock.now()}
        tx.execute(insert(area), kept)
        put_in_area(tx, area_id, sites)
        events.area_made(tx, actor, area=area_id, sites=sites)
        return area_id


def change_area(database: Database, actor: Actor, area_id: str, name: str, sites: Collection[str]) -> None:
    """Let an area be called so and have these sites; whoever stands in it holds them, and no others by it.

    Raises:
        Missing: if the agency has no such area, or it has ended.
        Denied: if the actor stands in it themselves, or does not say who is a member.
        Invalid: if the name is taken or none, or a site is not the agency's.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        row = _own(tx, actor, area_id)
        _require(actor, tx, area_id)
        _check(tx, actor, name, sites, but=area_id)
        before = {each.id for each in sites_within(tx, [area_id]).get(area_id, ())}
        if before == {*sites} and row["name"] == name.strip():
            return
        tx.execute(update(area).where(area.c.id == area_id).values(name=name.strip()))
        put_in_area(tx, area_id, sites)
        bump_epoch(tx)
        given, taken = {*sites} - before, before - {*sites}
        events.area_changed(tx, actor, area=area_id, given=given, taken=taken)


def end_area(database: Database, actor: Actor, area_id: str) -> None:
    """End an area: nobody holds a site by it any more. Whoever then holds none is a member without a site.

    Raises:
        Missing: if the agency has no such area, or it has ended.
        Denied: if the actor stands in it themselves, or does not say who is a member.
        FactorRequired: if the actor has not just proved who they are.
    """
    actor.require(Action.PEOPLE_RUN)
    with database.transaction() as tx:
        _own(tx, actor, area_id)
        _require(actor, tx, area_id)
        counted = select(func.count()).select_from(user_area).where(user_area.c.area_id == area_id)
        people = int(tx.execute(counted).scalar_one())
        tx.execute(update(area).where(area.c.id == area_id).values(ended_at=clock.now()))
        bump_epoch(tx)
        events.area_ended(tx, actor, area=area_id, people=people)


def _own(tx: Tx, actor: Actor, area_id: str) -> RowMapping:
    own = (area.c.id == area_id) & (area.c.agency_id == actor.agency_id) & area.c.ended_at.is_(None)
    row = tx.execute(select(area).where(own).with_for_update()).mappings().first()
    if row is None:
        raise Missing("There is nothing here that you can see.")
    return row


def _require(actor: Actor, tx: Tx | None = None, area_id: str = "") -> None:
    if Role.MEMBER not in grants_of(actor.roles):
        raise Denied("Whoever gives the role of a member keeps the areas. Ask an administrator.")
    if tx is not None and _stands_in(tx, actor, area_id):
        raise Denied("Nobody changes an area in which they stand. Ask another administrator.")
    actor.require_fresh_factor(clock.now())


def _stands_in(tx: Tx, actor: Actor, area_id: str) -> bool:
    mine = (user_area.c.user_id == actor.user_id) & (user_area.c.area_id == area_id)
    return tx.execute(select(user_area.c.area_id).where(mine)).first() is not None


def _check(tx: Tx, actor: Actor, name: str, sites: Collection[str], *, but: str = "") -> None:
    known, problems = places_of(tx, actor.agency_id), {}
    if not 1 <= len(name.strip()) <= _LONGEST or not name.isprintable():
        problems["name"] = f"Give the area a name of at most {_LONGEST} characters."
    others = {each.casefold() for id_, each in known.areas.items() if id_ != but}
    if name.strip().casefold() in others:
        problems["name"] = "Another area of your agency has this name."
    if not {*sites} <= known.sites.keys():
        problems["sites"] = "Choose from the sites of your agency."
    if problems:
        raise Invalid(problems)


def _areas(tx: Tx, actor: Actor, rows: list[RowMapping]) -> tuple[Area, ...]:
    ids = [row["id"] for row in rows]
    sites, keeps = sites_within(tx, ids), Role.MEMBER in grants_of(actor.roles)
    stands = select(user_area.c.area_id, user.c.id, user.c.name).join(user, user.c.id == user_area.c.user_id)
    here = stands.where(user_area.c.area_id.in_(ids), user.c.disabled.is_(False))
    people: dict[str, list[tuple[str, str]]] = {}
    for each in tx.execute(here.order_by(user.c.name, user.c.id)):
        people.setdefault(each.area_id, []).append((each.id, each.name))
    return tuple(
        Area(
            row["id"],
            row["name"],
            sites.get(row["id"], ()),
            tuple(people.get(row["id"], ())),
            keeps and actor.user_id not in {id_ for id_, _ in people.get(row["id"], ())},
        )
        for row in rows
    )
