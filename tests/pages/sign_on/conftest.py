"""A portal with two agencies, each with a provider of its own, and people who sign in there."""

import html
import json
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select, update

from auth.accounts import NewAgency, NewUser, create_accounts
from auth.roles import Role
from auth.tables import (
    account_notice,
    identity_link,
    identity_provider,
    logout_token,
    session,
    sign_in_attempt,
    sign_on_trip,
    user,
)
from foundation.ledger.tables import ledger_pending
from portal.app import create_app
from portal.gate import context
from tests.people import INVENTED, add_people
from tests.portal import Browser, database_of, demonstration_settings, prepare_tables
from tests.providers import CLIENT, SECRET, Provider

ADMIN = "66666666-6666-4666-8666-666666666666"
MADE = (
    sign_on_trip, identity_link, identity_provider, logout_token, session, sign_in_attempt, account_notice,
    ledger_pending,
)  # fmt: skip
OTHER = "77777777-7777-4777-8777-777777777777"


@pytest.fixture(scope="module")
def two():
    made = [Provider(), Provider()]
    yield made
    for each in made:
        each.close()


@pytest.fixture
def provider(two):
    """The provider of Havering, behaving well."""
    for each in two:
        each.claims, each.header, each.metadata, each.said = {}, {}, {}, {}
        each.algorithm, each.key, each.published = "RS256", each.own, [each.own.public()]
        each.asked.clear()
    return two[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    made = create_app(demonstration_settings(folder, CONCORDAT_SIGN_ON_LOOPBACK="yes"))
    database = database_of(made)
    prepare_tables(database)
    add_people(database)
    role = frozenset({Role.ADMINISTRATOR})
    create_accounts(
        database,
        [NewAgency("newham", "London Borough of Newham", "Newham", "council")],
        [],
        [
            NewUser(ADMIN, "havering", "Iris Admin", "iris@havering.example", role, demonstration="Run it"),
            NewUser(OTHER, "newham", "Noor Admin", "noor@newham.example", role, demonstration="Run it"),
        ],
    )
    yield made
    database.close()


@pytest.fixture
def app(running):
    """The portal with its people and nothing else; to start one anew for each test would take too long."""
    with database_of(running).transaction() as tx:
        for table in MADE:
            tx.execute(delete(table))
        tx.execute(update(user).where(user.c.id == INVENTED).values(agency_id="havering", disabled=False))
    return running


class World:
    """What the tests do with it."""

    def __init__(self, app, provider):
        self.app, self.provider = app, provider

    def browser(self, person=None):
        made = Browser(self.app)
        if person:
            made.sign_in_as(person)
        return made

    def set_up(self, person=ADMIN, provider=None):
        """The person's agency gets the provider; gives a browser of that person."""
        browser = self.browser(person)
        issuer = (provider or self.provider).issuer
        answer = browser.send("/sign-on", "/sign-on", issuer=issuer, client_id=CLIENT, client_secret=SECRET)
        assert answer.status_code == 303, answer.text
        return browser

    def link(self, person, subject="s-1", provider=None):
        browser = self.browser(person)
        address = self.address(browser.send("/account", "/account/agency"))
        back = (provider or self.provider).authorize(address, subject)
        return browser, self.come_back(browser, address, back)

    def address(self, leave):
        """Where a page leads to at the provider."""
        assert leave.status_code == 200, leave.text
        return html.unescape(re.search(r'<a class="button" href="([^"]+)">Continue to', leave.text)[1])

    def set_out(self, browser, agency="London Borough of Havering"):
        page = browser.get("/sign-in").text
        form = next(each for each in page.split("<form") if agency in each and "/sign-in/agency/" in each)
        return self.address(browser.send("/sign-in", re.search(r'action="([^"]+)"', form)[1]))

    def come_back(self, browser, address, back):
        path = re.search(r"redirect_uri=[^&]*?(%2Fsign-in[^&]*)", address)[1].replace("%2F", "/")
        return browser.get(path, query_string=back)

    def sign_in(self, subject="s-1", **bent):
        """There and back in a new browser; gives the browser and the last page."""
        browser = self.browser()
        address = self.set_out(browser)
        return browser, self.come_back(browser, address, self.provider.authorize(address, subject, **bent))

    def sessions(self):
        with database_of(self.app).transaction() as tx:
            return [SimpleNamespace(**row) for row in tx.execute(select(session)).mappings()]

    def events(self, name):
        """What the ledger's entries of a name say, the oldest first."""
        return [each["detail"] for each in self.ledger() if each["event"] == name]

    def ledger(self):
        with database_of(self.app).transaction() as tx:
            found = tx.execute(select(ledger_pending).order_by(ledger_pending.c[0])).mappings().all()
        return [json.loads(row["detail"]) for row in found]


@pytest.fixture
def world(app, provider):
    return World(app, provider)


@pytest.fixture(scope="module")
def asking(running):
    """The same portal over the same rows, as it is where two factors are asked for, or hardware."""
    with running.app_context():
        folder = context.settings().data_dir
    made = {
        wanted: create_app(
            demonstration_settings(folder, CONCORDAT_SIGN_ON_LOOPBACK="yes", CONCORDAT_FACTORS=wanted)
        )
        for wanted in ("two", "hardware")
    }
    yield made
    for each in made.values():
        database_of(each).close()
