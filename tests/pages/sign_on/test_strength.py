"""A sign-in at an agency counts for as much as is known of it: a first half, two factors, or hardware."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import delete, select, update

from auth.strength import Strength
from auth.tables import passkey, recovery_code, session, sign_in_attempt, totp
from foundation import clock
from foundation.identifiers import new_id
from tests.pages.sign_on.conftest import ADMIN, World
from tests.people import INVENTED
from tests.portal import database_of
from tests.providers import CLIENT


@pytest.fixture
def linked(world):
    """Ann is linked to the subject s-1 and has nothing of her own here."""
    with database_of(world.app).transaction() as tx:
        for table in (totp, passkey, recovery_code):
            tx.execute(delete(table))
    world.set_up()
    assert "Your account is linked" in world.link(INVENTED)[1].text
    return world


@pytest.fixture
def strict(linked, asking, provider):
    return World(asking["two"], provider)


@pytest.fixture
def hardware(linked, asking, provider):
    return World(asking["hardware"], provider)


def name_acr(world, acr):
    """The agency asks its provider for this strength, and is given it."""
    form = {"issuer": world.provider.issuer, "client_id": CLIENT, "client_secret": "", "acr": acr}
    assert world.browser(ADMIN).send("/sign-on", "/sign-on", **form).status_code == 303
    world.provider.claims["acr"] = acr


def add_app(browser):
    page = browser.send("/account", "/account/authenticator/new")
    app = pyotp.TOTP(re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page.text)[1])
    assert browser.send("/account", "/account/authenticator", code=app.at(clock.now())).status_code == 303
    return app


def later(seconds=31):
    """When the code of before has run out."""
    return clock.stopped(clock.now() + timedelta(seconds=seconds))


def give_passkey(world, *, backup_eligible):
    row = {"id": new_id(), "user_id": INVENTED, "credential": "c", "public_key": "k", "sign_count": 0}
    row |= {"name": "Key", "backed_up": False, "created_at": clock.now(), "backup_eligible": backup_eligible}
    with database_of(world.app).transaction() as tx:
        tx.execute(passkey.insert(), row)


def linked_browser(world, browser):
    """The same browser at the portal that asks for nothing, where linking is open to it."""
    other = world.browser()
    other.client.set_cookie("concordat", browser.client.get_cookie("concordat").value)
    return other


def strengths(world):
    with database_of(world.app).transaction() as tx:
        return tx.execute(select(session.c.strength).where(session.c.way == "agency")).scalars().all()


def test_agency_of_which_nothing_is_known_opens_the_account_alone_until_a_factor_is_added(strict):
    browser, page = strict.sign_in()
    assert "You are signed in" in page.text
    assert browser.get("/purpose").location == "/account"
    assert browser.send("/account", "/purpose", purpose="detecting-robbery").location == "/account"
    assert "Add a passkey or an authenticator app first" in browser.get("/account").text
    add_app(browser)
    assert browser.get("/purpose").status_code == 200


def test_beside_a_factor_of_ones_own_it_opens_nothing_until_that_is_given(linked, strict):
    app = add_app(linked.browser(INVENTED))
    browser, _ = strict.sign_in()
    for place in ("/purpose", "/account"):
        assert browser.get(place).location == f"/confirm?next={place}"
    page = browser.get("/confirm?next=/purpose")
    assert "Now your second factor" in page.text
    on_the_way = browser.get("/purpose?next=/gallery").location
    assert on_the_way == "/confirm?next=/gallery"  # where they were going, not the step before it
    assert browser.get("/purpose?next=//else.example").location == "/confirm?next=/purpose"
    for path in ("/account/authenticator/remove", "/account/authenticator/new", "/account/recovery-codes"):
        assert browser.send("/confirm", path).location.startswith("/confirm")
    with later():
        wrong = browser.send("/confirm", "/confirm", code="000000", then="/purpose")
        assert (wrong.status_code, "The code is not right" in wrong.text) == (422, True)
        assert browser.get("/purpose").location == "/confirm?next=/purpose"
        token = browser.client.get_cookie("concordat").value
        right = browser.send("/confirm", "/confirm", code=app.at(clock.now()), then="/purpose")
        assert right.location == "/purpose"
        assert browser.get("/purpose").status_code == 200
        assert browser.client.get_cookie("concordat").value != token
    assert [each["way"] for each in strict.events("auth:factor:proven")] == ["code"]
    assert len(strict.events("auth:sign-in:refused")) == 1
    with database_of(strict.app).transaction() as tx:
        tried = tx.execute(select(sign_in_attempt.c.good)).scalars().all()
    assert tried.count(False) == 1


def test_guessing_the_code_waits(linked, strict):
    app = add_app(linked.browser(INVENTED))
    browser, _ = strict.sign_in()
    with later():
        for _ in range(5):
            assert browser.send("/confirm", "/confirm", code="000000", then="/purpose").status_code == 422
        page = browser.send("/confirm", "/confirm", code=app.at(clock.now()), then="/purpose")
        assert (page.status_code, "The code is not right" in page.text) == (422, False)
        assert browser.get("/purpose").location == "/confirm?next=/purpose"


def test_a_code_is_no_fresh_proof(linked, strict, provider):
    app = add_app(linked.browser(INVENTED))
    provider.claims["auth_time"] = int(clock.now().timestamp()) - 3600
    browser, _ = strict.sign_in()
    with later():
        browser.send("/confirm", "/confirm", code=app.at(clock.now()), then="/purpose")
        assert browser.get("/account").status_code == 200
        assert browser.send("/account", "/account/recovery-codes").status_code == 401


def test_whoever_has_the_agencys_half_is_not_let_on_by_a_factor_that_its_person_adds(linked, strict):
    thief, _ = strict.sign_in()
    assert thief.get("/account").status_code == 200
    add_app(linked.browser(INVENTED))
    assert thief.get("/purpose").location == "/confirm?next=/purpose"
    assert thief.send("/confirm", "/account/authenticator/remove").location.startswith("/confirm")


def test_agency_that_asks_for_a_strength_and_gets_it_lets_in_at_once(linked, strict):
    name_acr(linked, "https://agency.example/two-factors")
    browser, _ = strict.sign_in()
    assert browser.get("/purpose").status_code == 200
    assert strengths(strict) == [Strength.TWO_FACTORS]


def test_proof_at_an_agency_of_which_nothing_is_known_makes_no_half_whole(linked, strict, provider):
    browser, _ = strict.sign_in()
    open_to_all = linked_browser(linked, browser)
    address = strict.address(open_to_all.send("/confirm", "/confirm/agency"))
    page = linked.come_back(open_to_all, address, provider.authorize(address))
    assert "says that it is you" in page.text
    browser.client.set_cookie("concordat", open_to_all.client.get_cookie("concordat").value)
    assert browser.get("/account").status_code == 200
    assert browser.get("/purpose").location == "/account"


def test_hardware_is_what_the_settings_say_it_is(linked, hardware):
    name_acr(linked, "phr")
    browser, _ = hardware.sign_in()
    page = browser.get("/purpose")
    assert page.location == "/account"
    assert "Add a passkey that stays on its device first" in browser.get("/account").text
    name_acr(linked, "phrh")
    browser, _ = hardware.sign_in()
    assert browser.get("/purpose").status_code == 200
    assert strengths(hardware) == [Strength.TWO_FACTORS, Strength.HARDWARE]


@pytest.mark.parametrize(("eligible", "due"), [(None, "/account"), (True, "/account"), (False, "/confirm")])
def test_only_a_passkey_that_stays_is_hardware(linked, hardware, eligible, due):
    give_passkey(linked, backup_eligible=eligible)
    name_acr(linked, "phr")
    browser, _ = hardware.sign_in()
    assert browser.get("/purpose").location.startswith(due)


def test_session_of_before_the_agency_asked_stays_a_half(linked, strict):
    browser, _ = strict.sign_in()
    name_acr(linked, "phrh")
    assert browser.get("/purpose").location == "/account"
    with database_of(strict.app).transaction() as tx:
        tx.execute(update(session).values(strength=int(Strength.HARDWARE)))
    assert browser.get("/purpose").status_code == 200
