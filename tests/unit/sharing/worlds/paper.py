"""A world as a file gives it, small enough to read, for tests to change one thing in."""

from copy import deepcopy

_CLAUSE = {
    "id": "1",
    "purposes": ["robbery"],
    "from": ["police"],
    "to": ["bcrp", "council"],
    "records": ["incident", "vehicle", "media"],
    "fields": ["event", "ward"],
    "treatment": "disclose",
}
_WORLD = {
    "agencies": [
        {"id": "east", "kind": "police"},
        {"id": "romford", "kind": "bcrp"},
        {"id": "havering", "kind": "council"},
        {"id": "charity", "kind": "other"},
    ],
    "users": [
        {"id": "pc", "agency": "east", "roles": ["officer"], "site": None},
        {"id": "shop", "agency": "romford", "roles": ["member"], "site": "s1"},
        {"id": "clerk", "agency": "havering", "roles": [], "site": None},
    ],
    "roles": {"officer": {"types": "all", "classes": "all", "release": True}},
    "approvers": ["pc"],
    "agreements": [
        {
            "id": "A",
            "suspended": [],
            "ended": None,
            "withdrawals": [],
            "confirmed": [],
            "versions": [
                {
                    "number": 1,
                    "signed": True,
                    "from": "2026-01-01T00:00:00Z",
                    "until": "2027-01-01T00:00:00Z",
                    "parties": ["east", "romford", "havering"],
                    "purposes": ["robbery"],
                    "clauses": [
                        _CLAUSE,
                        {
                            **_CLAUSE,
                            "id": "2",
                            "fields": ["hair"],
                            "categories": ["suspect"],
                            "children": "also",
                        },
                        {**_CLAUSE, "id": "3", "fields": ["links"]},
                    ],
                }
            ],
        }
    ],
    "subjects": [
        {
            "id": "ryan",
            "dob": "1990-01-01",
            "dob_verified": True,
            "apparent_age": None,
            "believed_child": False,
            "anonymity_order": None,
        }
    ],
    "records": [
        {
            "id": "r1",
            "type": "incident",
            "owner": "east",
            "site": None,
            "subject": None,
            "happened": "2026-02-01T12:00:00Z",
            "fields": {"crime_type": "robbery"},
            "persons": [
                {"link": "l1", "subject": "ryan", "categories": ["suspect"], "fields": {"hair": ["dark"]}}
            ],
            "links": [{"link": "k1", "to": "r2", "by": "east"}],
            "conditions": None,
            "necessity_notes": [],
        },
        {
            "id": "r2",
            "type": "vehicle",
            "owner": "east",
            "site": None,
            "subject": None,
            "happened": "2026-02-01T12:00:00Z",
            "fields": {"registration": "LD57ABC"},
            "persons": [],
            "links": [],
            "keeper": "l1",
            "conditions": None,
            "necessity_notes": [],
        },
    ],
    "releases": [
        {
            "id": f"x{number}",
            "record": f"r{number}",
            "agreement": "A",
            "purposes": ["robbery"],
            "recipients": "all",
            "text": None,
            "by": "pc",
            "at": "2026-02-02T12:00:00Z",
            "expires": None,
            "revoked": None,
        }
        for number in (1, 2)
    ],
    "grants": [],
    "break_glass": [],
}


def world():
    """A fresh copy of the world."""
    return deepcopy(_WORLD)


def question(reader="clerk", record="r1", **more):
    """A question of 17 February 2026."""
    return {
        "reader": reader,
        "purpose": "robbery",
        "record": record,
        "now": "2026-02-17T14:00:00Z",
        "exit": "one",
    } | more
