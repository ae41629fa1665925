"""Signing in and out at the web door."""

import pytest
from sqlalchemy import select

from auth.tables import session
from foundation.crypto.tokens import token_digest
from foundation.database import Database
from foundation.errors import Misconfigured
from portal.app import create_app
from tests.people import INVENTED, OPERATOR, PASSWORD, add_people
from tests.portal import Browser, database_of, prepare_tables, production_settings, without_marks


def rows(app):
    with database_of(app).transaction() as tx:
        return tx.execute(select(session)).mappings().all()


def cookie(browser):
    found = browser.client.get_cookie("concordat")
    return found.value if found else None


def test_sign_in_with_password_leads_to_the_purposes(portal, browser):
    answer = browser.send("/sign-in", "/sign-in", email=" dan.osei@HAVERING.example", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/purpose")
    assert "Preventing and detecting robbery" in browser.get("/purpose").text


def test_database_holds_only_the_digest_of_the_session_id(portal, browser):
    browser.sign_in_as(INVENTED)
    [row] = rows(portal)
    assert row["hash"] == token_digest(cookie(browser))
    assert cookie(browser) not in str(row)
    assert len(cookie(browser)) >= 43


def test_wrong_password_and_unknown_account_give_the_same_page(portal, browser):
    wrong = browser.send("/sign-in", "/sign-in", email="dan.osei@havering.example", password="wrong")
    unknown = browser.send("/sign-in", "/sign-in", email="dan.oseo@havering.example", password="wrong")
    assert wrong.status_code == unknown.status_code == 403
    plain = [without_marks(page.text) for page in (wrong, unknown)]
    assert plain[0] == plain[1]
    assert "The email address or the password is not right." in plain[0]


def test_refused_sign_in_keeps_the_address_and_not_the_password(portal, browser):
    answer = browser.send("/sign-in", "/sign-in", email="dan.osei@havering.example", password="weir-wrong")
    assert 'value="dan.osei@havering.example"' in answer.text
    assert "weir-wrong" not in answer.text
    assert cookie(browser) is None


def test_copied_cookie_opens_nothing_after_sign_out(portal, browser):
    browser.sign_in_as(INVENTED)
    copied = cookie(browser)
    thief = Browser(portal)
    thief.client.set_cookie("concordat", copied, domain="localhost")
    assert thief.get("/purpose").status_code == 200
    answer = browser.send("/purpose", "/sign-out")
    assert answer.location == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert thief.get("/purpose").location == "/sign-in?next=/purpose"
    assert rows(portal) == []


def test_signing_in_again_ends_the_session_before_and_gives_a_new_id(portal, browser):
    browser.sign_in_as(INVENTED)
    first = cookie(browser)
    browser.sign_in_as(INVENTED)
    assert cookie(browser) != first
    assert [row["hash"] for row in rows(portal)] == [token_digest(cookie(browser))]


def test_what_was_planted_in_the_browser_before_signing_in_is_gone(portal, browser):
    browser.get("/sign-in")
    with browser.client.session_transaction() as planted:
        planted["_user_id"] = "55555555-5555-4555-8555-555555555555"
        planted["colour"] = "red"
    browser.sign_in_as(INVENTED)
    with browser.client.session_transaction() as left:
        assert "colour" not in left
        assert "_user_id" not in left


def test_a_made_up_cookie_or_an_overlong_one_opens_nothing(portal, browser):
    for value in ("made-up", "x" * 3000, "%00", "é"):
        browser.client.set_cookie("concordat", value, domain="localhost")
        assert browser.get("/purpose").status_code == 302


def test_stated_purpose_is_shown_on_every_page(portal, browser):
    browser.sign_in_as(INVENTED)
    answer = browser.send("/purpose", "/purpose", purpose="excluding-repeat-offenders", next="/purpose")
    assert (answer.status_code, answer.location) == (303, "/purpose")
    assert "<strong>Excluding repeat offenders</strong>" in browser.get("/purpose").text
    [row] = rows(portal)
    assert row["purpose"] == "excluding-repeat-offenders"


def test_purpose_of_another_role_cannot_be_stated(portal, browser):
    browser.sign_in_as(INVENTED)
    assert browser.send("/purpose", "/purpose", purpose="running-the-partnership").status_code == 422
    assert rows(portal)[0]["purpose"] is None


def test_only_invented_people_get_in_without_a_password(portal, browser):
    answer = browser.sign_in_as(OPERATOR)
    assert answer.status_code == 404
    assert rows(portal) == []


def test_sign_in_page_lists_the_invented_people_and_nobody_else(portal, browser):
    page = browser.get("/sign-in").text
    assert "Ann Vent" in page
    assert "Enter a sighting; hold footage" in page
    assert "Dan Osei" not in page


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/%2f%2fevil.example", "\t//evil.example",
     "/\t/evil.example", "/sign-out", "/nowhere", "/static/../purpose", "javascript:alert(1)"],
)  # fmt: skip
def test_signing_in_never_leads_to_another_place(portal, browser, address):
    answer = browser.send("/sign-in", "/sign-in/demonstration", user=INVENTED, next=address)
    assert answer.location == "/purpose"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(portal, browser):
    answer = browser.send("/sign-in", "/sign-in/demonstration", user=INVENTED, next="/purpose")
    assert answer.location == "/purpose?next=/purpose"


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


def test_production_cookies_are_bound_to_this_host_and_https(production):
    browser = Browser(production, "https://concordat.example")
    answer = browser.send("/sign-in", "/sign-in", email="dan.osei@havering.example", password=PASSWORD)
    given = {line.split("=")[0]: line for line in answer.headers.getlist("Set-Cookie")}
    for name in ("__Host-concordat", "__Host-concordat-form"):
        assert all(
            term in given[name] for term in ("; Secure", "; HttpOnly", "; Path=/", "; SameSite=Strict")
        )
        assert "Domain" not in given[name]
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert browser.get("/account").status_code == 200


def test_production_lets_nobody_in_without_a_password(production):
    browser = Browser(production, "https://concordat.example")
    assert browser.sign_in_as(INVENTED).status_code == 404
    assert "Ann Vent" not in browser.get("/sign-in").text


def test_production_refuses_to_start_on_a_database_of_invented_people(tmp_path):
    settings = production_settings(tmp_path)
    database = Database(settings.database_url)
    prepare_tables(database)
    add_people(database)
    database.close()
    with pytest.raises(Misconfigured, match="invented people"):
        create_app(settings)
