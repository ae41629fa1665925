import pytest
from flask import Flask

from portal.cli import policy as command
from sharing.records.registry import SCHEMAS
from sharing.release.facts import Exit
from sharing.release.schema import Category, Reason, Treatment
from sharing.worlds.matrix import first_differences, matrix_text

#: Floors that business recipients read as `protected`; others meet the first only in what was copied.
UNREAD = {Reason.FLOOR_CHILD, Reason.FLOOR_VULNERABILITY}


@pytest.fixture(scope="module")
def matrix():
    return matrix_text()


def test_kept_matrix_and_page_are_what_the_engine_says(matrix):
    kept = (command.TOP / "tests/golden/matrix.txt").read_text(encoding="utf-8")
    assert first_differences(kept, matrix) == [], "read the difference; if it is meant: policy matrix"
    assert kept == matrix


def test_matrix_holds_every_treatment_reason_exit_and_record_type(matrix):
    words = set(matrix.replace(":", " ").split())
    assert {treatment.slug for treatment in Treatment} <= words
    assert {reason.value for reason in Reason} - UNREAD <= words
    assert {leaving.value for leaving in Exit} <= words
    assert set(SCHEMAS) <= words
    assert {f"{category.value}.child" for category in Category} <= words
    assert "no such record" in matrix


def test_first_differences_are_shown_as_lines_gone_and_lines_new():
    assert first_differences("a\nb\nc", "a\nx\nc") == ["- b", "+ x"]
    assert first_differences("a", "a") == []


def test_check_fails_on_a_changed_matrix_and_passes_after_writing_it(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "TOP", tmp_path)
    monkeypatch.setattr(command, "KEPT", (("golden/matrix.txt", lambda: "one\ntwo\n"),))
    app = Flask(__name__)
    app.cli.add_command(command.group)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["policy", "matrix", "--check"]).exit_code == 1
    assert runner.invoke(args=["policy", "matrix"]).exit_code == 0
    assert runner.invoke(args=["policy", "matrix", "--check"]).exit_code == 0
    (tmp_path / "golden/matrix.txt").write_text("one\nother\n", encoding="utf-8")
    failed = runner.invoke(args=["policy", "matrix", "--check"])
    assert failed.exit_code == 1
    assert "golden/matrix.txt: + two" in failed.stdout
