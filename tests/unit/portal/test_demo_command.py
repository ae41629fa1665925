import json

import pytest

from auth.keys import find_key
from portal.app import create_app
from tests.portal import close, database_of, prepare_tables, production_settings


@pytest.fixture
def run(portal):
    return lambda *arguments: portal.test_cli_runner().invoke(args=["demo", *arguments])


def test_production_loads_nothing_and_gives_no_key(tmp_path):
    settings = production_settings(tmp_path)
    from foundation.database import Database

    database = Database(settings.database_url)
    prepare_tables(database)
    database.close()
    app = create_app(settings)
    for arguments in (["load"], ["keys", "--json"]):
        found = app.test_cli_runner().invoke(args=["demo", *arguments])
        assert found.exit_code == 1
        assert found.output.strip().splitlines() == [
            "Error: This portal is not a demonstration: nothing was loaded and no key was given."
        ]
    close(app)


def test_a_database_with_agencies_is_left_alone(run):
    found = run("load")
    assert found.exit_code == 1
    assert "Load into an empty database." in found.output


def test_keys_are_given_for_each_role_of_each_agency(run, portal):
    told = json.loads(run("keys", "--json").output)
    assert told["base_url"] == "http://localhost:8000"
    assert {(key["agency"], key["role"]) for key in told["keys"]} == {
        ("havering", "operator"),
        ("havering", "member"),
    }
    for key in told["keys"]:
        standing = find_key(database_of(portal), key["key"], key["purposes"][0])
        assert standing is not None
        assert standing.actor.agency_id == key["agency"]
