"""A country to measure with: 60 agencies, 200 agreements of 2 to 60 parties, one agency that sees little."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

from auth.accounts import NewAgency, NewUser
from auth.roles import Role
from sharing.agreements.terms import AgreementTerms, parse_terms
from sharing.demonstration.crowd import Profile, Route
from sharing.demonstration.people import People, id_of
from sharing.vocabulary.kinds import is_business

AGENCIES, AGREEMENTS = 60, 200
#: The agency that sees little: one agreement, and so many records released under it.
SPARSE, SPARSE_AGREEMENT, SPARSE_RECORDS = "quietwater", "N-SPARSE", 300

_PURPOSE = "preventing-and-detecting-robbery"
_NAMES = (
    "Ashdown", "Birchley", "Calderholt", "Dunmere", "Eastwell", "Fernhaven", "Greyford", "Hollowell",
    "Ivybridge Cross", "Kestrelton", "Larkhill", "Marlowick", "Northmere", "Oakhaven",
)  # fmt: skip
_KINDS = (
    ("police", "Police", Role.INVESTIGATOR),
    ("council", "Council", Role.OPERATOR),
    ("bcrp", "Business Crime Partnership", Role.PARTNERSHIP_MANAGER),
)


def with_nation(people: People, seed: int) -> People:
    """The people with as many invented agencies and agreements more as make the country whole."""
    made = [
        (f"{place.lower().replace(' ', '-')}-{kind.replace('_', '-')}", f"{place} {title}", kind, role)
        for place in _NAMES
        for kind, title, role in _KINDS
    ]
    made[AGENCIES - len(people.agencies) - 1 :] = [(SPARSE, "Quietwater Council", "council", Role.OPERATOR)]
    agencies = tuple(NewAgency(id_, name, name, kind, is_business(kind, None)) for id_, name, kind, _ in made)
    users = tuple(
        NewUser(
            id_of(f"{id_} {held}"),
            id_,
            f"{name}, {held}",
            f"{held}@{id_}.example",
            frozenset({held}),
            demonstration="Read among a million records",
        )
        for id_, name, _, role in made
        for held in (role, Role.ANALYST)
    )
    whole = replace(people, agencies=people.agencies + agencies, users=people.users + users)
    return replace(whole, agreements=people.agreements + _agreements(whole, Random(seed)))  # noqa: S311 - a fixed seed


def _agreements(people: People, draw: Random) -> tuple[AgreementTerms, ...]:
    kinds = {agency.id: agency.kind for agency in people.agencies}
    others = [agency for agency in kinds if agency != SPARSE]
    police = [agency for agency in others if kinds[agency] == "police"]
    wanted = AGREEMENTS - len(people.agreements) - 1
    made = []
    for number in range(1, wanted + 1):
        size = len(others) if number == 1 else draw.choice((2, 2, 3, 3, 4, 5, 6, 8, 12, 20, 40))
        parties = {draw.choice(police), *draw.sample(others, size - 1)} if number > 1 else set(others)
        if len(parties) < 2:
            parties |= set(draw.sample([other for other in others if other not in parties], 1))
        made.append(_terms(f"N-{number:03}", sorted(parties), kinds))
    return (*made, _terms(SPARSE_AGREEMENT, sorted(kinds), kinds))


def _terms(id_: str, parties: list[str], kinds: Mapping[str, str]) -> AgreementTerms:
    there = sorted({kinds[party] for party in parties})
    businesses = [kind for kind in there if is_business(kind, None)]
    others = [kind for kind in there if kind not in businesses]
    numbers, suspects = count(1), ["suspect", "observed"]
    clauses = [
        _clause(
            next(numbers), there, others, ["admin", "event", "place", "narrative", "description"], "disclose"
        ),
        _clause(next(numbers), there, others, ["identity", "description", "category"], "disclose", suspects),
        _clause(next(numbers), there, others, ["subject"], "pseudonym", suspects),
        _clause(next(numbers), there, businesses, ["event", "place"], "generalise"),
        _clause(next(numbers), there, businesses, ["description", "category"], "disclose", suspects),
    ]
    version = {
        "number": 1,
        "signed": True,
        "from": "2024-01-01T00:00:00Z",
        "until": "2035-01-01T00:00:00Z",
        "parties": parties,
        "purposes": [_PURPOSE],
        "clauses": [clause for clause in clauses if clause["to"]],
    }
    return parse_terms({"id": id_, "title": f"Invented agreement {id_}", "versions": [version]}, kinds)


def _clause(
    number: int,
    from_: list[str],
    to: list[str],
    fields: list[str],
    treatment: str,
    of: list[str] | None = None,
) -> dict[str, Any]:
    about = {"categories": of, "children": "also"} if of else {}
    return {
        "id": f"{number}",
        "title": f"Clause {number} of an invented agreement.",
        "purposes": [_PURPOSE],
        "from": from_,
        "to": to,
        "records": ["incident", "sighting", "item", "vehicle", "subject"],
        "fields": fields,
        "treatment": treatment,
        "basis": "Invented for measurements.",
        **about,
    }


def nation_profiles(people: People, area_of: Mapping[str, str]) -> tuple[Profile, ...]:
    """Every agency but the sparse one contributes; each record goes one way, larger agreements more often."""
    profiles = []
    for agency in people.agencies:
        staff = tuple((id_, name, None) for id_, name in people.staff(agency.id))
        routes = [
            Route(terms.id, (_PURPOSE,), "all", part=len(terms.versions[0].parties), days=None, text=True)
            for terms in people.agreements
            if terms.id.startswith("N-")
            and terms.id != SPARSE_AGREEMENT
            and agency.id in terms.versions[0].parties
        ]
        if staff and routes and agency.id != SPARSE:
            weight = 6.0 if agency.kind == "police" else 2.0
            types = (
                {"sighting": 100} if agency.kind == "council" else {"incident": 88, "item": 8, "vehicle": 4}
            )
            area = area_of.get(agency.id, "havering")
            profiles.append(Profile(agency.id, weight, area, types, tuple(routes), staff, one_route=True))
    return tuple(profiles)


def sparse_profile(people: People) -> Profile:
    """What the sparse agency sees: incidents of one police force."""
    route = Route(SPARSE_AGREEMENT, (_PURPOSE,), (SPARSE,), part=1, days=None, text=True)
    force = "metropolitan-east-area"
    staff = tuple((id_, name, None) for id_, name in people.staff(force))
    return Profile(force, 1, "havering", {"incident": 1}, (route,), staff, one_route=True)
