"""The demonstration's agencies, people and agreements in a test's database, with a few records."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from auth.accounts import NewAgency, NewArea, NewSite, NewUser, create_accounts
from auth.actor import Actor
from auth.roles import PartnershipRole, Role
from foundation.database import Database
from sharing.agreements.terms import read_terms, store_agreement

DEMO = Path(__file__).parent.parent / "demo"
ROBBERY = "preventing-and-detecting-robbery"
EXCLUDING = "excluding-repeat-offenders"


def load_partnership(database: Database) -> None:
    """Agencies, sites, people and agreements of the demonstration."""
    agencies = _read("agencies.yaml")
    people = _read("users.yaml")["users"]
    create_accounts(
        database,
        [
            NewAgency(
                each["id"],
                each["name"],
                each["short_name"],
                each["kind"],
                each.get("business", _business(each)),
            )
            for each in agencies["agencies"]
        ],
        [
            NewSite(each["id"], each["agency"], each["name"], each["address"], each["ward"])
            for each in agencies["sites"]
        ],
        [
            NewUser(
                each["id"],
                each["agency"],
                each["name"],
                f"{each['id']}@demo.example",
                frozenset(Role(role) for role in each["roles"]),
                job_title=each["job"],
                sites=_sites(each),
                areas=frozenset(each.get("areas", ())),
                demonstration=each["try"],
                partnership_roles=_in_partnerships(each),
            )
            for each in people
        ],
        [
            NewArea(each["id"], each["agency"], each["name"], frozenset(each["sites"]))
            for each in agencies["areas"]
        ],
    )
    with database.transaction() as tx:
        for terms in _terms():
            store_agreement(tx, terms)


def actor(user_id: str, purpose: str | None = ROBBERY) -> Actor:
    """An actor of the demonstration, as the gate would make it."""
    agencies = {each["id"]: each for each in _read("agencies.yaml")["agencies"]}
    person = next(each for each in _read("users.yaml")["users"] if each["id"] == user_id)
    home = agencies[person["agency"]]
    return Actor(
        user_id=user_id,
        name=person["name"],
        agency_id=home["id"],
        agency_name=home["name"],
        agency_kind=home["kind"],
        business=home.get("business", _business(home)),
        roles=frozenset(Role(role) for role in person["roles"]),
        purpose=purpose,
        session="0" * 64,
        sites=_held(person),
        job_title=person["job"],
        partnership_roles=_in_partnerships(person),
    )


def _sites(person: dict[str, Any]) -> frozenset[str] | None:
    return frozenset(person["sites"]) if "sites" in person else None


def _held(person: dict[str, Any]) -> frozenset[str] | None:
    """The member's sites, with those of their areas."""
    within = {each["id"]: each["sites"] for each in _read("agencies.yaml")["areas"]}
    areas = (within[each] for each in person.get("areas", ()))
    sites = _sites(person)
    return None if sites is None else sites.union(*areas)


def _in_partnerships(person: dict[str, Any]) -> frozenset[PartnershipRole]:
    held = person.get("partnership_roles", {})
    return frozenset(PartnershipRole(where, Role(role)) for where, roles in held.items() for role in roles)


@cache
def _read(name: str) -> Any:
    return yaml.safe_load((DEMO / name).read_text())


@cache
def _terms() -> tuple[Any, ...]:
    kinds = {each["id"]: each["kind"] for each in _read("agencies.yaml")["agencies"]}
    return tuple(read_terms(file, kinds) for file in sorted((DEMO / "agreements").glob("*.yaml")))


def _business(agency: dict[str, object]) -> bool:
    return agency["kind"] in {"bcrp", "bid", "retailer", "transport_operator", "other"}
