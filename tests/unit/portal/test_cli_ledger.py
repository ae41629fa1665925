import json
import shutil

import pytest
from sqlalchemy import delete

from foundation import clock
from foundation.ledger.append import append
from foundation.ledger.custody import KEY_FILE
from foundation.ledger.schedule import months_before
from foundation.ledger.tables import ledger_pending
from foundation.ledger.verifier.witness import Witness, answered
from portal.gate import context
from tests.ledgers import an_entry
from tests.portal import create_app, database_of, demonstration_settings
from tests.verifying import run_verify


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


def test_what_is_past_its_period_is_erased_and_the_log_stays_good(run, portal):
    with database_of(portal).transaction() as tx:
        append(tx, an_entry(at=months_before(clock.now(), 73)))
    run("sequence")
    assert run("retain").output == "erased: details 1, names 0, keys of subjects 0\n"
    run("sequence")
    assert run("verify").output.endswith("; details of 1 were erased\n")


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


def test_copy_of_the_public_log_is_written_once_and_checks_out(run, tmp_path):
    run("sequence")
    copy = tmp_path / "copy"
    assert run("export", str(copy)).output == "2 leaves, 4 files written\n"
    assert run("export", str(copy)).output == "2 leaves, 2 files written\n"
    code, words = run_verify("--policy", copy / "policy.txt", copy)
    assert (code, words[:28]) == (0, "good: all 2 leaves of the lo")
    assert run("policy").output == (copy / "policy.txt").read_text()


def test_restore_drill_refuses_with_what_to_do_and_the_ceremony_prints_the_gap(run, portal, tmp_path):
    def more(count):
        with database_of(portal).transaction() as tx:
            for number in range(count):
                append(tx, an_entry(number))
        return run("sequence")

    more(3)
    database = tmp_path / "concordat.sqlite3"
    database_of(portal).engine.dispose()
    shutil.copy(database, tmp_path / "backup")
    for suffix in ("-wal", "-shm"):
        if (tmp_path / f"concordat.sqlite3{suffix}").exists():
            shutil.copy(tmp_path / f"concordat.sqlite3{suffix}", tmp_path / f"backup{suffix}")
    refused = run("ceremony", "--yes")
    assert refused.exit_code == 1
    assert "holds everything that the ledger has signed" in refused.output
    more(2)
    database_of(portal).close()
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"concordat.sqlite3{suffix}").unlink(missing_ok=True)
        if (tmp_path / f"backup{suffix}").exists():
            shutil.copy(tmp_path / f"backup{suffix}", tmp_path / f"concordat.sqlite3{suffix}")
    restored = create_app(demonstration_settings(tmp_path))

    def command(*arguments, **more):
        return restored.test_cli_runner().invoke(args=["ledger", *arguments], **more)

    found = command("sequence")
    assert found.exit_code == 1
    assert "Was it restored from a backup?" in found.output
    assert "ledger ceremony" in found.output
    assert command("verify").exit_code == 1
    assert command("ceremony", input="n\n").exit_code == 1
    told = command("ceremony", "--yes")
    assert told.exit_code == 0, told.output
    assert "are lost.\nA new log has begun." in told.output
    assert "concordat/succession/v1\nwhy restored\n" in told.output
    found = command("verify")
    assert found.exit_code == 0
    assert "\ngap: " in found.output
    assert json.loads(command("status", "--json").output)["log"] == 2
    database_of(restored).close()


def test_key_is_changed_and_the_log_goes_on(run):
    run("sequence")
    assert "why changed" in run("change-key", "--yes").output
    assert run("verify").exit_code == 0
    assert "ledger.seal" in run("add-seal").output
    assert run("verify").exit_code == 0


def test_witness_is_asked_by_two_files(tmp_path):
    witness = Witness.make(tmp_path / "stick", "bcrp.example/witness")
    (tmp_path / "witnesses").write_text(f"witness bcrp {witness.key()}\nquorum bcrp\n")
    app = create_app(demonstration_settings(tmp_path, CONCORDAT_WITNESSES=str(tmp_path / "witnesses")))
    from tests.portal import prepare_tables

    prepare_tables(database_of(app))
    with database_of(app).transaction() as tx:
        append(tx, an_entry())

    def run(*arguments):
        return app.test_cli_runner().invoke(args=["ledger", *map(str, arguments)])

    request, answer = tmp_path / "request", tmp_path / "answer"
    assert "signed nothing yet" in run("witness-request", "bcrp", request).output
    run("sequence")
    assert "There is no witness x" in run("witness-request", "x", request).output
    assert run("status").exit_code == 1  # nobody has seen it
    assert run("witness-request", "bcrp", request).exit_code == 0
    witness.trust(run("policy").output.split()[1])
    status, body, _ = answered(witness, request.read_bytes())
    answer.write_text(f"{status}\n{body}")
    assert run("witness-answer", "bcrp", request, answer).output.startswith("bcrp saw it at ")
    assert "witness bcrp: 2 leaves, " in run("status").output
    answer.write_text("409\n1\n")
    assert "--old 1" in run("witness-answer", "bcrp", request, answer).output
    assert run("ask-witnesses").exit_code == 0  # none has an address
    database_of(app).close()
