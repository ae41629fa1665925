"""A program that copies: no more records for it within the hour, by whichever of its keys and lists."""

import base64
from datetime import timedelta

import pytest

from auth.keys import issue_key
from foundation import clock
from tests.api.doors import EVERYBODY, MANAGER, OFFICER, OPERATOR, open_door_at, problem, sighting
from tests.databases import sqlite_url
from tests.leaks.pictures import plain_picture
from tests.partnership import ROBBERY
from tests.portal import close

AN_HOUR = 6


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pace")
    opened = open_door_at(
        folder, sqlite_url(folder), CONCORDAT_RECORDS_AN_HOUR=str(AN_HOUR), CONCORDAT_STILLS_A_DAY="2"
    )
    opened.ids = [opened.made("sightings", OPERATOR, sighting(EVERYBODY)) for _ in range(4)]
    yield opened
    close(opened.app)


def test_no_record_is_shown_beyond_the_hours_measure_and_the_alarm_is_an_entry(door):
    with door.new_entries(OFFICER) as entries:
        first = door.get("sightings", OFFICER)
        assert len(first.json["records"]) == 4
        assert door.get("sightings?limit=2", OFFICER).status_code == 200
        refused = [door.get(path, OFFICER) for path in ("sightings", f"sightings/{door.ids[0]}", "agencies")]
    assert [problem(each) for each in refused] == [(429, "throttled")] * 3
    assert "records" not in refused[0].json
    assert 0 < int(refused[0].headers["Retry-After"]) <= 3600
    assert "as many records as this portal shows one account in an hour" in refused[0].json["detail"]
    assert [each["detail"]["kind"] for each in entries if each["event"] == "auth:pace:exceeded"] == [
        "records"
    ]


def test_another_key_of_the_account_is_no_way_around_and_others_read_on(door):
    for _ in range(2):
        door.get("sightings", OFFICER)
    other = issue_key(door.database, OFFICER, [ROBBERY], clock.now() + timedelta(days=1))
    headers = {"Authorization": f"Bearer {other}"}
    assert problem(door.get("sightings", None, headers=headers)) == (429, "throttled")
    assert door.get("sightings", OPERATOR).status_code == 200


def test_measure_is_full_again_after_the_hour(door):
    with clock.stopped(clock.now() + timedelta(hours=1, seconds=5)):
        assert len(door.get("sightings", OFFICER).json["records"]) == 4


def test_one_record_counts_as_one(door):
    with clock.stopped(clock.now() + timedelta(hours=3)):
        read = [door.get(f"sightings/{door.ids[0]}", OFFICER).status_code for _ in range(AN_HOUR + 1)]
    assert read == [200] * AN_HOUR + [429]


def test_account_sends_so_many_stills_a_day_and_reads_on(door):
    picture = base64.b64encode(plain_picture()).decode()
    body = {**sighting(EVERYBODY), "stills": [{"picture": picture, "looked_over": True}]}
    with clock.stopped(clock.now() + timedelta(hours=6)):
        sent = [door.post("sightings", MANAGER, body) for _ in range(3)]
        assert [each.status_code for each in sent] == [201, 201, 429]
        assert "as many stills as this portal takes of one account in a day" in sent[2].json["detail"]
        assert "Wait 24 hours" in sent[2].json["detail"]
        assert door.get("sightings?limit=1", MANAGER).status_code == 200
    with clock.stopped(clock.now() + timedelta(hours=30, seconds=1)):
        door._keys.pop(MANAGER)  # that of yesterday has run out
        assert door.post("sightings", MANAGER, body).status_code == 201
