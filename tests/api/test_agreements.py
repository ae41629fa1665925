"""Agreements at the JSON door: read and moved on by programs, signed and suspended by persons only."""

from hashlib import sha256

import pytest

from tests.api.doors import DPO, OFFICER, OPERATOR, STRANGER, problem
from tests.negotiating import COUNCIL, DRAFTER, POLICE, SHOPS, SIGNATORY, Talks, clause

NEIL = SIGNATORY[POLICE]


@pytest.fixture
def talks(each_sharing):
    return Talks(each_sharing.database)


@pytest.fixture
def door(each_sharing):
    return each_sharing


def test_negotiation_by_programs_up_to_the_signatures(door, talks):
    talks.draft()
    base = f"agreements/{talks.id}/versions/1"
    assert problem(door.get(base, OFFICER)) == (404, "missing")
    assert problem(door.post(f"{base}/review", DRAFTER, {"edition": 2})) == (409, "conflict")
    assert door.post(f"{base}/review", DRAFTER, {"edition": 1}).status_code == 204
    made = door.made(f"{base}/comments", NEIL, {"text": "Which street?", "clause": "1.1"})
    assert made
    assert problem(door.post(f"{base}/signing", NEIL)) == (403, "denied")
    digest = door.post(f"{base}/signing", DRAFTER).json["digest"]
    version = door.get(base, OFFICER).json
    assert (version["stage"], version["digest"], version["intact"]) == ("signing", digest, True)
    assert [each["text"] for each in version["comments"]] == ["Which street?"]
    assert {each["agency"] for each in version["signatures"]} == {
        "Havering Council",
        "Met East Area",
        "Romford BCRP",
    }
    assert sha256(door.get(f"{base}/exact-text", OFFICER).data).hexdigest() == digest
    assert door.post(f"{base}/back", NEIL, {"reason": "Not yet."}).status_code == 204
    assert problem(door.get(base, NEIL)) == (404, "missing")


def test_agreement_tells_its_versions_signatures_and_how_it_stands(door, talks):
    talks.concluded().frozen(2)
    talks.sign(COUNCIL, 2)
    body = door.get(f"agreements/{talks.id}", OFFICER).json
    assert (body["id"], body["state"], body["number"]) == (talks.id, "active", 1)
    assert [(each["number"], each["stage"], each["signed"]) for each in body["versions"]] == [
        (2, "signing", 1), (1, "signed", 3),
    ]  # fmt: skip
    assert body["heads"][0] == ["purpose", "Purpose", "Fewer robberies."]
    listed = door.get("agreements", OFFICER).json["agreements"]
    assert talks.id in {each["id"] for each in listed}
    assert talks.id not in {each["id"] for each in door.get("agreements", STRANGER).json["agreements"]}


def test_changes_and_promises_of_a_version(door, talks):
    talks.concluded().reviewed(2, clause(), clause("1.2", fields=["address"]))
    base = f"agreements/{talks.id}/versions/2"
    changes = door.get(f"{base}/changes?against=1", OFFICER).json
    assert [(each["id"], each["change"]) for each in changes["clauses"]] == [("1.2", "added")]
    assert problem(door.get(f"{base}/changes", OFFICER)) == (422, "invalid")
    assert problem(door.get(f"{base}/changes?against=9", OFFICER)) == (404, "missing")
    promises = door.get(f"{base}/promises?type=sighting&owner={COUNCIL}", OFFICER).json["promises"]
    (line,) = [each for each in promises["lines"] if each["fields"] == "address"]
    assert {(cell["treatment"], cell["was"]) for cell in line["cells"]} == {("disclose", "withhold")}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "versions/1/signatures", {"digest": "0" * 64}),
        ("PUT", "suspension", {"reason": "A breach."}),
        ("DELETE", "suspension", None),
        ("PUT", "withdrawal", {"reason": "Leaving."}),
        ("DELETE", "withdrawal", None),
        ("PUT", "ending", {"reason": "Done."}),
        ("DELETE", "ending", None),
    ],
)
def test_what_binds_an_agency_is_refused_to_its_keys(door, talks, method, path, body):
    talks.concluded()
    before = door.get(f"agreements/{talks.id}", OFFICER).json
    with door.new_entries(NEIL) as entries:
        answer = door.send(method, f"agreements/{talks.id}/{path}", NEIL, body=body)
    assert problem(answer) == (403, "denied")
    assert answer.json["detail"] == "A key cannot do this: a person has to, after proving who they are."
    assert [entry["event"] for entry in entries] == ["sharing:agreement:refused"]
    assert door.get(f"agreements/{talks.id}", OFFICER).json == before


def test_difference_is_read_by_a_key_and_confirmed_by_a_person(door, talks):
    talks.concluded()
    talks.sighting()
    talks.concluded(2, clause(), clause("1.2", fields=["address"]))
    found = door.get(f"agreements/{talks.id}/confirmation", OPERATOR).json
    assert (found["version"], found["records"]) == (2, 1)
    refused = door.post(f"agreements/{talks.id}/confirmation", OPERATOR, {"version": 2})
    assert problem(refused) == (403, "denied")
    assert {"agreement-confirm"} <= {each["kind"] for each in door.get("waiting", OPERATOR).json["waiting"]}


def test_review_is_recorded_by_a_program(door, talks):
    talks.concluded()
    body = {"findings": "It holds.", "next_due": "2020-01-01"}
    assert problem(door.post(f"agreements/{talks.id}/reviews", DPO, body)) == (422, "invalid")
    assert problem(door.post(f"agreements/{talks.id}/reviews", OFFICER, body)) == (403, "denied")


@pytest.mark.parametrize(
    "body", [{"reason": ""}, {"reason": "So.", "colour": "red"}, {}, {"reason": "x" * 2001}]
)
def test_unknown_and_missing_keys_are_refused(door, talks, body):
    talks.reviewed()
    answer = door.post(f"agreements/{talks.id}/versions/1/back", NEIL, body)
    assert problem(answer) == (422, "invalid")


def test_stranger_learns_nothing_whatever_is_asked(door, talks):
    talks.concluded().frozen(2)
    for path in ("", "/versions/1", "/versions/2", "/versions/1/exact-text", "/versions/2/changes?against=1",
                 "/versions/1/promises", "/confirmation"):  # fmt: skip
        real = door.get(f"agreements/{talks.id}{path}", STRANGER)
        none = door.get(f"agreements/T-NOTHING{path}", STRANGER)
        assert problem(real) == (404, "missing")
        assert real.data == none.data
    assert SHOPS not in str(door.get("agreements", STRANGER).json)
