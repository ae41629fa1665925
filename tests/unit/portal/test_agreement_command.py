"""An agreement checked on paper: what a person at the command line is told of a file."""

import pytest

from portal.app import create_app
from tests.partnership import load_partnership
from tests.portal import database_of, demonstration_settings, prepare_tables

TEXT = """
id: NEW
title: Working together
versions:
  - from: 2026-01-01T00:00:00Z
    until: 2090-01-01T00:00:00Z
    parties: [newham, metropolitan-north-east]
    purposes: [preventing-and-detecting-robbery]
    clauses:
      - id: "1.1"
        title: The council sees what happened.
        purposes: [preventing-and-detecting-robbery]
        from: [metropolitan-north-east]
        to: [newham]
        records: [incident]
        fields: [event]
        treatment: disclose
        basis: Crime and Disorder Act 1998, section 115.
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("check")
    app = create_app(demonstration_settings(folder))
    prepare_tables(database_of(app))
    load_partnership(database_of(app))

    def check(text):
        path = folder / "terms.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return app.test_cli_runner().invoke(args=["agreement", "check", str(path)])

    yield check
    database_of(app).close()


def test_good_text_is_counted_and_its_doubts_are_told_by_clause(run):
    result = run(TEXT)
    assert result.exit_code == 0, result.output
    first, *doubts = result.stdout.splitlines()
    assert first.startswith("Version 1: 1 clause, ")
    assert any(line.startswith("  warning: clause 1.1: ") and "retention" in line.lower() for line in doubts)


def test_mistake_is_named_by_line_and_clause_and_ends_with_1(run):
    result = run(TEXT.replace("disclose", "reveal"))
    assert result.exit_code == 1
    assert "line 10, version 1, clause 1.1: There is no treatment reveal." in result.stderr
    assert "1 mistake" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", "a: [", "", "versions: 3"])
def test_what_is_no_text_of_terms_ends_with_a_sentence(run, text):
    result = run(text)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.stderr
