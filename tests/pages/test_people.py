"""The pages of an agency's administrators: an invitation by letter, forty people at once, roles, leaving."""

import re
import time
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import insert, select

from auth.purposes import purposes_for
from auth.roles import Role
from foundation import clock
from sharing.partnerships.tables import partnership
from sharing.people.tables import invitation
from tests.api.doors import open_door_at, problem
from tests.databases import sqlite_url
from tests.jobs import do_jobs
from tests.portal import Browser, close

ADMINISTRATOR, SIGNATORY, OPERATOR = "colm-daly", "judith-prentice", "dan-osei"
PASSWORD = "four-otters-under-a-bridge"


@pytest.fixture
def door(tmp_path, sink):
    mail = {"CONCORDAT_MAIL_HOST": "127.0.0.1", "CONCORDAT_MAIL_PORT": str(sink.port),
            "CONCORDAT_MAIL_SECURITY": "none"}  # fmt: skip
    made = open_door_at(tmp_path, sqlite_url(tmp_path), **mail)
    yield made
    close(made.app)


def signed_in(door, who):
    browser = Browser(door.app)
    assert browser.sign_in_as(who).status_code == 303
    return browser


def links(sink):
    return [re.search(r"http://localhost:8000(/join/\S+)", each.get_content())[1] for each in sink.messages()]


def test_somebody_is_invited_by_letter_and_joins_with_a_password(door, sink):
    browser = signed_in(door, ADMINISTRATOR)
    fields = {
        "name": "Ama Boateng",
        "email": "Ama@havering.example",
        "job_title": "Operator",
        "roles": "operator",
    }
    assert browser.send("/people/new", "/people/new", **fields).location == "/people"
    assert "On its way" in browser.get("/people").text
    do_jobs(door.app)
    (envelope,), (path,) = sink.envelopes, links(sink)
    assert envelope.rcpt_tos == ["ama@havering.example"]
    assert "Havering" not in sink.messages()[0].as_string()
    page = browser.get("/people").text
    assert "Sent" in page
    assert path.rpartition("/")[2] not in page
    new = Browser(door.app)
    assert "CCTV operator" in new.get(path).text
    assert new.get(path).status_code == 200  # to look at it is not to use it
    wrong = new.send(path, path, name="Ama Boateng", password=PASSWORD, password_again="other")
    assert (wrong.status_code, "The two are not the same." in wrong.text) == (422, True)
    joined = new.send(path, path, name="Ama Boateng", password=PASSWORD, password_again=PASSWORD)
    assert (joined.status_code, joined.location) == (303, "/purpose")
    assert "Ama Boateng" in new.get("/account").text
    gone = Browser(door.app).get(path)
    assert gone.status_code == 404
    assert "This link opens nothing" in gone.text
    shown = browser.get("/people?q=ama").text
    assert "Password" in shown
    assert "Joined" in browser.get("/people/log").text


def test_forty_are_looked_over_row_by_row_and_invited_in_one_act(door, sink):
    started, browser = time.monotonic(), signed_in(door, ADMINISTRATOR)
    checked = f"non-police-2,NPV,{clock.today() + timedelta(days=400)}"
    lines = [
        "name,email,roles,vetting,reference,until",
        *(f"Person {n},p{n}@havering.example,operator,{checked}" for n in range(40)),
    ]
    token = browser.token("/people/sheet")

    def look(text):
        return browser.post(
            "/people/sheet",
            data={"csrf_token": token, "file": (BytesIO(text.encode()), "people.csv")},
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    wrong = look("\n".join([*lines[:-1], "Person 39,p39,dpo"]))
    assert wrong.status_code == 422
    assert "1 of 40 rows has a fault." in wrong.text
    assert "Email: Give a work email address" in wrong.text
    assert "Roles: You may not give this role: Data protection officer." in wrong.text
    good = look("\n".join(lines))
    assert good.status_code == 200
    assert "40 rows, each good." in good.text
    with door.database.transaction() as tx:
        assert tx.execute(select(invitation)).first() is None
    kept = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', good.text, re.DOTALL)[1]
    done = browser.post(
        "/people/sheet",
        data={"csrf_token": token, "text": kept, "act": "invite"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert done.location == "/people"
    assert do_jobs(door.app) == 40
    assert len(set(links(sink))) == 40
    assert time.monotonic() - started < 60


def test_roles_change_on_the_page_and_what_is_not_ones_own_to_give_stays(door):
    watched = signed_in(door, OPERATOR)
    browser = signed_in(door, SIGNATORY)
    page = browser.get(f"/people/{OPERATOR}").text
    assert "Stays as it is, since it is not yours to give: CCTV operator." in page
    done = browser.send(f"/people/{OPERATOR}", f"/people/{OPERATOR}/roles", roles="auditor", site="")
    assert done.status_code == 303
    assert "Auditor" in browser.get(f"/people/{OPERATOR}").text
    assert watched.get("/").location.startswith("/sign-in")
    planted = browser.send(f"/people/{OPERATOR}", f"/people/{OPERATOR}/roles", roles="intelligence", site="")
    assert planted.status_code == 422
    assert "Roles changed" in browser.get("/people/log").text


def test_a_leaver_is_out_and_the_administrator_sees_no_record(door):
    watched, browser = signed_in(door, OPERATOR), signed_in(door, ADMINISTRATOR)
    assert browser.get("/records/incidents").status_code == 403
    done = browser.send(f"/people/{OPERATOR}", f"/people/{OPERATOR}/end", successor="")
    assert done.location == "/people"
    assert watched.get("/").location.startswith("/sign-in")
    assert browser.get(f"/people/{OPERATOR}").status_code == 404


def test_oneself_and_who_watches_are_not_ones_own_to_end(door):
    browser = signed_in(door, ADMINISTRATOR)
    assert "Nobody changes their own roles" in browser.get(f"/people/{ADMINISTRATOR}").text
    for who in (ADMINISTRATOR, SIGNATORY):
        refused = browser.send(f"/people/{OPERATOR}", f"/people/{who}/end", successor="")
        assert refused.status_code == 422
    assert browser.get(f"/people/{SIGNATORY}").status_code == 200


def test_the_json_door_does_the_same_but_changes_no_roles(door, sink):
    person = {"name": "Ama", "email": "ama@havering.example", "roles": ["officer"]}
    made = door.post("people", ADMINISTRATOR, {"people": [person]})
    assert made.status_code == 201
    (invited,) = made.json["invitations"]
    again = door.post("people", ADMINISTRATOR, {"people": [person]})
    assert problem(again) == (422, "invalid")
    assert problem(door.post("people", SIGNATORY, {"people": [{**person, "roles": ["dpo"]}]})) == (
        403,
        "denied",
    )
    assert door.post(f"people/invitations/{invited}/send", ADMINISTRATOR).status_code == 202
    assert do_jobs(door.app) == 2
    first, second = links(sink)
    assert [Browser(door.app).get(path).status_code for path in (first, second)] == [404, 200]
    assert door.post(f"people/invitations/{invited}/withdraw", ADMINISTRATOR).status_code == 204
    assert Browser(door.app).get(second).status_code == 404
    sheet = door.post("people/sheet", ADMINISTRATOR, {"text": "name,email,roles\nBo,bo@x.example,wizard"})
    assert sheet.json["rows"][0]["faults"] == ["Roles: No such role: wizard."]
    assert door.post(f"people/{OPERATOR}/end", ADMINISTRATOR, {}).status_code == 204
    listed = door.get("people", ADMINISTRATOR).json
    assert OPERATOR not in {each["id"] for each in listed["people"]}
    assert {each["kind"] for each in door.get("people/log", ADMINISTRATOR).json["changes"]} == {
        "invited", "invitation-ended", "left"}  # fmt: skip
    assert problem(door.get("people/grace-abara", ADMINISTRATOR)) == (404, "missing")
    assert problem(door.get("people", OPERATOR))[0] in (401, 403)


def test_a_lost_factor_is_vouched_for_by_a_second_person_and_regained_by_letter_and_code(door, sink):
    watched, first, second = (signed_in(door, who) for who in (OPERATOR, ADMINISTRATOR, "ruth-okafor"))
    assert first.send(f"/people/{OPERATOR}", f"/people/{OPERATOR}/lost").status_code == 303
    second.send("/purpose", "/purpose", purpose=purposes_for({Role.DPO})[0].slug)
    home = second.get("/").text
    path = re.search(r"/lost-factors/[0-9a-f-]{36}", home)[0]
    assert "Dan Osei has lost every factor" in home
    assert "You have said it yourself" in first.get(path).text
    assert first.send(path, path).status_code == 403
    vouched = second.send(path, path).text
    code = re.search(r'<p class="secret"><code>([A-Z0-9-]+)</code>', vouched)[1]
    assert watched.get("/").location.startswith("/sign-in")
    do_jobs(door.app)
    (text,) = [each.get_content() for each in sink.messages() if "regain" in each.get_content()]
    link = re.search(r"/regain/\S+", text)[0]
    assert code not in text
    new = Browser(door.app)
    wrong = new.send(link, link, code="AAAA-AAAA", password=PASSWORD, password_again=PASSWORD)
    assert "The code is not right." in wrong.text
    done = new.send(link, link, code=code, password=PASSWORD, password_again=PASSWORD)
    assert (done.status_code, done.location) == (303, "/purpose")
    assert "All your factors were removed" in new.get("/account").text


def test_access_is_reviewed_in_one_click_each_and_the_person_sees_by_whom(door):
    browser = signed_in(door, ADMINISTRATOR)
    browser.send("/purpose", "/purpose", purpose=purposes_for({Role.ADMINISTRATOR})[0].slug)
    assert "Access review:" in browser.get("/").text
    assert "Dan Osei" in browser.get("/people/review").text
    assert browser.send("/people/review", f"/people/{OPERATOR}/confirm").location == "/people/review"
    assert "Dan Osei" not in browser.get("/people/review").text
    assert browser.send("/people/review", "/people/owen-fairlie/end").location == "/people"
    own = signed_in(door, OPERATOR).get("/account").text
    assert "By Colm Daly" in own
    assert "HAV-CSP-01" in own
    listed = door.get("people/review", ADMINISTRATOR).json["people"]
    assert OPERATOR not in {each["id"] for each in listed}


def test_a_role_in_a_partnership_is_given_and_taken_on_its_page_and_carried_by_a_sheet(door):
    about = {"id": "town", "name": "Town safety", "agreement_id": "HAV-CSP-01", "lead": "havering"}
    with door.database.transaction() as tx:
        tx.execute(insert(partnership), {**about, "agencies": ["havering", "metropolitan-east-area"]})
    browser, place = signed_in(door, ADMINISTRATOR), "/people/partnerships"
    assert "Nobody holds a role here yet" in browser.get(place).text
    wrong = browser.send(place, f"{place}/give", partnership="town", person="", role="chair")
    assert (wrong.status_code, "Choose somebody." in wrong.text) == (422, True)
    given = browser.send(place, f"{place}/give", partnership="town", person="grace-abara", role="chair")
    assert given.status_code == 422  # of an agency that does not sit in it, so never offered
    assert (
        browser.send(place, f"{place}/give", partnership="town", person=OPERATOR, role="chair").location
        == place
    )
    own = signed_in(door, OPERATOR)
    account = own.get("/account").text
    assert "Partnership chair, Town safety" in account
    assert "run meetings, in this partnership alone" in account
    assert ">Meetings<" in own.get("/account").text
    assert "Role in a partnership changed" in browser.get("/people/log").text
    chair = {"partnership": "town", "person": OPERATOR, "role": "chair"}
    assert browser.send(place, f"{place}/take", **chair).location == place
    assert browser.send(place, f"{place}/take", **chair).status_code == 404
    rows = "name,email,roles,partnerships\nAma,ama@havering.example,operator,Town safety: coordinator"
    looked = browser.send("/people/sheet", "/people/sheet", text=rows)
    assert (looked.status_code, "1 row, each good" in looked.text) == (200, True)
    assert browser.send("/people/sheet", "/people/sheet", text=rows, act="invite").location == "/people"
    assert "Coordinator, Town safety" in browser.get("/people").text
