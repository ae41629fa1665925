"""Rules for members: nothing before they are accepted, what is new is marked, and a year later again."""

from datetime import timedelta

import pytest

from foundation import clock
from tests.api.doors import MANAGER, MEMBER, OPERATOR, open_door_at, problem
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import ROBBERY
from tests.portal import Browser, close

FIRST = "Share nothing outside the scheme.\n\nReport within a day."
SECOND = "Share nothing outside the scheme.\n\nReport within two days."


@pytest.fixture(params=["sqlite", "postgresql"])
def door(request, tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    yield made
    close(made.app)


def signed_in(door, who):
    browser = Browser(door.app)
    browser.sign_in_as(who)
    browser.send("/purpose", "/purpose", purpose=ROBBERY)
    return browser


def test_a_member_accepts_what_is_in_force_and_goes_on(door):
    member, manager = signed_in(door, MEMBER), signed_in(door, MANAGER)
    assert member.get("/gallery").status_code == 200
    assert door.get("sightings", MEMBER).status_code == 200
    assert manager.send("/rules/edit", "/rules/edit", text=FIRST).status_code == 303
    kept = member.get("/gallery")
    assert kept.location == "/rules?next=/gallery"
    assert member.get("/").location.startswith("/rules")
    assert member.get("/account").status_code == 200
    assert problem(door.get("sightings", MEMBER)) == (403, "rules-required")
    assert signed_in(door, OPERATOR).get("/").status_code == 200
    assert "New" not in member.get("/rules").text.partition("<main")[2].partition("</main>")[0]
    done = member.send("/rules", "/rules/accept", number="1", next="/gallery")
    assert done.location == "/gallery"
    assert member.get("/gallery").status_code == 200
    assert [entry["event"] for entry in door.entries()].count("sharing:rules:accepted") == 1
    manager.send("/rules/edit", "/rules/edit", text=SECOND)
    page = member.get("/rules").text.partition("<main")[2]
    assert "New</span> Report within two days." in page
    assert "New</span> Share nothing" not in page
    assert "Gone</span> <del>Report within a day.</del>" in page
    assert member.send("/rules", "/rules/accept", number="1").status_code == 409
    assert member.get("/gallery").status_code == 302
    member.send("/rules", "/rules/accept", number="2")
    assert door.get("sightings", MEMBER).status_code == 200
    with clock.stopped(clock.now() + timedelta(days=365)):
        later = signed_in(door, MEMBER)
        assert later.get("/gallery").location == "/rules?next=/gallery"


def test_only_the_manager_sets_rules_and_only_a_member_accepts_them(door):
    manager, member = signed_in(door, MANAGER), signed_in(door, MEMBER)
    assert member.get("/rules/edit").status_code == 403
    empty = manager.send("/rules/edit", "/rules/edit", text="  ")
    assert (empty.status_code, "Write the rules" in empty.text) == (422, True)
    manager.send("/rules/edit", "/rules/edit", text=FIRST)
    assert manager.send("/rules", "/rules/accept", number="1").status_code == 403
