"""Sessions are ended by their person and by an administrator, each after a proof of now."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from auth.keys import Bounds, insert_key
from auth.tables import api_key, session, user
from foundation import clock
from foundation.identifiers import new_id
from sharing.people.waiting import KEY_REMINDER
from tests.api.doors import open_door_at
from tests.databases import sqlite_url
from tests.partnership import ROBBERY
from tests.portal import Browser

ADMINISTRATOR, OPERATOR, OFFICER, STRANGER = "colm-daly", "dan-osei", "owen-fairlie", "grace-abara"
ADMINISTRATORS_PURPOSE = "running-the-partnership"
TOO_LONG_AGO = timedelta(minutes=6)


@pytest.fixture
def door(tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path))
    yield made
    made.database.close()


def signed_in(door, who, purpose=None):
    browser = Browser(door.app)
    assert browser.sign_in_as(who).status_code == 303
    if purpose:
        assert browser.send("/purpose", "/purpose", purpose=purpose).status_code == 303
    return browser


def is_in(browser):
    return browser.get("/account").status_code == 200


def prove_long_ago(door):
    with door.database.transaction() as tx:
        tx.execute(update(session).values(factor_at=clock.now() - TOO_LONG_AGO))


def test_an_administrator_signs_one_person_out_and_takes_nothing_else(door):
    chief, theirs, other = (signed_in(door, who) for who in (ADMINISTRATOR, OPERATOR, OFFICER))
    at = f"/people/{OPERATOR}"
    with door.new_entries() as entries:
        assert chief.send(at, f"{at}/sign-out").location == at
    (entry,) = [each for each in entries if each["event"] == "sharing:person:signed-out"]
    assert (entry["detail"]["people"], entry["detail"]["sessions"]) == ([OPERATOR], 1)
    assert (is_in(theirs), is_in(other), is_in(chief)) == (False, True, True)
    assert "Signed out everywhere" in chief.get(at).text
    assert "signed you out everywhere" in signed_in(door, OPERATOR).get("/account").text


def test_an_administrator_signs_everybody_else_of_the_agency_out(door):
    chief, theirs, other, away = (
        signed_in(door, who) for who in (ADMINISTRATOR, OPERATOR, OFFICER, STRANGER)
    )
    assert chief.send("/people", "/people/sign-out").status_code == 303
    assert "Everybody else is signed out: 2 sessions ended." in chief.get("/people").text
    assert (is_in(theirs), is_in(other), is_in(chief), is_in(away)) == (False, False, True, True)


def test_nobody_ends_sessions_without_a_proof_of_now(door):
    chief, theirs, second = (signed_in(door, who) for who in (ADMINISTRATOR, OPERATOR, OPERATOR))
    prove_long_ago(door)
    for browser, page, path in (
        (chief, f"/people/{OPERATOR}", f"/people/{OPERATOR}/sign-out"),
        (chief, "/people", "/people/sign-out"),
        (theirs, "/account", "/account/sessions/end-others"),
    ):
        assert browser.send(page, path).status_code == 401
    assert is_in(second)


def test_own_sessions_and_those_of_another_agency_are_not_ended_there(door):
    chief, away = signed_in(door, ADMINISTRATOR), signed_in(door, STRANGER)
    assert chief.send("/people", f"/people/{ADMINISTRATOR}/sign-out").status_code == 403
    assert chief.send("/people", f"/people/{STRANGER}/sign-out").status_code == 404
    assert is_in(chief)
    assert is_in(away)


def test_after_a_change_of_password_the_page_offers_to_end_the_other_sessions(door):
    here, elsewhere = signed_in(door, OPERATOR), signed_in(door, OPERATOR)
    password = "four-lapwings-over-mud"
    done = here.send("/account", "/account/password", password=password, password_again=password)
    assert "You are signed in elsewhere too" in here.get(done.location).text
    assert "You are signed in elsewhere too" not in here.get("/account").text
    assert here.send(done.location, "/account/sessions/end-others").status_code == 303
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert "You are signed in elsewhere too" not in here.get(done.location).text


def add_key(door, name, ends_in):
    program = new_id()
    row = {"id": program, "agency_id": "havering", "name": "Feed", "roles": ["analyst"], "service": True}
    with door.database.transaction() as tx:
        tx.execute(user.insert(), {**row, "email": f"{program}@program.invalid"})
        key, _ = insert_key(tx, program, Bounds((ROBBERY,), clock.now() + ends_in, name))
        made = {"created_at": clock.now() - timedelta(days=75)}
        tx.execute(update(api_key).where(api_key.c.id == key).values(made))
    return program


def test_whoever_runs_keys_is_reminded_before_one_runs_out_until_there_is_another(door):
    soon = add_key(door, "Nightly feed", KEY_REMINDER - timedelta(days=1))
    add_key(door, "Later feed", KEY_REMINDER + timedelta(days=1))
    add_key(door, "Over", -timedelta(seconds=1))
    chief = signed_in(door, ADMINISTRATOR, ADMINISTRATORS_PURPOSE)
    home = chief.get("/").text
    assert "The key “Nightly feed” runs out soon" in home
    assert "Later feed" not in home
    assert "“Over”" not in home
    assert "Nightly feed" not in signed_in(door, OPERATOR, ROBBERY).get("/").text
    with door.database.transaction() as tx:
        (key,) = tx.execute(select(api_key.c.id).where(api_key.c.user_id == soon)).scalars()
    assert chief.send("/service-accounts", f"/service-accounts/keys/{key}/rotate").status_code == 201
    assert "Nightly feed" not in chief.get("/").text
