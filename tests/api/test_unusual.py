"""What stands out among an agency's people, told by its ledger, and what the review of it comes to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from auth.acting import acting_for
from foundation import clock
from foundation.clock import LONDON
from sharing.accounts import Showing
from sharing.events.glass import glass_broken
from sharing.unusual import reviewing
from sharing.unusual.measures import Found, Kind
from tests.api.doors import DPO, OFFICER, OPERATOR, ROBBERY, Door, problem, sighting, to
from tests.api.test_ledger_files import NEWHAM_DPO, POLICE_DPO, sign
from tests.portal import Browser


def door_of(each_sharing: Door) -> Door:
    with each_sharing.app.app_context():
        from portal.gate import context

        each_sharing.data_dir = context.settings().data_dir
    return each_sharing


@contextmanager
def at(hour: int, days: int = 1) -> Iterator[None]:
    """The clock of this thread stands in London, so many days ago."""
    today = clock.now().astimezone(LONDON)
    with clock.stopped((today - timedelta(days=days)).replace(hour=hour, minute=7)):
        yield


def looking(door: Door, record: str, times: int, user: str = OFFICER) -> None:
    begun = clock.now()
    for number in range(times):
        with clock.stopped(begun + timedelta(microseconds=number)):
            assert door.get(f"sightings/{record}", user).status_code == 200


@pytest.fixture(scope="module")
def busy(each_sharing: Door) -> Door:
    """The police's officer read sightings by day and by night, one of them elsewhere; and broke the glass."""
    door = door_of(each_sharing)
    for user in (OPERATOR, OFFICER):
        door.key(user)
    with at(6, days=5):
        near, far = (
            door.made("sightings", OPERATOR, sighting(to("metropolitan-east-area"), ward=ward))
            for ward in ("St Edward's", "Harold Wood")
        )
        door.made("sightings", OFFICER, sighting(ward="St Edward's"))
    with at(11, days=3):
        looking(door, near, 1)
    with at(10):
        looking(door, near, 21)
        owners = {each["owner"] for each in door.get("sightings", OFFICER).json["records"]}
        assert len(owners) == 2  # who get an entry each, of what was one look
    with at(2):
        looking(door, far, 2)
    with at(12), door.database.transaction() as tx:
        actor = acting_for(tx, OFFICER, purpose=ROBBERY, session="")
        until = clock.now() + timedelta(minutes=30)
        glass = {"glass": "g", "record": near, "owner": "havering", "user": OFFICER, "role": "duty_inspector"}
        glass_broken(tx, actor, **glass, danger="life", reason_length=50, second="", until=until)
    door.far = far
    sign(door)
    return door


def lines(door: Door, user: str = POLICE_DPO):
    return door.get("ledger/unusual", user, purpose=None).json["lines"]


def outcome(door: Door, line, code: str, user: str = POLICE_DPO):
    body = {name: line[name] for name in ("kind", "person", "of")} | {"outcome": code}
    return door.post("ledger/unusual/outcomes", user, body, purpose=None)


def test_each_line_says_why_it_stands_there_and_what_was_looked_at(busy):
    told = {each["kind"]: each for each in lines(busy)}
    assert told.keys() == {"first", "glass", "night", "volume"}
    assert told["glass"]["why"].startswith("broke the glass on a record")
    assert {each["who"] for each in told.values()} == {"PC Leanne Whitby"}
    assert told["volume"]["why"] == (
        "looked 24 times in a day, at least 20, with fewer than 5 days before from which to tell a habit. "
        "Looked at: 1 list and 23 records."
    )
    assert told["night"]["why"] == (
        "looked at night, at 02:07; they have no usual hours yet. Looked at: 2 records."
    )
    assert told["first"]["why"].startswith("read a record of Havering Council for the first time, outside")
    assert "Harold Wood" not in str(told)
    entry = busy.get(f"ledger/entries/{told['first']['of']}", POLICE_DPO, purpose=None).json
    assert busy.far in [each["record"] for each in entry["shown"]]


def test_only_ones_own_people_are_told_and_only_to_who_answers_for_their_data(busy):
    assert lines(busy, DPO) == lines(busy, NEWHAM_DPO) == []
    assert problem(busy.get("ledger/unusual", OFFICER, purpose=None))[0] == 403
    line = lines(busy)[0]
    assert problem(outcome(busy, line, "in-order", DPO)) == (404, "missing")


def test_a_ward_that_was_withheld_is_not_told_by_the_list(busy, monkeypatch):
    monkeypatch.setattr(
        "sharing.unusual.finding.shown_of", lambda *_: Showing(withheld={"ward": "no-clause"})
    )
    assert {each["kind"] for each in lines(busy)} == {"glass", "night", "volume"}


def test_outcomes_are_kept_and_are_entries_like_the_look(busy):
    with busy.new_entries(POLICE_DPO) as entries:
        line = lines(busy)[0]
        assert outcome(busy, line, "asked").status_code == 204
        assert outcome(busy, line, "in-order").status_code == 204
        kept = lines(busy)[0]["outcome"]
    assert (kept["outcome"], kept["by"]) == ("in-order", "Miriam Stokes")
    assert [each["event"] for each in entries] == [
        "sharing:unusual:listed",
        "sharing:unusual:settled",
        "sharing:unusual:settled",
        "sharing:unusual:listed",
    ]
    assert entries[1]["detail"]["outcome"] == "asked"
    assert entries[1]["agencies"] == ["metropolitan-east-area"]
    assert outcome(busy, {**line, "of": "2020-01-01"}, "asked").status_code == 404
    assert outcome(busy, line, "guilty").status_code == 422


def test_nobody_reviews_their_own_looks(busy, monkeypatch):
    own = Found(Kind.NIGHT, POLICE_DPO, "2026-01-01", clock.now(), "looked.")
    monkeypatch.setattr(reviewing, "find_unusual", lambda *_: [own])
    (line,) = lines(busy)
    assert line["own"]
    assert problem(outcome(busy, line, "in-order"))[0] == 409


def test_the_page_states_the_four_purposes_and_the_measures(busy):
    browser = Browser(busy.app)
    browser.sign_in_as(POLICE_DPO)
    page = browser.get("/ledger/unusual").text
    assert page.count("<li>to check that the processing was lawful") == 1
    assert "for criminal proceedings" in page
    assert "more than 3 times the person’s own daily median over the 28 days before" in page
    assert "<strong>PC Leanne Whitby</strong> looked at night" in page
    line = next(each for each in lines(busy) if each["kind"] == "night")
    form = {name: line[name] for name in ("kind", "person", "of")}
    answer = browser.send("/ledger/unusual", "/ledger/unusual", **form, outcome="")
    assert answer.status_code == 422
    assert "Choose what the review came to." in answer.text
    kept = browser.send("/ledger/unusual", "/ledger/unusual", **form, outcome="passed-on")
    assert kept.status_code == 303
    assert "<strong>Passed on.</strong> Miriam Stokes" in browser.get("/ledger/unusual").text
