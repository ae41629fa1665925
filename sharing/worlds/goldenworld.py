"""Building the golden worlds: who is in them, what is in them, and who is asked what."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from auth.roles import PERMISSIONS
from sharing.release.facts import Exit
from sharing.release.schema import Category
from sharing.worlds.goldenterms import AGREEMENT, OTHER, PURPOSE, SCHEME, agencies, terms

Raw = dict[str, Any]

NOW = "2026-02-17T14:00:00Z"
HAPPENED = "2026-02-01T19:30:00Z"
_AGES: dict[str, Raw] = {
    "adult": {"dob": "1990-05-01", "dob_verified": True},
    "child": {"dob": "2011-05-01", "dob_verified": True},
    "since": {"dob": "2008-02-10", "dob_verified": True},  # eighteen now, not yet at the event
    "unknown": {},
}
#: Readers by name: agency, roles, and for a member the sites.
READERS: dict[str, tuple[str, list[str], list[str] | None]] = {
    "council": ("havering", [], None),
    "practitioner": ("havering", ["practitioner"], None),
    "police": ("north", ["duty_inspector"], None),
    "youth-justice": ("yjs", [], None),
    "prosecution": ("cps", [], None),
    "business": ("romford", ["partnership_manager"], None),
    "member": ("romford", ["member"], ["s1"]),
    "outsider": ("st-bedes", [], None),
}
#: Members who hold more or less than one site, asked where sites bear on the answer.
MEMBERS = {
    "two-shops": ("romford", ["member"], ["s1", "s2"]),
    "no-shop": ("romford", ["member"], []),
}
EXITS = tuple(exit_.value for exit_ in Exit)


@dataclass(frozen=True)
class Scenario:
    """One world and what is asked of it: (reader, record, purpose, exit)."""

    name: str
    world: Raw
    asked: tuple[tuple[str, str, str, str], ...]


def persons() -> list[Raw]:
    """One person for each category and age, and one under an order of anonymity."""
    cells = product((*(category.value for category in Category), "suspect+victim", "none"), _AGES)
    return [person(category, age) for category, age in cells]


def person(category: str, age: str, subject: str = "") -> Raw:
    """A person on a record, whose link is called by category and age."""
    named = [] if category == "none" else category.split("+")
    return {"link": f"{category}.{age}", "subject": subject or age, "categories": named, "fields": {}}


def record(record_type: str = "incident", **more: Any) -> Raw:
    """A record of the police with nobody on it, that happened two weeks ago."""
    return {
        "id": "r1",
        "type": record_type,
        "owner": "east",
        "site": None,
        "subject": None,
        "happened": HAPPENED,
        "fields": {},
        "persons": [],
        "links": [],
        "conditions": None,
        "necessity_notes": [],
        **more,
    }


def release(of: str = "r1", **more: Any) -> Raw:
    """A release to all parties of the day, made ten days ago with a text."""
    return {
        "id": f"x-{of}-{more.get('agreement', AGREEMENT)}",
        "record": of,
        "agreement": AGREEMENT,
        "purposes": [PURPOSE, OTHER],
        "recipients": "all",
        "text": "A text for sharing.",
        "by": "business" if more.get("agreement") == SCHEME else "east:officer",
        "at": "2026-02-07T12:00:00Z",
        "expires": None,
        "revoked": None,
        **more,
    }


def world(*records: Raw, releases: list[Raw] | None = None, **more: Any) -> Raw:
    """A world of these records, the first of them released unless releases are given."""
    users = [
        {"id": f"east:{role.value}", "agency": "east", "roles": [role.value], "site": None}
        for role in PERMISSIONS
    ]
    users += [
        {"id": name, "agency": agency, "roles": roles, "sites": sites}
        for name, (agency, roles, sites) in {**READERS, **MEMBERS}.items()
    ]
    users.append({"id": "second", "agency": "north", "roles": ["duty_inspector"], "site": None})
    return {
        "agencies": agencies(),
        "users": users,
        "roles": {role.value: _permission(role.value) for role in PERMISSIONS},
        "approvers": ["east:officer", "youth-justice", "business"],
        "agreements": terms(),
        "subjects": [
            *({"id": age, **facts} for age, facts in _AGES.items()),
            {"id": "ordered", "dob": "1990-05-01", "dob_verified": True, "anonymity_order": "yjs"},
        ],
        "records": list(records),
        "releases": releases if releases is not None else [release(records[0]["id"])],
        "grants": [],
        "break_glass": [],
        **more,
    }


def _permission(name: str) -> Raw:
    permission = next(found for role, found in PERMISSIONS.items() if role.value == name)
    return {
        "types": permission.types if isinstance(permission.types, str) else sorted(permission.types),
        "classes": permission.classes if isinstance(permission.classes, str) else sorted(permission.classes),
        "intelligence": permission.intelligence,
        "release": permission.release,
    }


def ask(
    exits: tuple[str, ...] = ("one",),
    purposes: tuple[str, ...] = (PURPOSE,),
    of: str = "r1",
    readers: Iterable[str] = tuple(READERS),
) -> tuple[tuple[str, str, str, str], ...]:
    """Every reader, purpose and exit about one record."""
    return tuple(
        (reader, of, purpose, leaving) for reader in readers for purpose in purposes for leaving in exits
    )
