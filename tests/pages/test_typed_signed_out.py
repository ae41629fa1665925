"""A form that is sent when the session has ended: kept for who typed it, shown to nobody else."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from auth.tables import session
from foundation import clock
from portal.gate import context
from sharing.partnerships.tables import action
from tests.api.doors import CHAIR, COORDINATOR, OPERATOR
from tests.pages.test_actions import CSP, MEETINGS, RUNNING, count, door, keep, setting
from tests.pages.test_areas import signed_in
from tests.partnership import ROBBERY

__all__ = ["door"]

PATH = f"/meetings/{MEETINGS[CSP]}"
SECRET = "Ask Quincunx & Sons about the “alley”\nat night"


@pytest.fixture
def typed(door):
    """The browser of somebody whose session ended while they typed, and what they typed."""
    chair = signed_in(door, CHAIR, RUNNING)
    page = chair.get(PATH)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    with door.database.transaction() as tx:
        tx.execute(delete(session))
    return chair, {**setting(page), "measure": SECRET, "csrf_token": token}


def hidden(page, name="typed"):
    return re.search(rf'<input type="hidden" name="{name}" value="([^"]+)"', page.text)[1]


def sent(browser, **fields):
    return browser.post(f"{PATH}/actions", data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def sign_in(browser, who, purpose=RUNNING):
    assert browser.sign_in_as(who).status_code == 303
    if purpose:
        assert browser.send("/purpose", "/purpose", purpose=purpose).status_code == 303


def again(page):
    """The fields of the form that a page offers to send again."""
    form = page.text.partition('<form method="post" action="/meetings')[2].partition("</form>")[0]
    found = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    return {name: value.replace("&amp;", "&") for name, value in found}


def test_what_was_typed_is_sent_after_signing_in_again(door, typed):
    browser, fields = typed
    page = sent(browser, **fields)
    assert page.status_code == 401
    assert "You were signed out before this was sent." in page.text
    sign_in(browser, CHAIR)
    back = sent(browser, typed=hidden(page))
    assert "You are signed in again. Nothing was sent yet" in back.text
    assert count(door) == 0
    assert sent(browser, **again(back)).status_code == 303
    with door.database.transaction() as tx:
        assert tx.execute(select(action.c.measure)).scalars().all() == [SECRET.strip()]


def test_page_that_keeps_it_tells_nothing_of_it(typed):
    browser, fields = typed
    page = sent(browser, **fields).text
    assert "Quincunx" not in page
    assert fields["title"] not in page


def test_another_person_who_signs_in_there_neither_reads_nor_sends_it(door, typed):
    browser, fields = typed
    page = sent(browser, **fields)
    sign_in(browser, COORDINATOR)
    for _ in range(2):
        back = sent(browser, typed=hidden(page))
        assert back.status_code == 403
        assert "Quincunx" not in back.text
        assert "typed by somebody else" in back.text
    assert count(door) == 0


def test_it_opens_nowhere_else_and_not_after_twelve_hours(door, typed, monkeypatch):
    browser, fields = typed
    sealed = hidden(sent(browser, **fields))
    sign_in(browser, CHAIR)
    other = f"/actions/{keep(door)}"
    elsewhere = browser.post(other, data={"typed": sealed}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (elsewhere.status_code, "Quincunx" in elsewhere.text) == (403, False)
    assert sent(browser, typed=sealed).status_code == 400
    later = clock.now() + timedelta(hours=12, minutes=1)
    monkeypatch.setattr("portal.gate.typed.clock.now", lambda: later)
    browser.sign_in_as(CHAIR)
    browser.send("/purpose", "/purpose", purpose=RUNNING)
    assert sent(browser, typed=sealed).status_code == 403


def test_it_opens_no_more_once_the_portals_secret_was_changed_and_that_is_said(door, typed):
    browser, fields = typed
    sealed = hidden(sent(browser, **fields))
    secret = "n" * 43
    with door.app.app_context():
        before = context.services()
    changed = replace(before, settings=replace(before.settings, secret_key=secret))
    context.keep_services(door.app, changed)
    door.app.secret_key = secret
    sign_in(browser, CHAIR)
    back = sent(browser, typed=sealed)
    assert back.status_code == 403
    assert "Quincunx" not in back.text
    assert "the portal changed its secret since" in back.text
    assert count(door) == 0


def test_who_signed_out_left_nothing(door):
    chair = signed_in(door, CHAIR, RUNNING)
    fields = {**setting(chair.get(PATH)), "measure": SECRET}
    assert chair.send("/meetings", "/sign-out").status_code == 303
    page = sent(chair, **fields)
    assert (page.status_code, page.location) == (302, "/sign-in")


def test_it_waits_until_they_are_signed_in_and_have_stated_a_purpose(typed):
    browser, fields = typed
    first = hidden(sent(browser, **fields))
    still_out = sent(browser, typed=first)
    assert (still_out.status_code, hidden(still_out)) == (401, first)
    sign_in(browser, CHAIR, purpose=None)
    waits = sent(browser, typed=first)
    assert (waits.status_code, hidden(waits)) == (401, first)
    assert "something is left to do before this can be sent" in waits.text


def test_password_is_not_kept(door):
    chair = signed_in(door, CHAIR, RUNNING)
    with door.database.transaction() as tx:
        tx.execute(delete(session))
    page = chair.post("/account/password", data={"password": "three herons"})
    sign_in(chair, CHAIR)
    back = chair.post("/account/password", data={"typed": hidden(page)})
    assert "three herons" not in back.text
    assert "A password is not kept. Go back and enter it again." in back.text


@pytest.mark.parametrize(("name", "said"), [("still.png", True), ("", False)])
def test_file_that_is_not_kept_is_told_of_where_there_was_one(door, name, said):
    operator = signed_in(door, OPERATOR, ROBBERY)
    typed = {"csrf_token": "too old", "address": "Quincunx corner", "still": (io.BytesIO(b""), name)}
    page = operator.post("/sightings/new", data=typed)
    assert "Quincunx corner" in page.text
    assert ("A file cannot be kept." in page.text) == said
