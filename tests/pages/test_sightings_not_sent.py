"""Sightings that were begun and not sent: on their writer's first page, and on nobody else's."""

import re

import pytest

from auth.queries import actor_of
from sharing.drafts.keeping import keep_draft
from tests.api.doors import OFFICER, OPERATOR, open_door_at
from tests.databases import postgresql_url, sqlite_url
from tests.pages.test_areas import signed_in
from tests.partnership import ROBBERY
from tests.portal import close

PLACE = "12 Quincunx Road"


@pytest.fixture(params=["sqlite", "postgresql"])
def door(request, tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    yield made
    close(made.app)


def kept(door, form="sighting"):
    with door.database.transaction() as tx:
        writer = actor_of(tx, OPERATOR, "")
    return keep_draft(door.database, writer, form, {"address": PLACE, "seen_date": "2026-02-17"})


def test_writer_finds_it_at_home_goes_on_with_it_and_may_discard_it(door):
    draft, browser = kept(door), signed_in(door, OPERATOR, ROBBERY)
    home = browser.get("/").text
    assert f"Sighting at {PLACE}, kept " in home
    link = re.search(r'href="(/sightings/new\?draft=[^"]+)"', home)[1]
    assert f'value="{PLACE}"' in browser.get(link).text
    gone = browser.send("/", f"/sightings/drafts/{draft}/discard")
    assert gone.status_code == 303
    assert PLACE not in browser.get("/").text


def test_nobody_else_finds_it(door):
    kept(door)
    for who in ("anil-mehta", OFFICER):
        assert PLACE not in signed_in(door, who, ROBBERY).get("/").text


def test_look_at_them_leaves_an_entry_that_names_them(door):
    draft, browser = kept(door), signed_in(door, OPERATOR, ROBBERY)
    before = len(door.entries())
    browser.get("/")
    listed = [each for each in door.entries()[before:] if each["event"] == "sharing:draft:listed"]
    assert [each["detail"]["drafts"] for each in listed] == [[draft]]


def test_what_is_no_sighting_is_not_among_them(door):
    kept(door, "request")
    assert "Not sent yet" not in signed_in(door, OPERATOR, ROBBERY).get("/").text
