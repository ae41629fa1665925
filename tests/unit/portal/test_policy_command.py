import json

import pytest
from flask import Flask

from portal.cli.policy import group
from tests.unit.sharing.worlds.paper import question, world


@pytest.fixture
def run(tmp_path):
    app = Flask(__name__)
    app.cli.add_command(group)

    def invoke(document, *options):
        path = tmp_path / "world.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
        return app.test_cli_runner().invoke(args=["policy", "decide", str(path), *options])

    return invoke


def test_answers_come_as_one_json_list_in_order(run):
    result = run({"world": world(), "questions": [question(), question(purpose="other")]}, "--json")
    first, second = json.loads(result.stdout)
    assert first["ward"]["clause"] == "1"
    assert second == "no such record"


def test_answers_read_as_lines_for_people(run):
    result = run({"world": world(), "questions": [question(), question(purpose="other")]})
    lines = result.stdout.splitlines()
    assert "  ward: disclose · clause · A · 1" in lines
    assert lines[-2:] == ["Question 2", "  no such record"]


def test_file_with_unknown_words_ends_with_an_error_that_names_them(run):
    result = run({"world": {**world(), "colour": "red"}, "questions": []})
    assert result.exit_code == 1
    assert "colour" in result.stderr


def test_file_that_is_no_json_ends_with_an_error(run):
    assert run("{").exit_code == 1
