"""Sending in: what is refused and how, once for one key, stills, and the entry that it leaves."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from auth.keys import issue_key
from foundation import clock
from sharing.records.record import record
from tests.api.doors import (
    DPO,
    EVERYBODY,
    MEMBER,
    OFFICER,
    OPERATOR,
    REDUCING,
    STRANGER,
    incident,
    problem,
    sighting,
    to,
)
from tests.unit.foundation import picture_corpus as corpus


def count(door):
    with door.database.transaction() as tx:
        return tx.execute(select(func.count()).select_from(record)).scalar_one()


def test_what_is_sent_leaves_one_entry_with_its_fields(each_sharing):
    with each_sharing.new_entries(OPERATOR) as entries:
        made = each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    (entry,) = entries
    assert (entry["event"], entry["records"]) == ("sharing:record:submitted", [made])
    assert {"seen", "ward", "account"} <= {*entry["detail"]["fields"]}
    assert "South Street" not in str(entry)


def test_same_key_and_body_give_the_same_answer_once(each_sharing):
    body, headers = sighting(), {"Idempotency-Key": "feed-1"}
    before = count(each_sharing)
    first, again = (each_sharing.post("sightings", OPERATOR, body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json) == (201, first.json)
    assert count(each_sharing) == before + 1


def test_same_key_with_another_body_or_address_is_refused(each_sharing):
    headers = {"Idempotency-Key": "feed-2"}
    body = {"values": {}}
    assert each_sharing.post("sightings", OPERATOR, body, headers=headers).status_code == 201
    assert problem(each_sharing.post("incidents", OPERATOR, body, headers=headers)) == (422, "invalid")
    assert problem(each_sharing.post("sightings", OPERATOR, sighting(), headers=headers)) == (422, "invalid")


def test_key_of_one_person_is_nothing_to_another(each_sharing):
    headers = {"Idempotency-Key": "feed-3"}
    one = each_sharing.post("sightings", OPERATOR, sighting(), headers=headers)
    other = each_sharing.post("sightings", OFFICER, sighting(), headers=headers)
    assert one.json["id"] != other.json["id"]


def test_twenty_at_once_with_one_key_make_one_record(each_sharing):
    each_sharing.key(OPERATOR)
    body, before = sighting(), count(each_sharing)

    def send(_):
        return each_sharing.post("sightings", OPERATOR, body, headers={"Idempotency-Key": "feed-4"})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    good = [answer.json["id"] for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert good
    assert len({*good}) == 1
    assert count(each_sharing) == before + 1


def test_unknown_keys_are_refused_at_every_depth(sharing):
    for body in (
        {**sighting(), "owner": "newham"},
        sighting(no_such="1"),
        {"values": {}, "persons": [{"categories": ["victim"], "values": {"x": 1}}]},
        sighting(recorded_by="Somebody else"),
        sighting(status="checked"),
    ):
        assert problem(sharing.post("sightings", OPERATOR, body)) == (422, "invalid")


@pytest.mark.parametrize(
    "values",
    [{"seen": 7}, {"seen": "yesterday"}, {"seen": "0001-01-01T00:00:00+14:00"}, {"clock_error": "4"},
     {"point": [1]}, {"ward": ["x"]}, {"direction": "sideways"}, {"address": "x" * 6000}],
)  # fmt: skip
def test_wrong_types_are_refused_field_by_field_without_the_value(sharing, values):
    answer = sharing.post("sightings", OPERATOR, sighting(**values))
    assert problem(answer) == (422, "invalid")
    assert next(iter(values)) in json.dumps(answer.json["problems"])
    assert "sideways" not in answer.text


@pytest.mark.parametrize(
    ("user", "release"),
    [(OPERATOR, to("newham")), (OPERATOR, to("members", purposes=())), (OPERATOR, to()),
     (OPERATOR, {**to("members"), "agreement": "NONE-01"}), (STRANGER, to("members"))],
)  # fmt: skip
def test_release_that_the_agreement_does_not_know_is_refused_and_nothing_kept(sharing, user, release):
    before = count(sharing)
    assert problem(sharing.post("sightings", user, sighting(release))) == (422, "invalid")
    assert count(sharing) == before


def test_text_for_sharing_must_not_name_a_victim_then_or_later(sharing):
    named = to("romford-bcrp", text="Quillfeather was threatened.")
    assert problem(sharing.post("incidents", OFFICER, incident(named))) == (422, "invalid")
    made = sharing.made("incidents", OFFICER, incident())
    assert problem(sharing.post(f"incidents/{made}/releases", OFFICER, named)) == (422, "invalid")
    assert sharing.post(f"incidents/{made}/releases", OFFICER, to("romford-bcrp", text="A threat.")).json[
        "id"
    ]


def test_body_that_is_too_large_is_refused(sharing):
    big = b'{"values":{"account":"' + b"x" * 14_100_000 + b'"}}'
    assert problem(sharing.send("POST", "sightings", OPERATOR, raw=big)) == (413, "too-large")
    small = b'{"values":{"account":"' + b"x" * 300_000 + b'"}}'
    path = "sightings/00000000-0000-4000-8000-000000000000"
    assert problem(sharing.send("PATCH", path, OPERATOR, raw=small)) == (413, "too-large")


def with_still(data):
    picture = base64.b64encode(data).decode()
    return {**sighting(EVERYBODY), "stills": [{"picture": picture, "looked_over": True}]}


@pytest.mark.parametrize("data", [b"", b"hello", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0 cut"])
def test_still_that_is_no_picture_is_refused_in_a_plain_sentence(sharing, data):
    answer = sharing.post("sightings", OPERATOR, with_still(data))
    assert problem(answer) == (422, "invalid")
    assert answer.json["problems"]["still"].endswith(".")


@pytest.mark.parametrize("data", [corpus.solid_png(20_000, 20_000), corpus.jpeg() + corpus.archive()])
def test_bomb_and_twofold_file_are_refused_in_a_plain_sentence(sharing, data):
    answer = sharing.post("sightings", OPERATOR, with_still(data))
    assert problem(answer) == (422, "invalid")
    assert answer.json["problems"]["still"].endswith("send that.")


def test_still_is_shown_to_each_reader_as_they_may_see_it(sharing):
    made = sharing.made("sightings", OPERATOR, with_still(corpus.jpeg()))
    (own,) = sharing.get(f"sightings/{made}", OPERATOR).json["stills"]
    assert own["fields"]["picture"] == f"/api/v1/media/{own['id']}/picture"
    with sharing.new_entries(MEMBER) as entries:
        pictures = [sharing.get(f"media/{own['id']}/picture", user) for user in (OPERATOR, MEMBER)]
    assert [answer.mimetype for answer in pictures] == ["image/jpeg"] * 2
    assert pictures[0].data != pictures[1].data
    assert [entry["detail"]["treatment"] for entry in entries] == ["disclose", "mask"]
    assert problem(sharing.get(f"media/{own['id']}/picture", STRANGER)) == (404, "missing")


def test_caller_cannot_name_a_stored_file_as_a_picture(sharing):
    assert problem(sharing.post("media", OPERATOR, {"values": {}})) == (405, "method")
    person = {"categories": ["observed"], "values": {"picture": "ab/abcd"}}
    body = {**sighting(), "persons": [person]}
    assert problem(sharing.post("sightings", OPERATOR, body)) == (422, "invalid")


def test_role_that_may_not_submit_is_refused(sharing):
    assert problem(sharing.post("sightings", DPO, sighting())) == (403, "denied")


def test_expired_key_lets_nobody_in(sharing):
    key = issue_key(sharing.database, OPERATOR, [REDUCING], clock.now())
    answer = sharing.get("sightings", None, headers={"Authorization": f"Bearer {key}"})
    assert problem(answer) == (401, "unauthenticated")
