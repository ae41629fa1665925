"""Where members stand: which sites and areas their agency has, who holds what, and what cannot be given."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from auth.roles import Role
from auth.tables import area, area_site, site, user_area, user_site
from foundation.database import Tx


@dataclass(frozen=True)
class Site:
    """A site of the agency, as forms offer it."""

    id: str
    name: str


@dataclass(frozen=True)
class Standing:
    """An area in which a member stands, with the sites that they hold by it."""

    id: str
    name: str
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class Placed:
    """The sites that a member holds directly, and the areas in which they stand."""

    sites: tuple[Site, ...] = ()
    areas: tuple[Standing, ...] = ()

    @property
    def names(self) -> str:
        """What they are called in one line: sites of their own, then areas."""
        return ", ".join([*(each.name for each in self.sites), *(each.name for each in self.areas)])


class Places(NamedTuple):
    """The sites and the areas of an agency by id, with their names."""

    sites: Mapping[str, str]
    areas: Mapping[str, str]


def places_of(tx: Tx, agency_id: str) -> Places:
    """What members of the agency can be given now, by name."""
    sites = select(site.c.id, site.c.name).where(site.c.agency_id == agency_id)
    areas = select(area.c.id, area.c.name).where(area.c.agency_id == agency_id, area.c.ended_at.is_(None))
    return Places(
        {row.id: row.name for row in tx.execute(sites.order_by(site.c.name, site.c.id))},
        {row.id: row.name for row in tx.execute(areas.order_by(area.c.name, area.c.id))},
    )


def place_faults(
    known: Places, roles: Collection[Role], sites: Collection[str], areas: Collection[str]
) -> dict[str, str]:
    """What stands against somebody with these roles having these sites and areas, by field."""
    found = {}
    if not {*sites} <= known.sites.keys():
        found["sites"] = "Choose from the sites of your agency."
    if not {*areas} <= known.areas.keys():
        found["areas"] = "Choose from the areas of your agency."
    if (Role.MEMBER in roles) is not bool(sites or areas):
        found.setdefault("sites", "A member has a site or an area of your agency, and nobody else has one.")
    return found


def placed(tx: Tx, people: Sequence[str]) -> Mapping[str, Placed]:
    """By id where each of these people stands, in a fixed number of statements; those who stand somewhere."""
    own: dict[str, list[Site]] = {}
    direct = select(user_site.c.user_id, site.c.id, site.c.name).join(site, site.c.id == user_site.c.site_id)
    for row in tx.execute(direct.where(user_site.c.user_id.in_(people)).order_by(site.c.name, site.c.id)):
        own.setdefault(row.user_id, []).append(Site(row.id, row.name))
    stands = select(user_area.c.user_id, area.c.id, area.c.name).join(area, area.c.id == user_area.c.area_id)
    going = stands.where(user_area.c.user_id.in_(people), area.c.ended_at.is_(None))
    rows = tx.execute(going.order_by(area.c.name, area.c.id)).all()
    within = sites_within(tx, {row.id for row in rows})
    areas: dict[str, list[Standing]] = {}
    for row in rows:
        areas.setdefault(row.user_id, []).append(Standing(row.id, row.name, within.get(row.id, ())))
    return {each: Placed(tuple(own.get(each, ())), tuple(areas.get(each, ()))) for each in {*own, *areas}}


def sites_within(tx: Tx, areas: Iterable[str]) -> Mapping[str, tuple[Site, ...]]:
    """The sites of each of these areas, by name."""
    found: dict[str, tuple[Site, ...]] = {}
    held = select(area_site.c.area_id, site.c.id, site.c.name).join(site, site.c.id == area_site.c.site_id)
    rows = tx.execute(held.where(area_site.c.area_id.in_(sorted(areas))).order_by(site.c.name, site.c.id))
    for row in rows:
        found[row.area_id] = (*found.get(row.area_id, ()), Site(row.id, row.name))
    return found
