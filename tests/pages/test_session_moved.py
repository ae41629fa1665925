"""A cookie that was carried to another browser opens nothing there, and nothing where it came from."""

import json

import pytest
from sqlalchemy import select

from auth.tables import account_notice, session
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.tables import ledger_pending
from tests.people import INVENTED
from tests.portal import Browser, database_of

OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
NEWER = OFFICE.replace("Chrome/141", "Chrome/142")
EDGE = f"{OFFICE} Edg/141.0.0.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36"


class As(Browser):
    """A browser that names itself."""

    def __init__(self, app, name):
        super().__init__(app)
        self.client.environ_base["HTTP_USER_AGENT"] = name


@pytest.fixture
def victim(portal):
    browser = As(portal, OFFICE)
    browser.sign_in_as(INVENTED)
    return browser


def carried(portal, victim, name):
    thief = As(portal, name)
    thief.client.set_cookie("concordat", victim.client.get_cookie("concordat").value, domain="localhost")
    return thief


@pytest.mark.parametrize("name", [EDGE, PHONE, "curl/8.5", ""])
def test_session_that_goes_on_in_another_browser_ends_and_its_person_is_told(portal, victim, name):
    thief = carried(portal, victim, name)
    assert thief.get("/account").location == "/sign-in?next=/account"
    assert victim.get("/account").location == "/sign-in?next=/account"
    with database_of(portal).transaction() as tx:
        assert tx.execute(select(session)).all() == []
        told = tx.execute(select(account_notice.c.kind)).scalars().all()
        entries = [
            json.loads(seen_by(each, None)) for each in tx.execute(select(ledger_pending.c.detail)).scalars()
        ]
    assert told == ["session-moved"]
    assert [each["event"] for each in entries].count("auth:session:moved") == 1


def test_browser_that_was_brought_up_to_date_goes_on(portal, victim):
    assert carried(portal, victim, NEWER).get("/account").status_code == 200
    assert victim.get("/account").status_code == 200
