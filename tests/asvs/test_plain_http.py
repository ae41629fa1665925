"""By plain http pages lead on to https, and nothing else is answered, so that it is noticed at once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from auth.keys import issue_key, tell_exposed
from auth.roles import Role
from auth.tables import api_key
from foundation import clock
from foundation.database import Database
from foundation.ledger.tables import ledger_pending
from portal.app import create_app
from tests.api.doors import STRANGER, open_door_at, problem
from tests.api.test_keys import key_of
from tests.databases import sqlite_url
from tests.partnership import ROBBERY, load_partnership
from tests.portal import Browser, close, database_of, prepare_tables, production_settings

PLAIN, PUBLIC = "http://concordat.example", "https://concordat.example"
OPENED = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    settings = production_settings(folder, CONCORDAT_TRUSTED_HOSTS="concordat.example,alias.example")
    database = Database(settings.database_url)
    prepare_tables(database)
    database.close()
    app = create_app(settings)
    load_partnership(database_of(app))
    yield app
    close(app)


@pytest.fixture
def token(production):
    return issue_key(database_of(production), STRANGER, (ROBBERY,), clock.now() + timedelta(days=1))


def ask(app, path, method="GET", base=PLAIN, **more):
    return app.test_client(use_cookies=False).open(path, method=method, base_url=base, **more)


def said_by_the_proxy(scheme):
    """As a proxy in front says that a request came."""
    return {"X-Forwarded-Proto": scheme, "X-Forwarded-For": "192.0.2.9"}


def is_refused(answer):
    assert (answer.status_code, "Location" in answer.headers) == (403, False)
    assert "plain http" in answer.text
    return True


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/sign-in?next=/purpose&x=%20y", "/nowhere/%C3%A9", "/nowhere//evil.example"]
)
def test_pages_lead_on_to_the_public_address(production, method, path):
    for base in (PLAIN, f"{PLAIN}:8080", "http://alias.example"):
        answer = ask(production, path, method, base)
        assert (answer.status_code, answer.location) == (308, PUBLIC + path)
        assert answer.headers.getlist("Set-Cookie") == []


def test_what_came_to_the_proxy_by_https_goes_on(production):
    page = ask(production, "/sign-in", headers=said_by_the_proxy("https"))
    assert page.status_code == 200
    assert ask(production, "/sign-in", headers=said_by_the_proxy("http")).status_code == 308
    assert ask(production, OPENED, headers=said_by_the_proxy("https")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [OPENED, "/api/v1/docs", "/api/v1/records", "/api/v1/nowhere"])
def test_nothing_of_the_json_door_leads_on_or_is_answered(production, method, path):
    answer = ask(production, path, method)
    assert (answer.status_code, "Location" in answer.headers) == (403, False)
    if method != "HEAD":
        assert problem(answer) == (403, "https-required")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/policy-reports", "/nowhere", "/health"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_that_may_change_anything_leads_on(production, method, path):
    assert is_refused(ask(production, path, method, data={"email": "x@y.example"}))


def test_files_of_pages_do_not_lead_on(production):
    assert is_refused(ask(production, "/static/concordat.css"))


def test_a_key_that_came_in_the_clear_is_refused_and_its_agency_told_once(production, token):
    database = database_of(production)

    def entries():
        with database.transaction() as tx:
            return tx.execute(select(func.count()).select_from(ledger_pending)).scalar_one()

    before = entries()
    key = {"Authorization": f"Bearer {token}", "Sharing-Purpose": ROBBERY}
    for path, method in (("/api/v1/records", "GET"), ("/api/v1/sightings", "POST"), ("/sign-in", "GET")):
        answer = ask(production, path, method, headers=key)
        assert is_refused(answer)
        assert "Replace the key" in answer.text
    assert problem(ask(production, "/api/v1/records", headers=key)) == (403, "https-required")
    assert entries() == before + 1
    with database.transaction() as tx:
        row = tx.execute(select(api_key).order_by(api_key.c.created_at.desc()).limit(1)).one()
        detail = tx.execute(select(ledger_pending.c.detail).order_by(ledger_pending.c.seq.desc())).scalar()
    assert '"auth:key:exposed"' in detail
    assert (row.first_used_at, row.last_used_at, row.exposed_at is not None) == (None, None, True)
    assert ask(production, "/api/v1/agencies", base=PUBLIC, headers=key).status_code == 200
    for wrong in ("Bearer x", "Basic eDp5", "Bearer"):
        assert is_refused(ask(production, "/sign-in", headers={"Authorization": wrong}))


def test_the_page_of_keys_says_which_one_to_replace(tmp_path):
    door = open_door_at(tmp_path, sqlite_url(tmp_path))
    *_, token = key_of(door, "havering", Role.OPERATOR)
    browser = Browser(door.app)
    browser.sign_in_as("colm-daly")
    assert "It came by plain http" not in browser.get("/service-accounts").text
    tell_exposed(door.database, token)
    assert "It came by plain http" in browser.get("/service-accounts").text
    close(door.app)


@pytest.mark.parametrize("name", ["__Host-concordat", "__Host-concordat-trip"])
def test_a_session_that_came_in_the_clear_is_refused(production, name):
    for method in ("GET", "POST"):
        answer = ask(production, "/sign-in", method, headers={"Cookie": f"{name}=x"})
        assert is_refused(answer)
        assert "Sign out everywhere" in answer.text


def test_whoever_watches_over_the_process_is_answered(production):
    assert ask(production, "/health", base="http://concordat.example:8000").status_code == 200


def test_the_demonstration_is_served_by_plain_http(browser):
    assert browser.get("/sign-in").status_code == 200
    assert browser.get(OPENED).status_code == 200
