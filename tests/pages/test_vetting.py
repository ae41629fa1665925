"""Vetting on the pages: what an administrator does, and what somebody reads whose check has run out."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from auth.tables import agency
from foundation import clock
from tests.api.doors import open_door_at, problem
from tests.databases import sqlite_url
from tests.partnership import ROBBERY
from tests.portal import Browser

ADMINISTRATOR, OPERATOR = "colm-daly", "dan-osei"
NPPV = "non-police-2"


@pytest.fixture
def door(tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path))
    yield made
    made.database.close()


def signed_in(door, who):
    browser = Browser(door.app)
    browser.sign_in_as(who)
    return browser


def test_a_closed_role_leads_to_what_to_do_and_a_recorded_check_opens_it_in_the_same_session(door):
    administrator, operator = signed_in(door, ADMINISTRATOR), signed_in(door, OPERATOR)
    operator.send("/purpose", "/purpose", purpose=ROBBERY)
    assert operator.get("/sightings/new").status_code == 200
    assert door.get("sightings", OPERATOR).status_code == 200
    place = "/people/vetting"
    assert "Nobody needs a check" in administrator.get(place).text
    assert administrator.send(place, place, role="operator", kinds=NPPV).location == place
    assert "no check was ever recorded" in administrator.get(place).text
    assert operator.get("/sightings/new").location == "/vetting"
    assert operator.get("/purpose").location == "/vetting"
    page = operator.get("/vetting").text
    assert "Your vetting has run out, and with it: CCTV operator." in page
    assert "Colm Daly" in page
    assert problem(door.get("sightings", OPERATOR)) == (403, "vetting-required")
    record = f"/people/{OPERATOR}/vetting"
    past = administrator.send(record, record, kind=NPPV, reference="N 1", until="2020-01-01")
    assert (past.status_code, "after today" in past.text) == (422, True)
    until = clock.today() + timedelta(days=20)
    assert administrator.send(record, record, kind=NPPV, reference="N 1", until=until.isoformat()).location
    operator.send("/purpose", "/purpose", purpose=ROBBERY)
    assert operator.get("/sightings/new").status_code == 200
    assert "ends within thirty days" in operator.get("/vetting").text
    assert "Ends soon" in administrator.get(place).text
    told = door.get("people/vetting", ADMINISTRATOR).json
    assert [each["checks"][0]["reference"] for each in told["people"] if each["id"] == OPERATOR] == ["N 1"]
    ended = administrator.send(record, f"{record}/end", kind=NPPV)
    assert ended.location == record
    assert operator.get("/sightings/new").location == "/vetting"


def test_who_may_not_do_a_thing_anyway_is_told_so_and_not_of_vetting(door):
    with door.database.transaction() as tx:
        tx.execute(update(agency).values(vetting_rules={"operator": [NPPV]}))
    operator = signed_in(door, OPERATOR)
    assert operator.get("/people").status_code == 403
    assert operator.get("/account").status_code == 200
    assert "your vetting has run out" in operator.get("/account").text
