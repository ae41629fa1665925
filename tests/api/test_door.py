"""Who gets in at the JSON door, and how it says no."""

from datetime import timedelta

import pytest
from flask import Flask

from auth.keys import issue_key
from auth.roles import Action
from foundation import clock
from foundation.errors import Missing, PurposeRequired
from portal.gate import context
from portal.gate.admission import allows
from tests.people import INVENTED, SERVICE, add_people
from tests.portal import Browser, close, create_app, database_of, demonstration_settings, prepare_tables

TYPE = "urn:concordat:problem:"


@allows(Action.RECORD_READ)
def whoami():
    return {"user": context.actor().user_id, "purpose": context.actor().purpose}


@allows(Action.RECORD_READ)
def hidden():
    raise Missing("an incident of 17 February exists")


@allows(Action.RECORD_READ)
def purposeless():
    raise PurposeRequired("State a purpose in the header Sharing-Purpose.")


@allows(Action.RECORD_READ)
def broken():
    raise ValueError("victim Jane Roe")


@pytest.fixture
def door(tmp_path):
    app = create_app(demonstration_settings(tmp_path))
    for view in (whoami, hidden, purposeless, broken):
        app.add_url_rule(f"/api/v1/{view.__name__}", view.__name__, view)
    database = database_of(app)
    prepare_tables(database)
    add_people(database)
    yield app
    close(app)


@pytest.fixture
def key(door: Flask) -> str:
    until = clock.now() + timedelta(days=1)
    return issue_key(database_of(door), SERVICE, ["reducing-robbery"], until)


def ask(door, path, key=None, **headers):
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if key:
        given["Authorization"] = f"Bearer {key}"
    return door.test_client().get(f"/api/v1/{path}", base_url="http://localhost", headers=given)


def problem(answer):
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == answer.status_code
    return answer.json["type"].removeprefix(TYPE)


def test_key_lets_its_account_in_for_the_stated_purpose(door, key):
    answer = ask(door, "whoami", key, Sharing_Purpose="reducing-robbery")
    assert answer.json == {"user": SERVICE, "purpose": "reducing-robbery"}


def test_purpose_that_the_key_is_not_for_is_refused(door, key):
    answer = ask(door, "whoami", key, Sharing_Purpose="safeguarding-children")
    assert (answer.status_code, problem(answer)) == (403, "denied")


@pytest.mark.parametrize("bad", [None, "made-up", "x" * 5000])
def test_without_a_good_key_the_answer_is_401_as_a_problem(door, bad):
    answer = ask(door, "whoami", bad)
    assert (answer.status_code, problem(answer)) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_cookie_of_a_session_counts_for_nothing_at_the_json_door(door):
    browser = Browser(door)
    browser.sign_in_as(INVENTED)
    assert browser.get("/purpose").status_code == 200
    assert browser.get("/api/v1/whoami").status_code == 401


def test_key_counts_for_nothing_at_the_web_door(door, key):
    answer = door.test_client().get(
        "/purpose", base_url="http://localhost", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.location == "/sign-in?next=/purpose"


def test_hidden_and_unknown_are_the_same_bytes(door, key):
    hidden_, unknown = ask(door, "hidden", key), ask(door, "nowhere", key)
    assert hidden_.status_code == unknown.status_code == 404
    assert hidden_.data == unknown.data
    assert "February" not in hidden_.text


def test_read_without_a_purpose_is_a_problem_of_its_own_type(door, key):
    answer = ask(door, "purposeless", key)
    assert (answer.status_code, problem(answer)) == (400, "purpose-required")


def test_fault_gives_a_reference_and_no_value(door, key, caplog):
    answer = ask(door, "broken", key)
    assert (answer.status_code, problem(answer)) == (500, "fault")
    assert answer.json["reference"] in caplog.text
    assert "Jane Roe" not in answer.text + caplog.text


def test_method_that_a_resource_does_not_take_says_which_it_does(door, key):
    answer = door.test_client().delete("/api/v1/meetings", base_url="http://localhost")
    assert (answer.status_code, problem(answer)) == (405, "method")
    assert "GET" in answer.headers["Allow"]


def test_description_of_the_door_is_open_and_names_the_resources(door):
    described = ask(door, "openapi.json").json
    assert described["openapi"] == "3.1.0"
    assert "/api/v1/meetings" in described["paths"]


def test_description_says_what_every_operation_gives_when_it_is_refused_and_which_purpose_it_is_for(door):
    described = ask(door, "openapi.json").json
    operations = [
        each for path in described["paths"].values() for name, each in path.items() if name != "parameters"
    ]
    assert operations
    for each in operations:
        assert each["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        assert {"$ref": "#/components/parameters/Sharing-Purpose"} in each["parameters"]
    assert set(described["components"]["responses"]["Problem"]["content"]) == {"application/problem+json"}
    said = ask(door, "nothing").json
    assert set(said) >= set(described["components"]["schemas"]["Problem"]["required"])
