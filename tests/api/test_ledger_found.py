"""The ledger as an agency asks it: by person, record, operation, purpose, agreement and day."""

from urllib.parse import urlencode

import pytest

from foundation import clock
from foundation.clock import LONDON
from tests.api.doors import DPO, OFFICER, OPERATOR, ROBBERY, Door, problem, sighting, to
from tests.api.test_ledger_files import NEWHAM_DPO, POLICE_DPO, sign
from tests.portal import Browser


@pytest.fixture
def looked(each_sharing: Door) -> Door:
    """A door behind which the police's officer read one of the council's two sightings."""
    door = each_sharing
    door.record, door.other = (
        door.made("sightings", OPERATOR, sighting(to("metropolitan-east-area"))) for _ in range(2)
    )
    door.get(f"sightings/{door.record}", OFFICER)
    with door.app.app_context():
        from portal.gate import context

        door.data_dir = context.settings().data_dir
    sign(door)
    return door


def asked_for(door: Door, user: str = DPO, **asked):
    return door.get(f"ledger/entries?{urlencode(asked)}", user, purpose=None)


def found(door: Door, user: str = DPO, **asked):
    answer = asked_for(door, user, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json["entries"]


def test_entries_are_found_by_each_thing_that_can_be_asked(looked):
    today = clock.now().astimezone(LONDON).date().isoformat()
    (read,) = found(looked, record=looked.record, operation="consultation")
    assert read["what"] == "read a record"
    assert read["who"] == "PC Leanne Whitby"
    assert read in found(looked, person="whitby")
    assert read in found(looked, purpose=ROBBERY, agreement="HAV-CSP-01")
    assert read in found(looked, since=today, until=today)
    assert read not in found(looked, person="osei")
    assert read not in found(looked, operation="erasure")
    assert read not in found(looked, agreement="NEW-1")
    assert read not in found(looked, until="2020-01-01")
    assert {each["records"] for each in found(looked, record=looked.other)} == {1}


def test_what_could_be_seen_then_is_rebuilt_without_values(looked):
    (read,) = found(looked, record=looked.record, operation="consultation")
    entry = looked.get(f"ledger/entries/{read['id']}", DPO, purpose=None).json
    (showing,) = entry["shown"]
    assert showing["record"] == looked.record
    assert "ward" in {*showing["full"], *showing["treated"]}
    assert len(entry["policy"]) == 64
    assert "Jumped the barrier" not in str(entry)


def test_entries_of_others_are_the_same_as_none(looked):
    (read,) = found(looked, record=looked.record, operation="consultation")
    path = f"ledger/entries/{read['id']}"
    assert looked.get(path, POLICE_DPO, purpose=None).status_code == 200
    hidden = looked.get(path, NEWHAM_DPO, purpose=None)
    absent = looked.get("ledger/entries/018f0000-0000-7000-8000-000000000000", NEWHAM_DPO, purpose=None)
    assert (hidden.status_code, hidden.data) == (404, absent.data)
    assert found(looked, NEWHAM_DPO, record=looked.record) == []
    assert problem(looked.get(path, OFFICER, purpose=None))[0] == 403


def test_of_the_acts_of_others_only_ones_own_records_are_told(looked):
    from_police = {"record": looked.record, "operation": "consultation"}
    (read,) = found(looked, **from_police)
    assert found(looked, POLICE_DPO, **from_police)[0]["records"] == read["records"] == 1
    council = looked.get(f"ledger/entries/{read['id']}", DPO, purpose=None).json
    police = looked.get(f"ledger/entries/{read['id']}", POLICE_DPO, purpose=None).json
    assert [each["record"] for each in council["shown"]] == [looked.record]
    assert council["recipients"] == ["Havering Council", "Met East Area"]
    assert police["rest"].keys() >= council["rest"].keys() == set()


def test_each_look_is_an_entry_that_names_filters_and_not_what_was_typed(looked):
    before = len(found(looked, person="okafor"))
    sign(looked)
    looks = found(looked, person="okafor")
    assert [each["event"] for each in looks[: len(looks) - before]] == ["sharing:ledger:read"]
    own = looked.get(f"ledger/entries/{looks[0]['id']}", DPO, purpose=None).json
    assert own["rest"] == {"asked": ["person"], "entries": before}
    sign(looked)
    events = [each["event"] for each in found(looked, person="okafor")]
    assert events[:2] == ["sharing:ledger:entry-read", "sharing:ledger:read"]


def test_what_cannot_be_read_is_said_by_field(looked):
    for asked in ({"since": "yesterday"}, {"operation": "looking"}, {"purpose": "no"}, {"height": "1"}):
        answer = asked_for(looked, **asked)
        assert answer.status_code == 422
        assert set(answer.json["problems"]) == set(asked)


def test_older_entries_follow_without_a_gap(looked):
    for _ in range(130):
        looked.get(f"sightings/{looked.record}", OFFICER)
    sign(looked)
    first = asked_for(looked, record=looked.record).json
    then = asked_for(looked, record=looked.record, before=first["before"]).json
    places = [each["index"] for each in first["entries"] + then["entries"]]
    assert len(first["entries"]) == 100
    assert then["before"] is None
    assert len(places) == 132
    assert places == sorted(set(places), reverse=True)


def test_pages_say_the_same_in_words(looked):
    browser = Browser(looked.app)
    browser.sign_in_as(DPO)
    page = browser.get(f"/ledger?record={looked.record}").text
    assert "<strong>PC Leanne Whitby</strong> read a record" in page
    (read,) = found(looked, record=looked.record, operation="consultation")
    page = browser.get(f"/ledger/entries/{read['id']}").text
    assert "What could be seen then" in page
    assert looked.record in page
    assert "Give a day" in browser.get("/ledger?since=1st").text
