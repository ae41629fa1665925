"""In production a password opens nothing by itself: it leads to adding a second factor, or asks for one."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import delete, insert, select

from auth.roles import Action
from auth.sessions import open_session
from auth.strength import Strength
from auth.tables import passkey, recovery_code, session, totp
from foundation import clock
from foundation.crypto.tokens import token_digest
from foundation.database import Database
from portal.app import create_app
from portal.gate import context
from portal.gate.admission import declared
from portal.gate.identity import API, session_limits
from tests.people import DPO, OPERATOR, PASSWORD, add_people
from tests.portal import Browser, database_of, prepare_tables, production_settings

EMAIL = "dan.osei@havering.example"
#: Where somebody with a password alone gets: to their own account, and to prove who they are.
OPEN = {"account", "confirm"}
#: There are so many pages, at least, that a password alone does not open.
_MANY = 25


@pytest.fixture
def production(tmp_path):
    settings = production_settings(tmp_path)
    database = Database(settings.database_url)
    prepare_tables(database)
    add_people(database, invented=False)
    database.close()
    app = create_app(settings)
    yield app
    database_of(app).close()


@pytest.fixture
def hardware(production, tmp_path):
    """The same portal, where hardware is asked for."""
    app = create_app(production_settings(tmp_path, CONCORDAT_FACTORS="hardware"))
    yield app
    database_of(app).close()


@pytest.fixture
def browser(production):
    return Browser(production, "https://concordat.example")


def holding(app, browser, way, strength=None):
    """The browser with a session that the data protection officer began in that way."""
    with app.app_context():
        limits = session_limits(context.settings())
    with database_of(app).transaction() as tx:
        token = open_session(tx, DPO, limits, way=way, strength=strength)
    browser.client.set_cookie("__Host-concordat", token, domain="concordat.example", secure=True)
    return browser


def by_password(browser):
    return browser.send("/sign-in", "/sign-in", email=EMAIL, password=PASSWORD)


def give_passkey(app, user=OPERATOR, **more):
    row = {"id": "p", "user_id": user, "credential": "c", "public_key": "k", "sign_count": 0, "name": "Key"}
    with database_of(app).transaction() as tx:
        tx.execute(insert(passkey), {**row, "backed_up": False, "created_at": clock.now(), **more})


def add_app(browser):
    page = browser.send("/account", "/account/authenticator/new")
    app = pyotp.TOTP(re.search(r"<code[^>]*>([A-Z2-7]+)</code>", page.text)[1])
    return app, browser.send("/account", "/account/authenticator", code=app.at(clock.now()))


def pages_without_parameters(app):
    """The addresses of pages that want somebody signed in, but those of one's own account."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in rule.methods or rule.arguments or str(rule).startswith(API):
            continue
        if isinstance(declared(view, "GET"), Action) and rule.endpoint.partition(".")[0] not in OPEN:
            yield str(rule)


def test_password_alone_leads_to_the_account_and_opens_nothing_else(browser):
    assert by_password(browser).location == "/purpose"
    closed = list(pages_without_parameters(browser.client.application))
    for place in closed:
        answer = browser.get(place)
        assert (answer.status_code, answer.location) == (302, "/account"), place
    assert len(closed) > _MANY
    page = browser.get("/account")
    assert page.status_code == 200
    assert "Add a passkey or an authenticator app first" in page.text


def test_no_act_is_done_for_a_password_alone(production, browser):
    by_password(browser)
    answer = browser.send("/account", "/purpose", purpose="detecting-robbery")
    assert (answer.status_code, answer.location) == (302, "/account")
    with database_of(production).transaction() as tx:
        assert tx.execute(select(session.c.purpose)).scalar() is None


def test_everything_opens_once_an_app_is_added(browser):
    by_password(browser)
    _, answer = add_app(browser)
    assert answer.location == "/account?changed=yes"
    assert browser.get("/purpose").status_code == 200
    page = browser.get("/account?changed=yes").text
    assert "authenticator app first" not in page
    assert "Go on to what you are here to do" in page


def test_password_of_before_is_a_first_half_from_then_on(production, browser):
    by_password(browser)
    app, _ = add_app(browser)
    other = Browser(production, "https://concordat.example")
    assert by_password(other).location == "/sign-in/code"
    assert other.get("/account").location == "/sign-in?next=/account"
    with clock.stopped(clock.now() + timedelta(seconds=31)):
        answer = other.send("/sign-in/code", "/sign-in/code", code=app.at(clock.now()))
        assert answer.location == "/purpose"
        assert other.get("/purpose").status_code == 200


def test_who_knew_the_password_is_not_let_on_by_the_factor_of_its_person(production, browser):
    thief = Browser(production, "https://concordat.example")
    by_password(thief)
    by_password(browser)
    add_app(browser)
    assert browser.get("/purpose").status_code == 200
    assert thief.get("/account").location == "/sign-in?next=/account"


def test_an_app_that_was_not_confirmed_opens_nothing(browser):
    by_password(browser)
    browser.send("/account", "/account/authenticator/new")
    assert browser.get("/purpose").location == "/account"


def test_session_opens_nothing_any_more_once_every_factor_is_gone(production, browser):
    by_password(browser)
    add_app(browser)
    with database_of(production).transaction() as tx:
        tx.execute(delete(totp))
    assert browser.get("/purpose").location == "/account"


def test_password_beside_a_passkey_is_a_first_half(production, browser):
    give_passkey(production)
    assert by_password(browser).location == "/sign-in/code"
    assert "the password opens nothing by itself" in browser.get("/sign-in/code").text
    assert browser.send("/sign-in/code", "/sign-in/code", code="123456").status_code == 422
    assert browser.get("/account").location == "/sign-in?next=/account"
    with database_of(production).transaction() as tx:
        row = {"hash": token_digest("A" * 25), "user_id": OPERATOR}
        tx.execute(insert(recovery_code), row)
    assert browser.send("/sign-in/code", "/sign-in/code", code="A" * 25).location == "/purpose"
    assert browser.get("/purpose").status_code == 200


def test_password_does_not_prove_again_who_has_a_passkey(production, browser):
    by_password(browser)
    add_app(browser)
    with database_of(production).transaction() as tx:
        tx.execute(delete(totp))
    give_passkey(production)
    answer = browser.send("/confirm", "/confirm", password=PASSWORD, then="/account")
    assert answer.status_code == 422
    assert "A password is not enough beside a passkey" in answer.text


def test_code_that_was_left_out_is_asked_for_beside_its_field(production, browser):
    by_password(browser)
    add_app(browser)
    answer = browser.send("/confirm", "/confirm", password=PASSWORD, code="", then="/account")
    assert answer.status_code == 422
    beside = answer.text.partition('id="code-error"')[2].partition("</p>")[0]
    assert "Enter the code of your app, or a recovery code." in beside
    assert 'id="password-error"' not in answer.text


@pytest.mark.parametrize("way", ["passkey", "password and code"])
def test_other_ways_in_are_not_held_up(production, browser, way):
    assert holding(production, browser, way).get("/purpose").status_code == 200


def test_agency_that_says_how_strongly_it_asks_is_not_held_up_and_another_is(production, browser):
    assert holding(production, browser, "agency", Strength.TWO_FACTORS).get("/purpose").status_code == 200
    assert holding(production, browser, "agency").get("/purpose").location == "/account"


@pytest.mark.parametrize("way", ["password", "invitation", "recovery"])
def test_every_way_that_takes_a_password_alone_is_held_up(production, browser, way):
    assert holding(production, browser, way).get("/purpose").location == "/account"
    give_passkey(production, DPO)
    assert browser.get("/purpose").status_code == 200


@pytest.mark.parametrize("strength", [Strength.FIRST_HALF, Strength.TWO_FACTORS])
@pytest.mark.parametrize("way", ["password", "password and code", "passkey", "agency", "recovery"])
def test_nothing_less_than_hardware_opens_where_it_is_asked_for(hardware, way, strength):
    browser = holding(hardware, Browser(hardware, "https://concordat.example"), way, strength)
    for place in pages_without_parameters(hardware):
        assert browser.get(place).location == "/account", place
    assert "Add a passkey that stays on its device first" in browser.get("/account").text


def test_hardware_opens_where_it_is_asked_for(hardware):
    browser = Browser(hardware, "https://concordat.example")
    assert holding(hardware, browser, "passkey", Strength.HARDWARE).get("/purpose").status_code == 200


def test_beside_hardware_a_code_opens_nothing_and_makes_no_other(production, hardware):
    """Else whoever was tricked out of a password and a code would make a key of their own."""
    browser = Browser(hardware, "https://concordat.example")
    by_password(browser)
    app, _ = add_app(browser)
    give_passkey(production, backup_eligible=False)
    with clock.stopped(clock.now() + timedelta(seconds=31)):
        thief = Browser(hardware, "https://concordat.example")
        by_password(thief)
        answer = thief.send("/sign-in/code", "/sign-in/code", code=app.at(clock.now()))
        assert answer.location == "/purpose"
    for place in [*pages_without_parameters(hardware), "/account"]:
        assert thief.get(place).location.startswith("/confirm"), place
    for path in ("/account/passkeys/options", "/account/passkeys", "/account/passkeys/remove"):
        assert thief.send("/confirm", path).status_code != 200
    for path in ("/account/recovery-codes", "/account/authenticator/remove", "/account/password"):
        assert thief.send("/confirm", path, password="x", password_again="x").status_code == 302
    page = thief.get("/confirm").text
    assert "nothing opens here without it" in page
    assert 'name="code"' not in page
