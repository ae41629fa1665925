"""Agencies, users, subjects and records for random worlds."""

from datetime import date, timedelta

from tests.second.ages import anniversary
from tests.second.agreed_terms import CATEGORIES, some, written

KINDS = ["council", "bcrp", "bid", "school", "youth_justice", "prosecution", "retailer"]
KINDS += ["other", "transport_operator"]
EVENTS = ["incident", "incident", "sighting", "intelligence", "alert", "order", "camera"]
KEPT_TYPES = ["vehicle", "item", "premises"]
NAMES = ["J", "Al Bo", "Jo", "Maria Teresa", "A B", "Al B", None]
PHONES = ["12345", "020 7946 0999", "123456", "1 2 3 4 5", None]
IMEIS = ["490154203237518", "49015420323751", "4901542032375180", None]
MARKS = ["AB", "AB1", "AB12", "A B 1", "AB12 CDE", None]
AGENCY_ROLES = ["officer", "clerk", "releaser", "intelligence_desk", "duty_inspector", "safeguarding_lead"]


def agencies(dice):
    """Two to five agencies, one of them police, the business mark said or left out."""
    made = [{"id": "agency-1", "kind": "police"}]
    for number, kind in enumerate(dice.sample(KINDS, dice.randint(1, 4)), start=2):
        made.append({"id": f"agency-{number}", "kind": kind})
    for agency in made:
        if dice.random() < 0.15:
            agency["business"] = dice.random() < 0.5
    return made


def roles(dice, purposes):
    """What each role reads of its own agency's records."""
    made = {
        "officer": {"types": "all", "classes": "all"},
        "clerk": {"types": ["incident", "vehicle", "subject"], "classes": ["event", "place", "link"]},
        "releaser": {"types": "all", "classes": ["event"], "release": True},
        "intelligence_desk": {"types": "all", "classes": "all", "intelligence": True},
        "duty_inspector": {"types": "all", "classes": ["admin", "event"]},
        "safeguarding_lead": {"types": ["incident"], "classes": ["vulnerability"]},
    }
    if dice.random() < 0.2:
        made["clerk"]["purposes"] = [dice.choice(purposes)]
    if dice.random() < 0.04:
        made["releaser"]["types"] = ["incident", "sighting"]
    return made


#: What the second member of an agency holds: several shops, one, or none any more.
SHOPS = (["site-1", "site-2"], ["site-2"], ["site-2", "site-3"], [])


def users(dice, agency_list):
    """A releaser and a reader for each agency, and members where the agency runs a scheme."""
    made = []
    for agency in agency_list:
        held = [["releaser"], some(dice, AGENCY_ROLES)[:3], [dice.choice(["officer", "duty_inspector"])]]
        made += [
            {"id": f"user-{agency['id']}-{n}", "agency": agency["id"], "roles": r, "site": None}
            for n, r in enumerate(held, start=1)
        ]
        if agency["kind"] in {"bcrp", "bid", "retailer"} or dice.random() < 0.1:
            home = {"agency": agency["id"], "roles": ["clerk"]}
            held = SHOPS[len(made) % len(SHOPS)]
            made += [
                {"id": f"member-{agency['id']}-site-1", **home, "site": "site-1"},
                {"id": f"member-{agency['id']}-site-2", **home, "site": None, "sites": held},
            ]
    return made


def _birthday(dice, now):
    eighteen_today = anniversary(now.date(), -18)
    return dice.choice(
        [
            eighteen_today,
            eighteen_today + timedelta(days=1),
            eighteen_today + timedelta(days=30),
            eighteen_today - timedelta(days=3),
            date(2008, 2, 29),
            date(1990, 5, 1),
            date(1990, 5, 1),
            None,
            None,
        ]
    )


def subjects(dice, now, agency_list):
    """Persons around eighteen, some known only by how old they look, a few under an order."""
    made = []
    for number in range(1, 5):
        born = _birthday(dice, now)
        looks = None
        if dice.random() < (0.2 if born else 0.6):
            low = dice.choice([15, 17, 18, 25])
            recorded = dice.choice(["2026-02-17", "2025-02-17", "2025-02-18", "2024-02-29", "2026-02-16"])
            looks = {"low": low, "high": low + 5, "recorded": recorded}
        order = dice.choice(agency_list)["id"] if dice.random() < 0.12 else None
        made.append(
            {
                "id": f"subject-{number}",
                "dob": born.isoformat() if born else None,
                "dob_verified": dice.random() < 0.5 if born else False,
                "apparent_age": looks,
                "believed_child": dice.random() < 0.15,
                "anonymity_order": order,
            }
        )
    return made


def _values(dice, names):
    choices = {
        **dict.fromkeys(("given_name", "family_name", "alias", "guardian", "manager"), NAMES),
        **dict.fromkeys(("phone", "line_number", "control_room_phone"), PHONES),
        **dict.fromkeys(("registration", "partial_registration"), MARKS),
        "imei": IMEIS,
    }
    drawn = {name: dice.choice(choices[name]) for name in names if name in choices}
    return {name: value for name, value in drawn.items() if value is not None}


def _person(dice, link):
    low = dice.choice([0, 1, 1, 1, 1, 1])
    return {
        "link": link,
        "subject": f"subject-{dice.randint(1, 4)}",
        "categories": dice.sample(CATEGORIES, dice.choice([low, 1, 1, 2])),
        "fields": _values(dice, ["given_name", "family_name", "alias", "guardian", "phone"]),
    }


def _blank(dice, now, number, kind, owner):
    happened = now - timedelta(days=dice.choice([0, 1, 3, 20, 400]))
    return {
        "id": f"record-{number}",
        "type": kind,
        "owner": owner["id"],
        "site": dice.choice(["site-1", "site-2", None]),
        "subject": f"subject-{dice.randint(1, 4)}" if kind == "subject" else None,
        "happened": written(happened),
        "fields": _own_values(dice, kind),
        "persons": [],
        "links": [],
        "conditions": None,
        "necessity_notes": [],
    }


def _own_values(dice, kind):
    named = {
        "vehicle": ["registration", "partial_registration"],
        "item": ["imei", "line_number"],
        "premises": ["manager", "phone"],
        "camera": ["control_room_phone"],
        "subject": ["given_name", "family_name", "alias", "guardian", "phone"],
    }
    return _values(dice, named.get(kind, []))


def records(dice, now, world):
    """Three to seven records: events with persons, pages, kept things, media; linked to one another."""
    kinds = [dice.choice(EVENTS), "incident", dice.choice([*KEPT_TYPES, "subject"])]
    kinds += dice.sample([*EVENTS, *KEPT_TYPES, "subject", "subject", "media", "media"], dice.randint(0, 4))
    owners = world["agencies"]
    favourite = dice.choice(owners)
    made = []
    for number, kind in enumerate(kinds, start=1):
        record = _blank(dice, now, number, kind, favourite if dice.random() < 0.7 else dice.choice(owners))
        if kind not in {"subject", "camera", *KEPT_TYPES}:
            count = dice.choice([0, 1, 2, 3]) if kind != "media" else dice.choice([0, 0, 1])
            record["persons"] = [_person(dice, f"link-{number}-{n}") for n in range(1, count + 1)]
        _attach(dice, record, made)
        made.append(record)
    for record in made:
        if dice.random() < 0.4:
            _join(dice, record, made, owners)
    return made


def _attach(dice, record, earlier):
    links = [person["link"] for other in earlier for person in other["persons"]]
    if record["type"] in KEPT_TYPES and links and dice.random() < 0.75:
        record["keeper"] = dice.choice(links)
    if record["type"] == "media" and dice.random() < 0.85:
        record["parent"] = dice.choice(earlier)["id"]
        record["owner"] = next(r for r in earlier if r["id"] == record["parent"])["owner"]
    same = [other for other in earlier if other["type"] == record["type"]]
    if same and dice.random() < 0.4:
        record["derived_from"] = dice.choice(same)["id"]


def _join(dice, record, made, owners):
    others = [other for other in made if other is not record]
    by = record["owner"] if dice.random() < 0.75 else dice.choice(owners)["id"]
    number = record["id"].removeprefix("record-")
    record["links"] = [{"link": f"joined-{number}", "to": dice.choice(others)["id"], "by": by}]
