"""Agencies, their sites and their people, made from plain values by a command on the server."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert

from auth import queries
from auth.actor import Actor
from auth.events import ACCOUNTS_CREATED, security_event
from auth.roles import PartnershipRole, Role
from auth.sites import place, put_in_area
from auth.tables import agency, area, site, user
from foundation import clock
from foundation.crypto.passwords import hash_password
from foundation.database import Database


@dataclass(frozen=True)
class NewAgency:
    """An agency. `id` is a slug such as `havering`; `business` holds for shops and their partnerships."""

    id: str
    name: str
    short_name: str
    kind: str
    business: bool = False


@dataclass(frozen=True)
class NewSite:
    """A shop, station or school of an agency."""

    id: str
    agency_id: str
    name: str
    address: str
    ward: str


@dataclass(frozen=True)
class NewArea:
    """A named set of an agency's sites."""

    id: str
    agency_id: str
    name: str
    sites: frozenset[str]


@dataclass(frozen=True)
class NewUser:
    """A person, or a service account. Without a password nobody signs in as them by password.

    A member has `sites` of their own, if only none besides those of their areas; nobody else has any.
    `demonstration` is the line that the demonstration's sign-in page shows, None for real people;
    `demonstration_place` is where on the page.
    """

    id: str
    agency_id: str
    name: str
    email: str
    roles: frozenset[Role]
    job_title: str = ""
    sites: frozenset[str] | None = None
    areas: frozenset[str] = frozenset()
    password: str | None = None
    demonstration: str | None = None
    demonstration_place: int = 0
    partnership_roles: frozenset[PartnershipRole] = frozenset()


def create_accounts(
    database: Database,
    agencies: Sequence[NewAgency] = (),
    sites: Sequence[NewSite] = (),
    users: Sequence[NewUser] = (),
    areas: Sequence[NewArea] = (),
) -> None:
    """Add agencies, sites, areas and people in one transaction, in that order.

    Raises:
        Invalid: if a password is too short.
    """
    rows = [_user_row(person) for person in users]
    with database.transaction() as tx:
        if agencies:
            tx.execute(insert(agency), [asdict(new) for new in agencies])
        if sites:
            tx.execute(insert(site), [asdict(new) for new in sites])
        for new in areas:
            kept = {"id": new.id, "agency_id": new.agency_id, "name": new.name, "made_at": clock.now()}
            tx.execute(insert(area), kept)
            put_in_area(tx, new.id, new.sites)
        if rows:
            tx.execute(insert(user), rows)
        for person in users:
            if person.sites is not None:
                place(tx, person.id, person.sites, person.areas)
        named = {new.id for new in agencies} | {person.agency_id for person in users}
        security_event(tx, ACCOUNTS_CREATED, None, agencies=named, users=len(rows))


def demonstration_people(database: Database) -> tuple[tuple[Actor, str], ...]:
    """Every invented person with the line that says what to try, by agency and name."""
    with database.transaction() as tx:
        return queries.demonstration_people(tx)


def holds_demonstration(database: Database) -> bool:
    """Whether there are invented people, whom production must not let in."""
    with database.transaction() as tx:
        return queries.any_demonstration_user(tx)


def _user_row(person: NewUser) -> dict[str, Any]:
    return {
        "id": person.id,
        "agency_id": person.agency_id,
        "member": person.sites is not None,
        "name": person.name,
        "email": person.email.strip().casefold(),
        "roles": sorted(person.roles),
        "partnership_roles": sorted(person.partnership_roles),
        "job_title": person.job_title,
        "password_hash": hash_password(person.password) if person.password else None,
        "disabled": False,
        "demonstration": person.demonstration,
        "demonstration_place": person.demonstration_place,
    }
