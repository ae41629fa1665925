"""The data protection officer's page, the run from the command line, and what programs are told of it."""

import re
from datetime import timedelta

import pytest

from foundation import clock
from portal.cli import records
from tests.api.doors import (
    DPO,
    OPERATOR,
    STRANGER,
    TRANSPORT_ANALYST,
    TRANSPORT_OFFICER,
    Door,
    open_door_at,
    problem,
    sighting,
    to,
)
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import ROBBERY
from tests.portal import Browser, close

DAY = timedelta(days=1)
WHY = "The case about this theft is before the court."


@pytest.fixture(params=["sqlite", "postgresql"])
def door(request, tmp_path):
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    made = open_door_at(tmp_path, url)
    yield made
    close(made.app)


def signed_in(door, who):
    browser = Browser(door.app)
    browser.sign_in_as(who)
    browser.send("/purpose", "/purpose", purpose=ROBBERY)
    return browser


def retain(door):
    """What the command prints."""
    found = door.app.test_cli_runner().invoke(records.group, ["retain"])
    assert found.exit_code == 0, found.output
    return found.output


def main_of(page):
    text = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def keep_line(browser, **line):
    fields = {"type": "sighting", "category": "", "period": "31-days", **line}
    return browser.send("/retention", "/retention", **fields)


def test_a_schedule_a_review_a_hold_and_its_release(door):
    browser = signed_in(door, DPO)
    record_id = door.made("sightings", OPERATOR, sighting())
    assert "Nothing falls due" in main_of(browser.get("/retention"))
    assert keep_line(browser).status_code == 303
    page = main_of(browser.get("/retention"))
    assert "Sightings" not in page
    assert "Your agency" in page
    with clock.stopped(clock.now() + 2 * DAY):
        browser = signed_in(door, DPO)
        page = main_of(browser.get("/retention"))
        assert f"Sighting {record_id[:8]}" in page
        assert "Larkspur" not in page
        until = (clock.today() + 60 * DAY).isoformat()
        wrong = browser.send("/retention", "/retention/holds", record=record_id, reason=WHY, until="")
        assert (wrong.status_code, WHY in wrong.text, record_id in wrong.text) == (422, True, True)
        assert "Give a day within the next 12 months." in wrong.text
        browser.send("/retention", "/retention/holds", record=record_id, reason=WHY, until=until)
        held = browser.get("/retention")
        assert WHY in held.text
        assert "Stays Legal hold" in main_of(held)
    with clock.stopped(clock.now() + 40 * DAY):
        assert retain(door) == "deleted: records 0, files 0; due and kept: 1\n"
        browser = signed_in(door, DPO)
        (way,) = re.findall(r'action="(/retention/holds/[^"]+/release)"', browser.get("/retention").text)
        assert browser.send("/retention", way).status_code == 303
        assert browser.send("/retention", way).status_code == 404
        assert retain(door) == "deleted: records 1, files 0; due and kept: 0\n"
        assert "Nothing falls due" in main_of(browser.get("/retention"))
    events = [each["event"] for each in door.entries()]
    counted = {each: events.count(f"sharing:retention:{each}") for each in ("period-set", "held", "released")}
    assert counted == {"period-set": 1, "held": 1, "released": 1}
    assert events.count("sharing:record:deleted") == 1
    assert WHY not in str(door.entries())


def test_a_form_that_cannot_be_taken_says_what_to_do_and_changes_nothing(door):
    browser = signed_in(door, DPO)
    for line, sentence in (
        ({"type": ""}, "Choose a kind of record."),
        ({"type": "camera"}, "Choose from the list."),
        ({"period": "2-days"}, "Choose from the list."),
    ):
        refused = keep_line(browser, **line)
        assert (refused.status_code, sentence in refused.text) == (422, True)
    nobodys = browser.send("/retention", "/retention/holds", record="7QF4-K2", reason=WHY, until="2027-01-01")
    assert (nobodys.status_code, "Your agency has no such record." in nobodys.text) == (422, True)
    assert "Your agency</span>" not in browser.get("/retention").text
    assert "No record is held." in browser.get("/retention").text


def test_nobody_else_reads_or_changes_it(door):
    browser = signed_in(door, OPERATOR)
    assert browser.get("/retention").status_code == 403
    for path in ("", "/holds", "/holds/0e6d1b5c-7a52-4d0e-9f44-1f2a3b4c5d6e/release"):
        assert browser.send("/purpose", f"/retention{path}").status_code == 403


def test_whoever_was_shown_it_reads_that_it_is_deleted_and_nobody_else(door):
    sent = door.made("sightings", OPERATOR, sighting(to("british-transport-police")))
    assert door.get(f"sightings/{sent}", TRANSPORT_OFFICER).status_code == 200
    keep_line(signed_in(door, DPO))
    with clock.stopped(clock.now() + 40 * DAY):
        assert retain(door) == "deleted: records 1, files 0; due and kept: 0\n"
        later = Door(door.app)
        for who in (TRANSPORT_OFFICER, TRANSPORT_ANALYST, OPERATOR):
            answer = later.get(f"sightings/{sent}", who)
            assert problem(answer) == (410, "deleted")
            assert answer.json["detail"] == "This was deleted after its time."
        assert problem(later.get(f"sightings/{sent}", STRANGER)) == (404, "missing")
        assert problem(later.get(f"incidents/{sent}", OPERATOR)) == (404, "missing")
        page = signed_in(door, TRANSPORT_OFFICER).get(f"/records/sightings/{sent}")
        assert (page.status_code, "If you hold a copy, delete it" in page.text) == (410, True)
