"""Small, nasty worlds: drawn from a seed, or by Hypothesis, which shrinks the same draws.

Times come from a short list around one moment, so that questions fall exactly on the bounds of periods.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from tests.second.agreed_terms import PURPOSES, agreements, written
from tests.second.field_table import page_fields, person_fields, record_fields
from tests.second.people_and_records import agencies, records, roles, subjects, users
from tests.second.world_view import is_member

NOW = datetime(2026, 2, 17, 14, 0, tzinfo=UTC)
DANGERS = ["life", "serious_harm", "missing_child", "nuisance"]


def _some(dice, things, low=1):
    return dice.sample(things, dice.randint(min(low, len(things)), len(things))) if things else []


def _conditions(dice, agency_ids):
    conditions = {}
    if dice.random() < 0.4:
        conditions["named_recipients"] = _some(dice, agency_ids)
    if dice.random() < 0.5:
        conditions["withhold_classes"] = _some(dice, ["contact", "place", "narrative", "event", "link"])[:2]
    if dice.random() < 0.4:
        conditions["sanitised_only"] = True
    if dice.random() < 0.4:
        conditions["veto"] = dice.random() < 0.7
    return conditions or None


def _notes(dice, world, record):
    named = [p["subject"] for p in record["persons"]] + [record["subject"]]
    start = NOW - timedelta(days=dice.choice([1, 5, 30]))
    end = dice.choice([NOW, NOW + timedelta(days=30), datetime(2026, 7, 17, 14, tzinfo=UTC)])
    if dice.random() < 0.1:
        end = datetime(2026, 9, 1, tzinfo=UTC)
    return [
        {
            "subject": subject,
            "recipients": _some(dice, [a["id"] for a in world["agencies"]], 2),
            "classes": _some(dice, ["identity", "contact", "image", "identifier"], 2),
            "reason": "needed to recognise the person",
            "from": written(start),
            "until": written(end),
            "approver": dice.choice(world["approvers"] + [world["users"][-1]["id"]]),
        }
        for subject in filter(None, named)
        if dice.random() < 0.5
    ]


def _releases(dice, world):
    made = []
    for record in world["records"]:
        for _ in range(dice.choice([1, 2, 2, 3])):
            staff = [u for u in world["users"] if u["agency"] == record["owner"] and "releaser" in u["roles"]]
            maker = dice.choice(staff if dice.random() < 0.96 else world["users"])
            agreed = _fitting(dice, world, record["owner"])
            at = NOW - timedelta(days=dice.choice([0, 1, 5, 9, 20, 60, 60, 120] * 3 + [250]))
            release = {
                "id": f"release-{len(made) + 1}",
                "record": record["id"],
                "agreement": agreed["id"],
                "purposes": PURPOSES if dice.random() < 0.85 else [dice.choice(PURPOSES)],
                "recipients": _recipients(dice, world),
                "text": dice.choice([None, "What may be said of it.", "What may be said of it."]),
                "by": maker["id"],
                "at": written(at),
                "expires": _rarely(dice, 0.12, NOW),
                "revoked": _rarely(dice, 0.05, NOW - timedelta(hours=1)),
            }
            if record["type"] == "subject" and dice.random() < 0.5:
                release["category"] = dice.choice(["suspect", "convicted", "victim", "observed"])
            made.append(release)
    return made


def _fitting(dice, world, owner):
    """Mostly an agreement in which the owner stands."""
    fitting = [a for a in world["agreements"] if owner in a["versions"][0]["parties"]]
    return dice.choice(fitting if fitting and dice.random() < 0.95 else world["agreements"])


def _rarely(dice, chance, moment):
    return written(moment) if dice.random() < chance else None


def _recipients(dice, world):
    if dice.random() < 0.8:
        return "all"
    return _some(dice, [agency["id"] for agency in world["agencies"]] + ["members"])


def _keys(record):
    names = [field.name for field in record_fields(record["type"])]
    if record["type"] == "subject":
        names += [field.name for field in page_fields()]
    names += [f"persons.{p['link']}.{f.name}" for p in record["persons"] for f in person_fields()]
    return names + [f"links.{link['link']}" for link in record["links"]]


def _grants(dice, world):
    made = []
    for release in world["releases"]:
        if dice.random() < 0.55:
            continue
        record = next(r for r in world["records"] if r["id"] == release["record"])
        keys = _keys(record)
        user = dice.choice([u for u in world["users"] if u["agency"] != record["owner"]])
        made.append(
            {
                "id": f"grant-{len(made) + 1}",
                "record": record["id"],
                "agreement": release["agreement"],
                "fields": sorted(dice.sample(keys, min(len(keys), dice.choice([2, 8, 20])))),
                "treatment": dice.choice(["disclose", "disclose", "disclose", "mask", "generalise"]),
                "to_agency": user["agency"],
                "to_users": None if dice.random() < 0.3 else [user["id"]],
                "purpose": dice.choice(release["purposes"]),
                "from": written(NOW - timedelta(days=1)),
                "until": written(NOW + timedelta(days=dice.choice([0, 5, 5, 5]))),
                "passes": [
                    {"link": person["link"], "floor": floor, "why": "agreed with the person"}
                    for person in record["persons"]
                    for floor in ("protected", "child")
                    if dice.random() < 0.5
                ],
            }
        )
    return made


def _broken_glass(dice, world):
    made = []
    for _ in range(dice.choice([0, 1, 2, 3])):
        at = NOW - timedelta(minutes=dice.choice([0, 1, 5, 29, 30]))
        if dice.random() < 0.3:
            at -= timedelta(hours=dice.choice([72, 80]))
        user = dice.choice([u for u in world["users"] if "duty_inspector" in u["roles"]] or world["users"])
        made.append(
            {
                "id": f"glass-{len(made) + 1}",
                "user": user["id"],
                "record": dice.choice(world["records"])["id"],
                "at": written(at),
                "role": dice.choice(["duty_inspector"] * 4 + ["safeguarding_lead"]),
                "danger": dice.choice(DANGERS),
                "reason": "a threat was made",
                "factor_at": written(at - timedelta(minutes=dice.choice([0, 1, 4, 5]))),
                "reviewed": _rarely(dice, 0.3, NOW - timedelta(minutes=40)),
                "second_person": dice.choice([None, dice.choice(world["users"])["id"]]),
            }
        )
    return made


def _moments(value):
    """Every time that stands anywhere in a world."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [moment for inner in value for moment in _moments(inner)]
    return [value] if isinstance(value, str) and value.endswith("Z") and len(value) == 20 else []


def _parties(world, release):
    agreed = next(a for a in world["agreements"] if a["id"] == release["agreement"])
    recipients = set(agreed["versions"][-1]["parties"])
    return recipients if release["recipients"] == "all" else recipients & set(release["recipients"])


def _question(dice, world, times):
    now = NOW
    if dice.random() < 0.3:
        bound = datetime.fromisoformat(dice.choice(times))
        near = abs(bound - NOW) < timedelta(days=2)
        now = bound + timedelta(seconds=dice.choice([-1, 0, 0])) if near else NOW
    release = dice.choice(world["releases"])
    record = next(r for r in world["records"] if r["id"] == release["record"])
    readers = [u for u in world["users"] if u["agency"] != record["owner"] or is_member(u)] or world["users"]
    if dice.random() < 0.6:
        parties = _parties(world, release)
        readers = [u for u in readers if u["agency"] in parties - {record["owner"]}] or readers
    reader, target = dice.choice(readers if dice.random() < 0.85 else world["users"])["id"], record["id"]
    if world["break_glass"] and dice.random() < 0.2:
        entry = dice.choice(world["break_glass"])
        reader, target = entry["user"], entry["record"]
    return {
        "reader": reader,
        "purpose": dice.choice(release["purposes"]) if dice.random() < 0.93 else "another-purpose",
        "record": target,
        "now": written(now),
        "exit": dice.choice(["one", "one", "one", "bulk", "print", "export"]),
    }


def draw_world(dice, questions=12):
    """A world and questions about it, from any source of chance with the interface of `random.Random`."""
    world = {"agencies": agencies(dice)}
    world["roles"] = roles(dice, PURPOSES)
    world["users"] = users(dice, world["agencies"])
    kinds = {agency["id"]: agency["kind"] for agency in world["agencies"]}
    fit = [u["id"] for u in world["users"] if kinds[u["agency"]] in {"police", "youth_justice"}]
    world["approvers"] = fit
    world["subjects"] = subjects(dice, NOW, world["agencies"])
    world["records"] = records(dice, NOW, world)
    for record in world["records"]:
        chance = 0.15 if record["id"] != "record-1" else 0.3
        record["conditions"] = _conditions(dice, list(kinds)) if dice.random() < chance else None
        record["necessity_notes"] = _notes(dice, world, record)
    world["agreements"] = agreements(dice, NOW, world["agencies"])
    world["releases"] = _releases(dice, world)
    for agreed in world["agreements"]:
        agreed["confirmed"] = [
            {"release": r["id"], "version": dice.choice(agreed["versions"])["number"], "at": written(NOW)}
            for r in world["releases"]
            if r["agreement"] == agreed["id"] and dice.random() < 0.4
        ]
    world["grants"] = _grants(dice, world)
    world["break_glass"] = _broken_glass(dice, world)
    times = sorted(set(_moments(world)))
    return {"world": world, "questions": [_question(dice, world, times) for _ in range(questions)]}


def random_world(seed):
    """The world of a seed: the same on every machine."""
    return draw_world(Random(seed))


def drawn_worlds():
    """The same worlds as a Hypothesis strategy, with fewer questions each."""
    return st.randoms(use_true_random=False).map(lambda dice: draw_world(dice, questions=4))
