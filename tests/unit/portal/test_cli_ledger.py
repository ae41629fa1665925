import json

import pytest
from sqlalchemy import delete

from foundation.ledger.append import append
from foundation.ledger.custody import KEY_FILE
from foundation.ledger.tables import ledger_pending
from portal.gate import context
from tests.ledgers import an_entry
from tests.portal import database_of


@pytest.fixture
def run(portal):
    def run(*arguments):
        return portal.test_cli_runner().invoke(args=["ledger", *arguments])

    with database_of(portal).transaction() as tx:
        tx.execute(delete(ledger_pending))  # what the fixture itself has left there
        append(tx, an_entry())
    return run


def test_a_good_log_is_said_to_be_good(run):
    assert run("sequence").output == "1 entries sequenced\n"
    found = run("verify")
    assert found.output.startswith("good: 1 entries, 0 pending, root ")
    assert found.exit_code == 0


def test_a_bad_log_names_its_first_bad_index(run, portal):
    run("sequence")
    with database_of(portal).transaction() as tx:
        tx.exec_driver_sql("DELETE FROM ledger_detail WHERE idx = 0")
    found = run("verify")
    assert found.output == "bad: first bad index 0: the entry at 0 is missing\n"
    assert found.exit_code == 1
    told = json.loads(run("verify", "--json").output)
    assert (told["good"], told["first_bad"]) == (False, 0)


def test_status_says_what_waits_and_shows_the_signed_checkpoint(run):
    assert "leaves 0, signed 0, pending 1" in run("status").output
    run("sequence")
    found = run("status").output
    assert "leaves 2, signed 2, pending 0" in found
    assert "\n— concordat/ledger/" in found


def test_a_log_that_no_server_has_begun_is_begun(run):
    found = run("verify")
    assert found.output.startswith("good: 1 entries, 0 pending, root ")
    assert found.exit_code == 0


def test_a_data_folder_without_a_key_is_said(run, portal):
    run("sequence")
    with portal.app_context():
        (context.settings().data_dir / KEY_FILE).unlink()
    found = run("verify")
    assert "holds no key of a ledger" in found.output
    assert found.exit_code == 1
