"""Cameras on the page of a new sighting: the owner's staff pick from them, a member is shown none."""

import pytest

from sharing.drafts.keeping import keep_draft
from tests.api.doors import MANAGER, MEMBER, OPERATOR, open_door_at
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import ROBBERY, actor
from tests.portal import Browser, close

NUMBER, ADDRESS = "CAM-MEDLAR-8", "4 Hidden Yard, Romford"
CAMERA = {
    "number": NUMBER,
    "address": ADDRESS,
    "ward": "St Edward's",
    "point": [51.5752, 0.1829],
    "clock_error": 37,
}
#: What says where it stands.
STANDS = (ADDRESS, "51.5752", "0.1829")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def door(request, tmp_path_factory):
    """With a camera of the scheme's, entered by its manager, and one of the council's."""
    folder = tmp_path_factory.mktemp("cameras")
    made = open_door_at(folder, sqlite_url(folder) if request.param == "sqlite" else postgresql_url())
    for owner in (MANAGER, OPERATOR):
        made.made("cameras", owner, {"values": CAMERA})
    yield made
    close(made.app)


@pytest.fixture
def sit(door):
    def seated(user):
        browser = Browser(door.app)
        browser.sign_in_as(user)
        browser.send("/purpose", "/purpose", purpose=ROBBERY)
        return browser

    return seated


def typed(camera):
    when = {"seen_date": "2026-11-29", "seen_time": "12:00"}
    return {**when, "age": "adult", "camera": camera, "recipients": "HAV-CSP-01|metropolitan-east-area"}


@pytest.mark.parametrize("user", [MANAGER, OPERATOR])
def test_staff_pick_from_the_cameras_of_their_agency(sit, user):
    browser = sit(user)
    assert NUMBER in browser.get("/sightings/new").text
    for camera in (NUMBER, "4 hidden"):
        sent = browser.send("/sightings/new", "/sightings/new", **typed(camera))
        assert sent.status_code == 303
        assert ADDRESS in browser.get(sent.location).text


def test_a_member_is_shown_no_camera(sit):
    page = sit(MEMBER).get("/sightings/new")
    assert page.status_code == 200
    assert NUMBER not in page.text


def test_a_camera_that_a_member_types_is_as_one_that_is_nowhere(sit):
    browser = sit(MEMBER)
    for camera in (NUMBER, "4 hidden", "CAM-NOWHERE-1"):
        refused = browser.send("/sightings/new", "/sightings/new", **typed(camera))
        assert (refused.status_code, refused.location) == (422, None)
        assert "There is no such camera" in refused.text
        assert not [word for word in STANDS if word in refused.text]


def test_a_draft_in_which_a_member_typed_a_camera_tells_nothing_of_it(door, sit):
    answers = {**typed(NUMBER), "recipients": ["HAV-CSP-01|metropolitan-east-area"]}
    draft = keep_draft(door.database, actor(MEMBER), "sighting", answers)
    shown = sit(MEMBER).get(f"/sightings/drafts/{draft}")
    assert shown.status_code == 422
    assert not [word for word in STANDS if word in shown.text]


def test_the_json_door_has_no_other_way_to_them(door):
    assert door.get("cameras", MEMBER).json["records"] == []
    camera = door.get("cameras", MANAGER).json["records"][0]["id"]
    assert door.get(f"cameras/{camera}", MEMBER).status_code == 404
