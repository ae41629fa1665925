"""One small world, written out, in which a test changes what it is about and asks one question."""

from copy import deepcopy

from tests.second.implementation import answer

PURPOSE = "safeguarding-children"
NOW = "2026-02-17T14:00:00Z"
EVERY_CATEGORY = ["suspect", "convicted", "victim", "witness", "observed", "other"]
ADULT, CHILD = "1990-05-01", "2012-05-01"


def clause(name, fields, treatment="disclose", **more):
    return {
        "id": name,
        "purposes": [PURPOSE],
        "from": ["met"],
        "to": ["havering", "romford"],
        "records": ["incident", "subject", "vehicle", "item", "premises", "media", "intelligence"],
        "fields": fields,
        "treatment": treatment,
        **more,
    }


def person_clause(name, fields, treatment="disclose", **more):
    return clause(name, fields, treatment, **{"categories": EVERY_CATEGORY, "children": "also", **more})


def record(name, kind="incident", **more):
    blank = {"owner": "met", "site": None, "subject": None, "happened": "2026-02-01T10:00:00Z", "fields": {}}
    ends = {"persons": [], "links": [], "conditions": None, "necessity_notes": []}
    return {"id": name, "type": kind, **blank, **ends, **more}


def person(*categories, subject="ann", link="l1", **fields):
    return {"link": link, "subject": subject, "categories": list(categories), "fields": fields}


def release(name="r1", of="rec", agreement="agr", **more):
    said = {"id": name, "record": of, "agreement": agreement, "purposes": [PURPOSE], "recipients": "all"}
    rest = {"text": None, "by": "met-1", "at": "2026-02-02T00:00:00Z", "expires": None, "revoked": None}
    return {**said, **rest, **more}


def version(*clauses, number=1, **more):
    said = {"number": number, "signed": True, "from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    parties = ["met", "havering", "romford", "youth", "cps"]
    return {**said, "parties": parties, "purposes": [PURPOSE], "clauses": list(clauses), **more}


def agreement(*versions, name="agr", **more):
    quiet = {"suspended": [], "ended": None, "withdrawals": [], "confirmed": []}
    return {"id": name, **quiet, "versions": list(versions), **more}


def grant(fields, *, passes=(), **more):
    said = {"id": "grant", "record": "rec", "agreement": "agr", "fields": fields, "treatment": "disclose"}
    to = {"to_agency": "havering", "to_users": None, "purpose": PURPOSE, "from": "2026-02-10T00:00:00Z"}
    return {**said, **to, "until": "2026-03-01T00:00:00Z", "passes": list(passes), **more}


def glass(**more):
    said = {"id": "glass", "user": "hav-1", "record": "rec", "at": "2026-02-17T13:50:00Z"}
    why = {"role": "safeguarding_lead", "danger": "life", "reason": "threats", "second_person": None}
    return {**said, **why, "factor_at": "2026-02-17T13:47:00Z", "reviewed": None, **more}


def note(**more):
    said = {
        "subject": "ann",
        "recipients": ["romford"],
        "classes": ["identity"],
        "reason": "to recognise her",
    }
    period = {"from": "2026-02-10T00:00:00Z", "until": "2026-05-10T00:00:00Z"}
    return {**said, **period, "approver": "met-1", **more}


def subject(name="ann", born=ADULT, **more):
    unknown = {"apparent_age": None, "believed_child": False, "anonymity_order": None}
    return {"id": name, "dob": born, "dob_verified": born is not None, **unknown, **more}


def world(*clauses, **more):
    """Police, a council, a crime partnership with two shops, youth justice and prosecution, one incident."""
    staff = [("met-1", "met"), ("hav-1", "havering"), ("hav-2", "havering"), ("rom-1", "romford")]
    staff += [("you-1", "youth"), ("cps-1", "cps")]
    users = [{"id": name, "agency": agency, "roles": ["desk"], "site": None} for name, agency in staff]
    users[1]["roles"] = users[2]["roles"] = ["desk", "safeguarding_lead"]
    users += [
        {"id": f"shop-{n}", "agency": "romford", "roles": ["desk"], "site": f"shop-{n}"} for n in (1, 2)
    ]
    kinds = {"met": "police", "havering": "council", "romford": "bcrp", "youth": "youth_justice"}
    kinds["cps"] = "prosecution"
    said = {
        "agencies": [{"id": name, "kind": kind} for name, kind in kinds.items()],
        "users": users,
        "roles": {
            "desk": {"types": "all", "classes": "all", "release": True},
            "safeguarding_lead": {"types": [], "classes": []},
        },
        "approvers": ["met-1", "you-1"],
        "agreements": [agreement(version(*clauses))],
        "subjects": [subject()],
        "records": [record("rec")],
        "releases": [release()],
        "grants": [],
        "break_glass": [],
    }
    return {**said, **more}


def ask(asked, reader="hav-1", of="rec", **more):
    """The answer of the second implementation to one question about a world."""
    question = {"reader": reader, "purpose": PURPOSE, "record": of, "now": NOW, "exit": "one", **more}
    return answer(deepcopy(asked), question)


def told(asked, key, **more):
    """Treatment and reason of one field; the whole answer where the record does not exist."""
    answered = ask(asked, **more)
    return answered if isinstance(answered, str) else (answered[key]["treatment"], answered[key]["reason"])
