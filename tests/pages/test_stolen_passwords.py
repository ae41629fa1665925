"""Every page that takes a new password refuses one that was stolen elsewhere."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import select

from auth.tables import user
from foundation.stolen import StolenPasswords
from portal.gate import context
from tests.people import OPERATOR, PASSWORD
from tests.portal import database_of

STOLEN = "nine blue kettles sing softly"


@pytest.fixture
def portal(portal, tmp_path):
    path = tmp_path / "stolen.txt"
    path.write_text(hashlib.sha1(STOLEN.encode(), usedforsecurity=False).hexdigest() + ":4\n")
    with portal.app_context():
        told = replace(context.services(), stolen=StolenPasswords(path))
        context.keep_services(portal, told)
    return portal


def kept(portal):
    with database_of(portal).transaction() as tx:
        return tx.execute(select(user.c.password_hash).where(user.c.id == OPERATOR)).scalar_one()


def test_account_refuses_a_stolen_password_and_keeps_the_one_before(portal, browser):
    browser.send("/sign-in", "/sign-in", email="dan.osei@havering.example", password=PASSWORD)
    before = kept(portal)
    answer = browser.send("/account", "/account/password", password=STOLEN, password_again=STOLEN)
    assert answer.status_code == 422
    assert "among those that were stolen" in answer.text
    assert STOLEN not in answer.text
    assert kept(portal) == before
    other = STOLEN.replace("blue", "green")
    assert browser.send("/account", "/account/password", password=other, password_again=other).location
    assert kept(portal) != before
