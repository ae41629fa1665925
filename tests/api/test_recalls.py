"""Recalls, acknowledgements, handling and the owner's view at the JSON door."""

from datetime import timedelta

import pytest

from foundation import clock
from tests.api.doors import (
    DPO,
    EVERYBODY,
    MEMBER,
    OFFICER,
    OPERATOR,
    TRANSPORT_ANALYST,
    TRANSPORT_OFFICER,
    earlier,
    problem,
    sighting,
    to,
)

POLICE_OWNER, INTELLIGENCE = "aaron-field", "niamh-corrigan"
TRANSPORT = "british-transport-police"


def read(door, made, *users):
    for user in users:
        assert door.get(f"sightings/{made}", user).status_code == 200


def notices(door, user):
    return door.get("recalls", user).json["notices"]


def test_recall_is_made_told_acknowledged_and_seen_by_its_owner(each_sharing):
    door = each_sharing
    made = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    read(door, made, TRANSPORT_OFFICER)
    body = {"values": {"ward": "Hacton"}, "reason": "Wrong ward.", "message": "Look again before you use it."}
    rehearsed = door.post(f"sightings/{made}/recalls/rehearsal", OPERATOR, body).json
    assert [each["name"] for each in rehearsed["told"]] == ["PS Imran Sadiq"]
    recalled = door.post(f"sightings/{made}/recalls", OPERATOR, body)
    assert (recalled.status_code, recalled.json["told"]) == (201, 1)
    (notice,) = [each for each in notices(door, TRANSPORT_OFFICER) if each["record"] == made]
    assert (notice["fields"], notice["message"]) == (["ward"], "Look again before you use it.")
    assert "Wrong" not in str(notice)
    assert door.get(f"sightings/{made}", TRANSPORT_OFFICER).json["fields"]["ward"] == "Hacton"
    path = f"recalls/notices/{notice['id']}"
    assert problem(door.get(path, TRANSPORT_ANALYST)) == (404, "missing")
    assert problem(door.post(f"{path}/acknowledgement", TRANSPORT_OFFICER, {"done": "lost"})) == (
        422,
        "invalid",
    )
    assert problem(door.post(f"{path}/acknowledgement", TRANSPORT_OFFICER, {"done": "kept"})) == (
        422,
        "invalid",
    )
    answer = {"done": "deleted"}
    assert door.post(f"{path}/acknowledgement", TRANSPORT_OFFICER, answer).status_code == 204
    assert door.post(f"{path}/acknowledgement", TRANSPORT_OFFICER, answer).status_code == 409
    page = door.get(f"recalls/{recalled.json['id']}", OPERATOR).json
    assert [person["done"] for agency in page["agencies"] for person in agency["people"]] == ["deleted"]
    assert problem(door.get(f"recalls/{recalled.json['id']}", TRANSPORT_OFFICER)) == (404, "missing")


def test_change_and_revocation_tell_too(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    read(sharing, made, TRANSPORT_OFFICER)
    match = {"If-Match": sharing.get(f"sightings/{made}", OPERATOR).headers["ETag"]}
    change = {"values": {"address": "9 Victoria Road"}}
    assert sharing.send("PATCH", f"sightings/{made}", OPERATOR, body=change, headers=match).status_code == 204
    (release,) = sharing.get(f"sightings/{made}/receipts", OPERATOR).json["releases"]
    assert sharing.post(f"sightings/{made}/releases/{release['id']}/revoke", OPERATOR).status_code == 204
    told = [each for each in notices(sharing, TRANSPORT_OFFICER) if each["record"] == made]
    assert {each["kind"] for each in told} == {"correction", "release"}


def test_recall_that_says_nothing_or_has_unknown_keys_is_refused(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    for body in (
        {},
        {"reason": "Because."},
        {"values": {"no_such": "x"}, "reason": "x"},
        {"values": {"status": "closed"}, "reason": "x"},
        {"values": {"ward": "Hacton"}},
        {"values": {"ward": "Hacton"}, "reason": "x", "due": (clock.today() - timedelta(days=1)).isoformat()},
        {"persons": {"nobody": {"nothing": "x"}}, "reason": "x"},
    ):
        assert problem(sharing.post(f"sightings/{made}/recalls", OPERATOR, body)) == (422, "invalid"), body


def test_person_and_age_are_put_right(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    read(sharing, made, TRANSPORT_OFFICER)
    fields = sharing.get(f"sightings/{made}", OPERATOR).json["fields"]
    link = next(key for key in fields if key.startswith("persons.")).split(".")[1]
    body = {
        "persons": {link: {"clothing": ["navy-tracksuit"]}},
        "ages": [{"link": link, "may_be_child": True}],
        "reason": "Looked again.",
    }
    assert sharing.post(f"sightings/{made}/recalls", OPERATOR, body).json["told"] == 1
    (notice,) = [each for each in notices(sharing, TRANSPORT_OFFICER) if each["record"] == made]
    assert f"persons.{link}.clothing" in notice["fields"]


def test_handling_is_set_previewed_and_read_back(each_sharing):
    door = each_sharing
    made = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    path = f"sightings/{made}/handling"
    asked = {"tlp": "AMBER+STRICT", "withheld": ["place"]}
    changes = door.post(f"{path}/preview", OPERATOR, asked).json["changes"]
    assert any(change["gone"] and change["members"] for change in changes)
    assert door.get(f"sightings/{made}", MEMBER).status_code == 200
    assert door.send("PUT", path, OPERATOR, body=asked).status_code == 204
    assert problem(door.get(f"sightings/{made}", MEMBER)) == (404, "missing")
    assert (
        door.get(f"sightings/{made}", OFFICER).json["withheld"]["address"]["reason"] == "originator-condition"
    )
    assert door.get(f"sightings/{made}", OFFICER).json["tlp"] == "AMBER+STRICT"
    kept = door.get(path, OPERATOR).json
    assert (kept["handling"]["tlp"], kept["handling"]["withheld"]) == ("AMBER+STRICT", ["place"])
    assert problem(door.get(path, OFFICER)) == (404, "missing")
    assert problem(door.send("PUT", path, OPERATOR, body={"marking": "SECRET"})) == (422, "invalid")
    assert problem(door.send("PUT", path, OPERATOR, body={"colour": "red"})) == (422, "invalid")


def intelligence(**handling):
    return {
        "values": {
            "topic": "stolen-phones",
            "report": "The whole report.",
            "source_evaluation": "1",
            "information_evaluation": "B",
            "handler": "DC Niamh Corrigan",
            "period_from": earlier(days=3),
        },
        "releases": [to(TRANSPORT, text="Telephones answer from one address.")],
        "handling": handling or None,
    }


def test_intelligence_comes_in_graded_and_its_source_stays(each_sharing):
    door = each_sharing
    for body in (intelligence(), intelligence(code="C")):
        assert problem(door.post("intelligence", INTELLIGENCE, body)) == (422, "invalid")
    made = door.made("intelligence", INTELLIGENCE, intelligence(code="C", named=[TRANSPORT]))
    assert problem(door.post("intelligence", POLICE_OWNER, intelligence(code="P"))) == (403, "denied")
    shown = door.get(f"intelligence/{made}", TRANSPORT_OFFICER).json
    assert shown["fields"]["report"] == "Telephones answer from one address."
    assert "handler" not in str(shown)
    assert problem(door.get(f"intelligence/{made}", OPERATOR)) == (404, "missing")


def test_owner_sees_who_may_and_who_did(each_sharing):
    door = each_sharing
    made = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    read(door, made, TRANSPORT_OFFICER, MEMBER)
    audiences = door.get(f"sightings/{made}/audiences", OPERATOR).json
    assert audiences["complete"]
    forms = {tuple(each["agencies"]): each["forms"] for each in audiences["audiences"] if each["members"]}
    assert forms[("Romford BCRP",)]["address"]["treatment"] == "generalise"
    assert problem(door.get(f"sightings/{made}/audiences", OFFICER)) == (404, "missing")
    door.sequence()
    receipts = door.get(f"sightings/{made}/receipts", OPERATOR).json
    looks = {look["name"]: look for look in receipts["looks"]}
    assert "address" in looks["Magda Kowalska"]["treated"]
    assert "address" in looks["PS Imran Sadiq"]["full"]
    assert "user" not in looks["Magda Kowalska"]


def test_report_is_for_those_who_answer_for_it(each_sharing):
    door = each_sharing
    made = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    read(door, made, TRANSPORT_OFFICER)
    door.sequence()
    for user in (OPERATOR, DPO):
        lines = door.get("receipts?agency=british-transport-police", user).json["receipts"]
        (line,) = [each for each in lines if each["record"] == made]
        assert (line["looks"], line["people"]) == (1, 1)
        assert "place" in line["classes"]
    assert problem(door.get("receipts", MEMBER)) == (403, "denied")
    assert problem(door.get("receipts?since=yesterday", DPO)) == (422, "invalid")
    first = door.get("receipts?limit=1", DPO).json
    assert len(first["receipts"]) == 1
    if first["more"]:
        other = door.get(f"receipts?limit=1&cursor={first['cursor']}", DPO).json
        assert other["receipts"] != first["receipts"]
    assert problem(door.get("receipts?cursor=nonsense", DPO))[0] == 422


@pytest.mark.parametrize("path", ["recalls", "receipts"])
def test_lists_need_no_purpose_and_show_no_stranger_anything(sharing, path):
    answer = sharing.get(path, "yusra-malik", purpose=None)
    assert answer.status_code == 200
    assert [value for value in answer.json.values() if value] == []


def test_orders_are_read_previewed_and_noted_and_entered_by_nobody_with_a_key(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    fields = sharing.get(f"sightings/{made}", OPERATOR).json["fields"]
    link = next(key for key in fields if key.startswith("persons.")).split(".")[1]
    path = f"sightings/{made}/anonymity-order"
    (record,) = sharing.get(f"{path}/preview?person={link}", OPERATOR).json["records"]
    assert any(f"persons.{link}." in key for change in record["changes"] for key in change["closes"])
    assert problem(sharing.get(f"{path}/preview?person=nobody", OPERATOR)) == (404, "missing")
    assert problem(sharing.get(f"{path}/preview?person={link}", OFFICER)) == (404, "missing")
    assert sharing.get("anonymity-orders", OPERATOR).json == {"held": [], "told": []}
    strange = "anonymity-orders/notices/00000000-0000-4000-8000-000000000000/note"
    assert problem(sharing.post(strange, OPERATOR)) == (404, "missing")
    assert problem(sharing.post(path, OPERATOR, {"reference": "X"}))[0] == 404  # there is no such door
