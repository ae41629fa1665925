"""The agencies, sites, people, agreements, schemes and partnerships of `demo/`, as values and rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from auth.accounts import NewAgency, NewArea, NewSite, NewUser
from auth.roles import PartnershipRole, Role
from foundation.errors import Invalid
from sharing.agreements.terms import AgreementTerms, read_terms
from sharing.vocabulary.kinds import is_business

DEMO = Path(__file__).parent.parent.parent / "demo"


def id_of(key: str) -> str:
    """The id of a named person, site, record or link of the demonstration: the same at every load."""
    return str(UUID(bytes=sha256(f"demonstration {key}".encode()).digest()[:16], version=4))


def read(name: str) -> Any:
    """A file of `demo/`, which says of itself that it is demonstration data.

    Raises:
        Invalid: if it does not say so.
    """
    found = yaml.safe_load((DEMO / name).read_text(encoding="utf-8"))
    if found.get("demonstration") is not True:
        raise Invalid({name: "A file of the demonstration says `demonstration: true`."})
    return found


@dataclass(frozen=True)
class People:
    """Who takes part. `staff` lists (user id, name) by agency, for those who can enter records."""

    agencies: tuple[NewAgency, ...]
    sites: tuple[NewSite, ...]
    areas: tuple[NewArea, ...]
    users: tuple[NewUser, ...]
    agreements: tuple[AgreementTerms, ...]
    schemes: tuple[Mapping[str, Any], ...] = ()
    partnerships: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def by_user(self) -> Mapping[str, NewUser]:
        """Users by their id."""
        return {user.id: user for user in self.users}

    @cached_property
    def terms(self) -> Mapping[str, AgreementTerms]:
        """Agreements by their id."""
        return {terms.id: terms for terms in self.agreements}

    def version_at(self, agreement: str, at: datetime) -> int:
        """The newest signed version that had begun; the first one before that."""
        begun = [v.number for v in self.terms[agreement].versions if v.signed and v.from_at <= at]
        return max(begun, default=self.terms[agreement].versions[0].number)

    def staff(self, agency: str) -> Sequence[tuple[str, str]]:
        """Those of an agency, not of its sites, whose roles may release records."""
        return [
            (user.id, user.name)
            for user in self.users
            if user.agency_id == agency and user.sites is None and user.roles & _RELEASING
        ]


_RELEASING = frozenset(
    {Role.INTELLIGENCE, Role.INVESTIGATOR, Role.OFFICER, Role.OPERATOR, Role.PARTNERSHIP_MANAGER}
)


def read_people() -> People:
    """The partnership as `demo/` describes it.

    Raises:
        Invalid: if an agreement does not hold.
    """
    about, users = read("agencies.yaml"), read("users.yaml")
    kinds = {each["id"]: each["kind"] for each in about["agencies"]}
    return People(
        agencies=tuple(_agency(each) for each in about["agencies"]),
        sites=tuple(
            NewSite(id_of(each["id"]), each["agency"], each["name"], each["address"], each["ward"])
            for each in about["sites"]
        ),
        areas=tuple(
            NewArea(id_of(each["id"]), each["agency"], each["name"], _ids(each["sites"]))
            for each in about["areas"]
        ),
        users=tuple(_user(each, place) for place, each in enumerate(users["users"])),
        agreements=tuple(read_terms(path, kinds) for path in sorted((DEMO / "agreements").glob("*.yaml"))),
        schemes=tuple(about["schemes"]),
        partnerships=tuple(about["partnerships"]),
    )


def _agency(each: Mapping[str, Any]) -> NewAgency:
    business = is_business(each["kind"], each.get("business"))
    return NewAgency(each["id"], each["name"], each["short_name"], each["kind"], business)


def _ids(names: Iterable[str]) -> frozenset[str]:
    return frozenset(id_of(each) for each in names)


def _user(each: Mapping[str, Any], place: int) -> NewUser:
    return NewUser(
        id=id_of(each["id"]),
        agency_id=each["agency"],
        name=each["name"],
        email=f"{each['id']}@{each['agency']}.example",
        roles=frozenset(Role(role) for role in each["roles"]),
        job_title=each["job"],
        sites=_ids(each["sites"]) if "sites" in each else None,
        areas=_ids(each.get("areas", ())),
        demonstration=each["try"],
        demonstration_place=place,
        partnership_roles=frozenset(
            PartnershipRole(partnership, Role(role))
            for partnership, roles in each.get("partnership_roles", {}).items()
            for role in roles
        ),
    )
