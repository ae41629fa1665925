"""Signing in and out at the web door."""

from sqlalchemy import select

from auth.tables import session
from foundation.crypto.tokens import token_digest
from tests.people import INVENTED, PASSWORD
from tests.portal import database_of


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
