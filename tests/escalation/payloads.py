"""What is sent with each attempt: a body with which the thing's own agency gets as far as the thing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from foundation import clock
from tests.escalation.things import World, named, person

_WHY = "For a reason."


def forms(world: World, owner: str) -> Mapping[str, Mapping[str, Any]]:
    """What pages send, by endpoint, and the act where there are several."""
    day = (clock.today() + timedelta(days=20)).isoformat()
    reason = {"reason": _WHY}
    return {
        "actions.show": {"move": "at_risk", "text": _WHY, "version": 1},
        **_agreement_forms(world, owner, day, reason),
        "glass.keep_review": {"finding": "justified", "text": _WHY},
        "handling.show": {"marking": "OFFICIAL", "code": "P", "do": "keep", "version": 1},
        "handling.order": {"person": world.ids[owner, "free-link"], "reference": "Court 2"},
        "handling.end": reason,
        "meetings.set_new": {"title": "T", "measure": "M", "owner": person(owner), "due": day},
        "notes.new": {
            "link": world.ids[owner, "free-link"], "recipients": "romford-bcrp", "classes": "image",
            "reason": _WHY, "until": day, "approver": named("second", owner),
        },
        "notes.sign": {"digest": "0" * 64},
        "notes.refuse": {"why": _WHY},
        "people.roles": {"roles": "officer"},
        "people.end": {"successor": ""},
        "recalls.notice": {"done": "deleted", "said": ""},
        "recalls.new": {"what": "field:address", "value": "2 Road", "reason": _WHY, "message": _WHY,
                        "do": "recall", "version": 1, "due": day},
        "reports.check": {"evidence": "good"},
        "requests.answer": {"give_0": "disclose", "users": world.ids[owner, "asker"], "until_date": day,
                            "until_time": "12:00", "reasons": _WHY},
        "requests.say_no": {"refusal": _WHY},
        "requests.confirm": {"proposal": named("proposal", owner), "digest": "0" * 64},
        "requests.give_back": {"proposal": named("proposal", owner), "why": _WHY},
        "service_accounts.new_key": {
            "name": "K", "actions": "record:read", "purposes": "preventing-and-detecting-robbery", "days": 9
        },
    }  # fmt: skip


def _agreement_forms(
    world: World, owner: str, day: str, reason: Mapping[str, Any]
) -> Mapping[str, Mapping[str, Any]]:
    frame = {
        "edition": 1, "title": "T", "parties": ["havering", owner], "purposes": ["safeguarding-children"],
        "begins": clock.today().isoformat(), "last": day,
    }  # fmt: skip
    clause = {
        "edition": 1, "id": "9.9", "title": "T", "treatment": "disclose", "classes": "event",
        "records": "incident", "from_": owner, "to": "havering", "purposes": "safeguarding-children",
        "basis": "B",
    }  # fmt: skip
    return {
        "agreement_acts.standing": reason,
        "agreement_acts.review": {"findings": _WHY, "next_due": day},
        "agreement_acts.confirmation": {"version": 3},
        "agreement_acts.negotiate:review": {"edition": 1},
        "agreement_acts.negotiate:back": reason,
        "agreement_acts.negotiate:comment": {"text": _WHY, "clause": ""},
        "agreement_acts.sign": {"digest": world.ids[owner, "digest"], "read": "y"},
        "drafting.frame": frame,
        "drafting.heads": {"edition": 1, "purpose": "P"},
        "drafting.text": {"edition": 1, "text": world.ids[owner, "text"]},
        "drafting.new_clause": clause,
        "drafting.clause": {**clause, "id": "1.1"},
        "drafting.remove": {"edition": 1},
        "drafting.discard": {"edition": 1},
    }


def programs(world: World, owner: str) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What programs send, by method and the end of the address, with the type of record where it matters."""
    day, reason = (clock.today() + timedelta(days=20)).isoformat(), {"reason": _WHY}
    later = (clock.now() + timedelta(days=3)).isoformat()
    sent: dict[tuple[str, str], Mapping[str, Any]] = {
        ("PATCH", f"{type_}>"): {"values": values}
        for type_, values in {
            "incident": {"address": "2 Road"}, "sighting": {"address": "2 Road"}, "vehicle": {"make": "Opel"},
            "subject": {"advice": "None"}, "item": {"make": "Other"}, "premises": {"trading_name": "Other"},
            "camera": {"number": "C-2"}, "intelligence": {"report": "Other"}, "media": {"caption": "Other"},
        }.items()
    }  # fmt: skip
    for (_, type_), values in [*sent.items()]:
        recalled = {**values, "reason": _WHY, "message": _WHY, "due": day}
        sent["POST", f"{type_}/recalls"] = recalled
        sent["POST", f"{type_}/recalls/rehearsal"] = recalled
    version = {"from": clock.now().isoformat(), "until": later, "parties": ["havering", owner],
               "purposes": ["safeguarding-children"], "heads": {}, "clauses": []}  # fmt: skip
    return sent | {
        ("PATCH", "actions>"): {"move": "at_risk", "text": _WHY, "version": 1},
        ("PUT", "/suspension"): reason,
        ("PUT", "/withdrawal"): reason,
        ("PUT", "/ending"): reason,
        ("POST", "/reviews"): {"findings": _WHY, "next_due": day},
        ("POST", "/confirmation"): {"version": 3},
        ("POST", "/back"): reason,
        ("POST", "/comments"): {"text": _WHY},
        ("POST", "/review"): {"edition": 1},
        ("POST", "/signatures"): {"digest": world.ids[owner, "digest"]},
        ("PUT", "/terms"): {"version": version},
        ("PUT", "/terms/clauses"): {"clauses": []},
        ("PUT", "/terms/text"): {"text": world.ids[owner, "text"]},
        ("POST", "/actions"): {"title": "T", "measure": "M", "owner": person(owner), "due": day},
        ("PUT", "/handling"): {"code": "P"},
        ("POST", "/handling/preview"): {"code": "P"},
        ("POST", "/releases"): {
            "agreement": "HAV-CSP-01", "purposes": ["preventing-and-detecting-robbery"],
            "recipients": ["havering"],
        },
        ("POST", "/acknowledgement"): {"done": "deleted"},
        ("POST", "/check"): {"evidence": "good"},
        ("POST", "/answer"): {"fields": {"account": "disclose"}, "users": [world.ids[owner, "asker"]],
                              "until": later, "reasons": _WHY},
        ("POST", "/refuse"): {"reasons": _WHY},
        ("POST", "/simulation"): {"owner": owner, "audiences": ["havering"]},
    }  # fmt: skip
