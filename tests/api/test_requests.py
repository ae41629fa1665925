"""Requests and grants at the JSON door: asked, prepared and read there, and never approved there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from foundation import clock
from sharing.requests.answering import prepare
from sharing.requests.approving import approve
from sharing.requests.content import Answer
from sharing.requests.reading import read_request
from tests.api.doors import (
    MANAGER,
    MEMBER,
    OFFICER,
    STRANGER,
    TRANSPORT_ANALYST,
    incident,
    problem,
    to,
)
from tests.partnership import actor

PREPARER, APPROVER = "femi-oyelaran", "aaron-field"


@pytest.fixture
def robbed(each_sharing):
    """The id of a robbery of the police's, released to the partnership, and the key of a suspect's name."""
    made = each_sharing.made("incidents", OFFICER, incident(to("romford-bcrp")))
    owners = each_sharing.get(f"incidents/{made}", OFFICER).json["fields"]
    key = next(name for name, value in owners.items() if value == "Suspectson")
    return made, key


def asking(record, key, **more):
    return {
        "record": record,
        "fields": [key],
        "basis": "gdpr-legitimate",
        "gateway": "dpa-sch1-10",
        "need": "To serve an exclusion notice on the right person.",
        "proportion": "A description alone has led to the wrong person.",
        "urgency": "normal",
        "days": 28,
        "keeping": "nowhere",
        "security": "portal-only",
        **more,
    }


def answering(key, **more):
    until = (clock.now() + timedelta(days=28)).isoformat()
    said = {"users": [MEMBER], "until": until, "reasons": "To serve the notice."}
    return {"fields": {key: "disclose"}, **said, **more}


def test_withheld_field_leads_to_the_form_and_the_form_to_a_request(each_sharing, robbed):
    record, key = robbed
    told = each_sharing.get(f"incidents/{record}", MEMBER).json["withheld"][key]
    assert told["ask"] == f"/api/v1/requests?record={record}&field={key}"
    form = each_sharing.get(told["ask"].removeprefix("/api/v1/"), MEMBER).json
    assert (form["fields"], form["agreement"], form["everybody"]) == ([key], "HAV-CSP-01", False)
    assert form["askable"][key] == {"rule": "clause HAV-CSP-01 4.2", "shown": ""}
    asked = each_sharing.made("requests", MEMBER, asking(record, key))
    lines = each_sharing.get("requests", MEMBER).json["mine"]
    assert [line["record"] for line in lines if line["id"] == asked] == [record]


def test_lists_say_nothing_of_asking(each_sharing, robbed):
    listed = each_sharing.get("incidents?limit=200", MEMBER).json["records"]
    assert listed
    assert not any("ask" in told for each in listed for told in each["withheld"].values())


def test_request_of_another_is_absent_byte_for_byte(each_sharing, robbed):
    record, key = robbed
    asked = each_sharing.made("requests", MEMBER, asking(record, key))
    absent = "00000000-0000-4000-8000-000000000000"
    for user in (STRANGER, TRANSPORT_ANALYST, MANAGER, "sunil-dhar"):
        for path in ("", "/withdraw", "/answer"):
            bodies = {"/answer": answering(key)}
            method = "POST" if path else "GET"
            told = [
                each_sharing.send(method, f"requests/{each}{path}", user, body=bodies.get(path))
                for each in (asked, absent)
            ]
            assert told[0].data == told[1].data
            assert told[0].status_code == told[1].status_code
            assert told[0].status_code in {403, 404}
    for each in (record, absent):
        answer = each_sharing.get(f"requests?record={each}", STRANGER, purpose="running-the-partnership")
        assert problem(answer) == (404, "missing")


@pytest.mark.parametrize(
    ("change", "status"),
    [({"basis": "because"}, 422), ({"more": 1}, 422), ({"fields": []}, 422), ({"need": "Short"}, 422),
     ({"fields": ["crime_type"]}, 422), ({"users": ["grace-abara"]}, 422)],
)  # fmt: skip
def test_what_cannot_be_taken_is_named(each_sharing, robbed, change, status):
    record, key = robbed
    answer = each_sharing.post("requests", MEMBER, {**asking(record, key), **change})
    assert problem(answer) == (status, "invalid")
    assert next(iter(change)) in str(answer.json["problems"])


def test_key_asks_once(each_sharing, robbed):
    record, key = robbed
    once = {"headers": {"Idempotency-Key": f"ask-{record}"}}
    first = each_sharing.made("requests", MEMBER, asking(record, key), **once)
    assert each_sharing.made("requests", MEMBER, asking(record, key), **once) == first


def test_owner_reads_prepares_and_refuses_and_the_note_stays_theirs(each_sharing, robbed):
    record, key = robbed
    asked = each_sharing.made("requests", MEMBER, asking(record, key))
    theirs = each_sharing.get(f"requests/{asked}", PREPARER).json
    assert theirs["weighed"][key] == {"opens": True, "seen": False, "stopped": None, "second": True}
    each_sharing.post(f"requests/{asked}/answer", PREPARER, answering(key, note="He has form."))
    prepared = each_sharing.get(f"requests/{asked}", PREPARER).json["prepared"]
    assert (prepared["by_key"], prepared["content"]["fields"]) == (True, {key: "disclose"})
    mine = each_sharing.get(f"requests/{asked}", MEMBER)
    assert mine.json["state"] == "open"
    for word in ("He has form", "prepared_by", "weighed", "digest"):
        assert word not in mine.text
    assert mine.json["prepared"] is False
    refused = each_sharing.post(f"requests/{asked}/refuse", PREPARER, {"reasons": "Not before charge."})
    assert refused.status_code == 204
    assert each_sharing.get(f"requests/{asked}", MEMBER).json["about"]["answer_text"] == "Not before charge."


def test_nothing_is_approved_signed_or_broken_at_this_door(each_sharing):
    rules = [rule.rule for rule in each_sharing.app.url_map.iter_rules()]
    paths = [path for path in rules if path.startswith("/api/") and "/agreements/" not in path]
    assert not [path for path in paths if any(each in path for each in ("approve", "sign", "glass", "notes"))]


def test_granted_field_says_by_which_grant_and_until_when_and_is_taken_back(each_sharing, robbed):
    record, key = robbed
    asked = each_sharing.made("requests", MEMBER, asking(record, key))
    until = clock.now() + timedelta(days=5)
    first, second = (replace(actor(who), factor_at=clock.now()) for who in (PREPARER, APPROVER))
    proposal = prepare(
        each_sharing.database, first, asked, Answer({key: "disclose"}, (MEMBER,), until, "To serve it.")
    )
    digest = read_request(each_sharing.database, second, asked).prepared.digest
    (grant,) = approve(each_sharing.database, second, asked, proposal, digest)
    body = each_sharing.get(f"incidents/{record}", MEMBER).json
    assert body["fields"][key] == "Suspectson"
    assert body["granted"][key]["grant"] == grant
    listed = each_sharing.get("incidents?limit=200", MEMBER).text
    assert "Suspectson" not in listed
    (mine,) = [each for each in each_sharing.get("grants", MEMBER).json["grants"] if each["id"] == grant]
    assert (mine["state"], mine["given"]) == ("alive", False)
    assert each_sharing.post(f"grants/{grant}/revoke", MEMBER).status_code == 403
    assert each_sharing.post(f"grants/{grant}/revoke", TRANSPORT_ANALYST).status_code == 403
    assert each_sharing.post(f"grants/{grant}/revoke", OFFICER).status_code == 204
    again = each_sharing.get(f"incidents/{record}", MEMBER).json
    assert (key in again["withheld"], again["granted"]) == (True, {})
