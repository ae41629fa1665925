"""Agreements for random worlds: parties, versions, interruptions and clauses with every option."""

from datetime import timedelta

PURPOSES = ["preventing-and-detecting-robbery", "safeguarding-children"]
CLASSES = [
    *(
        [
            "admin",
            "event",
            "place",
            "narrative",
            "identity",
            "contact",
            "description",
            "ethnic_appearance",
            "image",
            "identifier",
        ]
    ),
    *(["vulnerability", "link", "assessment", "source"]),
]
SINGLE = [
    *(
        [
            "crime_type",
            "ward",
            "occurred",
            "loss",
            "account",
            "address",
            "point",
            "family_name",
            "phone",
            "home_address",
            "picture",
        ]
    ),
    *(
        [
            "registration",
            "imei",
            "subject",
            "category",
            "date_of_birth",
            "judgement",
            "links",
            "card",
            "line_number",
            "serial",
        ]
    ),
]
TYPES = [
    "incident",
    "subject",
    "sighting",
    "vehicle",
    "item",
    "premises",
    "camera",
    "media",
    "intelligence",
    "order",
    "alert",
]
CATEGORIES = ["suspect", "convicted", "victim", "witness", "observed", "other"]
TREATMENTS = ["disclose", "generalise", "mask", "pseudonym", "withhold", "absent"]

#: Fields that a treatment can be applied to, so that it is not for ever answered with `no-treatment`.
FITTING = {
    "generalise": [
        "occurred",
        "address",
        "point",
        "loss",
        "date_of_birth",
        "picture",
        "home_address",
        "crime_type",
        "seen",
        "place",
    ],
    "mask": [
        "given_name",
        "family_name",
        "alias",
        "phone",
        "line_number",
        "imei",
        "registration",
        "manager",
        "picture",
    ],
    "pseudonym": ["subject", "given_name", "family_name", "guardian", "ward", "alias", "manager"],
}


def written(moment):
    """A time as a world writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def some(dice, things, low=1):
    """At least `low` of the things, in any order."""
    return dice.sample(things, dice.randint(min(low, len(things)), len(things)))


def _fields(dice):
    if dice.random() < 0.35:
        return list(CLASSES)
    return dice.sample(CLASSES, dice.choice([1, 3, 5])) + dice.sample(SINGLE, dice.choice([0, 0, 1, 3]))


def _side(dice, agencies, *, members):
    ids, kinds = [a["id"] for a in agencies], sorted({a["kind"] for a in agencies})
    pool = kinds if dice.random() < 0.5 else ids
    names = some(dice, pool, len(pool) - 1)
    return [*names, "members"] if members and dice.random() < 0.4 else names


def _clause(dice, number, agencies):
    clause = {
        "id": f"clause-{number}",
        "purposes": list(PURPOSES) if dice.random() < 0.8 else [dice.choice(PURPOSES)],
        "from": _side(dice, agencies, members=False),
        "to": _side(dice, agencies, members=True),
        "records": list(TYPES) if dice.random() < 0.7 else some(dice, TYPES),
        "fields": _fields(dice),
        "treatment": dice.choice(TREATMENTS + ["disclose"] * 6 + ["generalise", "mask"]),
    }
    fitting = FITTING.get(clause["treatment"])
    if fitting and dice.random() < 0.8:
        clause["fields"] = some(dice, fitting, 2)
    if dice.random() < 0.5:
        clause["categories"] = list(CATEGORIES) if dice.random() < 0.5 else some(dice, CATEGORIES)
    if dice.random() < 0.5:
        clause["children"] = dice.choice(["no", "also", "also", "only"])
    if dice.random() < 0.2:
        clause["roles"] = some(dice, ["officer", "clerk", "duty_inspector"])[:2]
    if dice.random() < 0.12:
        clause["never"] = dice.random() < 0.8
    if dice.random() < 0.25:
        clause["retention_days"] = dice.choice([5, 20, 60, 90])
    return clause


def _later(dice, clauses, agencies):
    """The clauses of the next version: most of them kept, some changed, some dropped, one added."""
    kept = []
    for clause in clauses:
        if dice.random() < 0.15:
            continue
        changed = dict(clause)
        if dice.random() < 0.3:
            changed["treatment"] = dice.choice(TREATMENTS)
        kept.append(changed)
    return [*kept, _clause(dice, len(clauses) + 20, agencies)]


def _versions(dice, now, agencies, parties):
    clauses = [_clause(dice, number, agencies) for number in range(1, dice.choice([7, 10, 13]))]
    begins = now - timedelta(days=200)
    versions = []
    for number in range(1, dice.choice([2, 3, 3, 4])):
        until = now + timedelta(days=dice.choice([400] * 14 + [0, 1]))
        versions.append(
            {
                "number": number,
                "signed": number == 1 or dice.random() < 0.9,
                "from": written(begins),
                "until": written(until if number > 1 else now + timedelta(days=400)),
                "parties": list(parties),
                "purposes": list(PURPOSES) if dice.random() < 0.92 else [PURPOSES[0]],
                "clauses": clauses,
            }
        )
        clauses = _later(dice, clauses, agencies)
        begins = now - timedelta(days=dice.choice([50, 30, 9, 5, 0]) // number)
    return versions


def _interruptions(dice, now):
    if dice.random() > 0.12:
        return []
    start = now - timedelta(days=dice.choice([0, 3, 6]))
    return [{"from": written(start), "until": dice.choice([None, written(now), written(now)])}]


def _withdrawals(dice, now, parties):
    gone = []
    for party in parties:
        if dice.random() < 0.05:
            at = now - timedelta(days=dice.choice([0, 4, 10, 70]))
            withdrawal = {"agency": party, "at": written(at)}
            if dice.random() < 0.6:
                withdrawal["rejoined"] = written(at + timedelta(days=dice.choice([0, 2, 4])))
            gone.append(withdrawal)
    return gone


def _agreement(dice, now, number, agencies, parties):
    return {
        "id": f"agreement-{number}",
        "suspended": _interruptions(dice, now),
        "ended": written(now + timedelta(hours=dice.choice([0, 1]))) if dice.random() < 0.06 else None,
        "withdrawals": _withdrawals(dice, now, parties),
        "confirmed": [],
        "versions": _versions(dice, now, agencies, parties),
    }


def agreements(dice, now, agencies):
    """One to three agreements; the last of them may be a scheme's own terms, of one party."""
    ids = [agency["id"] for agency in agencies]
    made = []
    for number in range(1, dice.choice([2, 3, 3, 4])):
        parties = ids if dice.random() < 0.85 else some(dice, ids, 2)
        made.append(_agreement(dice, now, number, agencies, parties))
    schemes = [a["id"] for a in agencies if a["kind"] in {"bcrp", "bid", "retailer"}]
    if schemes and dice.random() < 0.7:
        made.append(_agreement(dice, now, len(made) + 1, agencies, [dice.choice(schemes)]))
    return made
