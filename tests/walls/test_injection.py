"""A search box that lets a statement be injected, planted in the portal: what whoever types there can see."""

import pytest
from flask import request

from auth.roles import Action
from foundation import credential
from portal.app import create_app
from portal.gate import context, identity
from portal.gate.admission import allows, public
from tests.databases import database_settings
from tests.portal import Browser, close, demonstration_settings
from tests.walls.conftest import COUNCIL, POLICE, STRANGER

MINE = {"to the council", "to all", "the council's"}
EVERYTHING = "x' OR true --"
_MORE = "x' UNION ALL SELECT {} --"


@allows(Action.RECORD_READ)
def vulnerable():
    """What no view of the product does: words that somebody typed, inside a statement."""
    typed = request.args["q"]
    with context.database().transaction() as tx:
        rows = tx.exec_driver_sql(f"SELECT id FROM record WHERE owner_reference LIKE '%%{typed}%%'")
        return {"found": [row[0] for row in rows]}


@public
def nobodys():
    with context.database().transaction() as tx:
        return {"found": [row[0] for row in tx.exec_driver_sql("SELECT id FROM record")]}


@pytest.fixture(scope="module")
def app(world, tmp_path_factory):
    made = create_app(demonstration_settings(tmp_path_factory.mktemp("app"), **database_settings(world.url)))
    made.add_url_rule("/vulnerable", "vulnerable", vulnerable)
    made.add_url_rule("/nobodys", "nobodys", nobodys)
    yield made
    close(made)


@pytest.fixture
def typing(app, world):
    """Type into the box as a person; gives the ids that come back."""

    def typed(user, words):
        client = app.test_client()
        if user is not None:
            client.set_cookie("concordat", world.token(user), domain="localhost")
        return client.get("/vulnerable", query_string={"q": words}, base_url="http://localhost")

    return typed


def test_whoever_injects_sees_what_their_agency_sees(typing, world):
    shown = {
        user: world.named(set(typing(user, EVERYTHING).json["found"])) for user in (COUNCIL, POLICE, STRANGER)
    }
    assert shown == {COUNCIL: MINE, POLICE: set(world.ids) - {"the council's"}, STRANGER: set()}


@pytest.mark.parametrize(
    "more",
    [
        "account FROM incident",
        "text FROM release",
        "event FROM ledger_pending WHERE strpos(agencies, 'havering') = 0",
        "given_name FROM link",
        "word FROM word",
        "record_id FROM reach",
    ],
)
def test_other_tables_show_no_row_of_others(typing, world, more):
    found = typing(STRANGER, _MORE.format(more)).json["found"]
    assert found == []
    values = typing(COUNCIL, _MORE.format(more)).json["found"]
    hidden = {world.ids[label] for label in set(world.ids) - MINE}
    assert not hidden & set(values)


@pytest.mark.parametrize(
    "more",
    [
        "hash FROM session",
        "hash FROM api_key",
        'password_hash FROM "user"',
        "encode(key, 'hex') FROM wall.secret",
        "secret FROM totp",
        "email FROM invitation",
        "secret FROM webhook",
        "pg_read_file('/etc/passwd')",
    ],
)
def test_nothing_that_lets_somebody_in_can_be_read(typing, more):
    answer = typing(COUNCIL, _MORE.format(more))
    assert answer.status_code == 500


@pytest.mark.parametrize("setting", ["concordat.context", "concordat.opened"])
@pytest.mark.parametrize("text", ["metropolitan-east-area", "{aaron-field,metropolitan-east-area,NULL,2026}"])
def test_no_agency_can_be_chosen(typing, world, setting, text):
    chosen = f"x' OR set_config('{setting}', '{'0' * 64}{text}', true) <> '' --"
    assert world.named(set(typing(COUNCIL, chosen).json["found"])) <= MINE
    union = _MORE.format(f"set_config('{setting}', '{text}', true) UNION ALL SELECT id FROM record")
    assert world.named(set(typing(COUNCIL, union).json["found"])) <= MINE


def test_lookups_give_nothing_of_a_record_that_is_not_reached(typing, world):
    hidden = world.ids["hidden"]
    lanes = "ARRAY['HAV-CSP-01','HAV-CSP-01'], ARRAY['british-transport-police','members']"
    given = f"true, 'incident', 'preventing-and-detecting-robbery', {lanes}, '{{}}', '9', 'z', 9, 9"
    found = f"wall.found({given})"
    for call in (
        f"persons FROM wall.origins(ARRAY['{hidden}'])",
        f"kept_by FROM wall.keepers(ARRAY['{hidden}'])",
        f"record_id FROM {found} WHERE record_id NOT IN (SELECT id FROM record WHERE owner = 'havering')",
        f"'seen' WHERE wall.sees('{hidden}') OR wall.owns('{hidden}')",
    ):
        assert typing(COUNCIL, _MORE.format(call)).json["found"] == [], call


def test_page_that_nobody_signed_in_asks_for_sees_no_row(app, world):
    client = app.test_client()
    assert client.get("/nobodys", base_url="http://localhost").json == {"found": []}
    client.set_cookie("concordat", world.token(COUNCIL), domain="localhost")
    assert world.named(set(client.get("/nobodys", base_url="http://localhost").json["found"])) == MINE
    client.delete_cookie("concordat", domain="localhost")
    assert client.get("/nobodys", base_url="http://localhost").json == {"found": []}, (
        "on the thread of before"
    )
    assert credential.held() is None


def test_session_that_ends_while_its_request_runs_shows_nothing(app, world, monkeypatch):
    browser = Browser(app)
    assert browser.sign_in_as("anil-mehta").status_code == 303
    browser.send("/purpose", "/purpose", purpose="preventing-and-detecting-robbery")
    find = identity.find_session

    def ended(*given, **more):
        standing = find(*given, **more)
        with world.owner.transaction() as tx:
            tx.exec_driver_sql("DELETE FROM session WHERE hash = %s", (standing.actor.session,))
        return standing

    assert browser.get("/records/incidents").status_code == 200
    monkeypatch.setattr(identity, "find_session", ended)
    answer = browser.get("/records/incidents")
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in")


def test_box_is_vulnerable_at_all(typing):
    """Else the tests above would prove nothing."""
    assert typing(COUNCIL, "no such reference").json["found"] == []
    assert typing(COUNCIL, _MORE.format("'planted'")).json["found"] == ["planted"]
    assert typing(COUNCIL, "'").status_code == 500
