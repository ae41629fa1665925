"""What an agency downloads is checked by verify.py, which finds whatever is changed in it."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from foundation.errors import Conflict
from foundation.ledger.append import Operation, append
from foundation.ledger.erasing import ERASED, ERASED_EVENT, erase_details
from foundation.ledger.verifier import verify
from tests.databases import sqlite_url
from tests.ledgers import an_entry, make_ledger
from tests.verifying import Desk, lines_of, run_verify, with_end

#: Of single changes, each of which must be found and its index named.
TRIALS = 200
PROGRAM = Path(verify.__file__)


def places_of_entries(ledger):
    rows = ledger.run("SELECT idx FROM ledger_detail WHERE operation <> 'manifest' ORDER BY idx")
    return [row[0] for row in rows]


def own_places(ledger):
    rows = ledger.run("SELECT idx FROM ledger_agency_mention WHERE agency = 'havering' ORDER BY idx")
    return [row[0] for row in rows]


def test_whole_download_of_each_agency_is_good(desk):
    for agency in ("havering", "newham", "romford-bcrp"):
        desk.agency = agency
        code, words = desk.check(desk.fetch())
        count = desk.ledger.run("SELECT entries FROM ledger_agency WHERE agency = :name", name=agency)[0][0]
        size = desk.ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]
        assert (code, words[:60]) == (
            0,
            f"good: {count} entries of yours, complete, in a log of {size}, as signed at"[:60],
        )
        last = desk.ledger.run(
            "SELECT max(idx) FROM ledger_detail WHERE operation = 'manifest' AND agency = :name", name=agency
        )[0][0]
        assert f"co-signed by no witnesses; last counted at index {last}" in words


def test_program_runs_alone_in_an_empty_folder_with_no_packages(embedded_desk, tmp_path):
    place = tmp_path / "her laptop"
    place.mkdir()
    for path in (PROGRAM, embedded_desk.folder / "policy.txt", embedded_desk.fetch()):
        (place / path.name).write_bytes(path.read_bytes())
    command = [sys.executable, "-I", "-S", "verify.py", "--policy", "policy.txt", "own.bundle"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("good: ")


def test_program_says_what_it_found_where_the_output_lacks_a_letter(embedded_desk):
    ledger = embedded_desk.ledger
    with ledger.database.transaction() as tx:
        id_ = append(tx, an_entry(detail={"reason": "Brânză, 3 €"}))
    ledger.sequence()
    receipt, policy = embedded_desk.fetch_receipt(id_), embedded_desk.folder / "policy.txt"
    command = [sys.executable, PROGRAM, "--policy", policy, receipt]
    done = subprocess.run(command, capture_output=True, check=False, env={"PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Brânză, 3 €".encode("latin-1", "backslashreplace") in done.stdout


def test_agency_without_entries_has_a_good_empty_bundle(desk):
    desk.agency = "nobody-yet"
    code, words = desk.check(desk.fetch())
    assert code == 0
    assert words.startswith("good: 0 entries of yours, complete, in a log of ")
    assert words.endswith("; not counted yet\n")


def test_later_bundle_goes_on_from_an_earlier_one_and_not_without_it(desk):
    first = desk.fetch("first.bundle")
    size = desk.told(first)["results"][0]["size"]
    desk.ledger.fill(3, seed=5)
    second = desk.fetch("second.bundle", after=size)
    whole = desk.fetch("whole.bundle")
    told = desk.told(first, second)["results"]
    assert told[1]["entries"] == desk.told(whole)["results"][0]["entries"] > told[0]["entries"]
    assert desk.check(first, second, whole)[0] == 0
    code, words = desk.check(second)
    assert code == 2
    assert "goes on from a bundle of" in words


def test_bundle_that_goes_on_from_another_history_is_bad(desk, tmp_path):
    first = desk.fetch("first.bundle")
    size = desk.told(first)["results"][0]["size"]
    desk.ledger.fill(1, seed=5)
    second = desk.fetch("second.bundle", after=size)
    lines = lines_of(second)
    place = next(at for at, line in enumerate(lines) if line.startswith("counted "))
    lines[place] = "counted " + b64encode(bytes(32)).decode()
    second.write_bytes(with_end(lines))
    assert desk.check(first, second) == (1, "bad: this is not the log of the earlier bundle\n")


def test_erased_details_leave_a_bundle_complete_and_say_so(desk):
    ledger, before = desk.ledger, desk.fetch("before.bundle")
    places = places_of_entries(ledger)[:5]
    with ledger.database.transaction() as tx:
        spans = erase_details(tx, range(places[-1] + 1))  # counts of the log itself among them
        detail = {"purpose": "", ERASED: spans}
        append(tx, an_entry(event=ERASED_EVENT, operation=Operation.ERASURE, detail=detail))
    ledger.sequence()
    report = ledger.verify()
    assert (report.good, report.problem, report.erased) == (True, "", 5)
    own = ledger.run("SELECT idx FROM ledger_agency_mention WHERE agency = 'havering'")
    told = desk.told(before, desk.fetch("after.bundle"))["results"][1]
    assert told["erased"] == len({place for (place,) in own} & {*places}) > 0
    assert "the details were erased since" in told["words"]


def test_details_that_are_gone_without_an_entry_are_missing(desk):
    place = own_places(desk.ledger)[2]
    with desk.ledger.database.transaction() as tx:
        erase_details(tx, [place])
    report = desk.ledger.verify()
    missing = (False, place, f"the entry at {place} is missing")
    assert (report.good, report.first_bad, report.problem) == missing
    said = f"bad: first bad index {place}: a detail is missing that no entry says was erased\n"
    assert desk.check(desk.fetch("after.bundle")) == (1, said)


def test_a_missing_detail_is_told_apart_from_those_that_an_entry_says_were_erased(desk):
    ledger = desk.ledger
    *erased, lost = own_places(ledger)[:4]
    with ledger.database.transaction() as tx:
        detail = {"purpose": "", ERASED: erase_details(tx, erased)}
        append(tx, an_entry(event=ERASED_EVENT, operation=Operation.ERASURE, detail=detail))
        erase_details(tx, [lost])
    ledger.sequence()
    assert ledger.verify().first_bad == lost
    code, words = desk.check(desk.fetch("after.bundle"))
    assert (code, words.split(": ")[1]) == (1, f"first bad index {lost}")


def test_a_download_waits_for_the_entry_that_accounts_for_what_is_gone(desk):
    ledger, first = desk.ledger, desk.fetch("first.bundle")
    size = desk.told(first)["results"][0]["size"]
    places = own_places(ledger)[:2]
    with ledger.database.transaction() as tx:
        detail = {"purpose": "", ERASED: erase_details(tx, places)}
        append(tx, an_entry(event=ERASED_EVENT, operation=Operation.ERASURE, detail=detail))
    with pytest.raises(Conflict, match="Details were erased since"):
        desk.fetch("too-soon.bundle")
    ledger.sequence()
    with pytest.raises(Conflict, match="Details were erased since"):
        desk.fetch("too-old.bundle", size=size)
    assert desk.check(first, desk.fetch("next.bundle", after=size), desk.fetch("whole.bundle"))[0] == 0


def test_receipt_verifies_by_itself_for_the_agencies_it_names(desk):
    path = desk.fetch_receipt(desk.ledger.ids[1])
    code, words = desk.check(path)
    assert (code, words[:21]) == (0, "good: entry 1 of a lo")
    assert desk.told(path)["results"][0]["entry"]["id"] == desk.ledger.ids[1]


def test_broken_off_download_is_told_from_a_forged_one(embedded_desk):
    path = embedded_desk.fetch()
    whole = path.read_bytes()
    for length in (0, 30, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        code, words = embedded_desk.check(path)
        assert code == 1
        assert "download it again" in words or "neither a bundle" in words
    path.write_bytes(whole.replace(b"officer-1", b"officer-2", 1))
    assert "first bad index" in embedded_desk.check(path)[1]


@pytest.mark.parametrize(
    ("theirs", "other", "why"),
    [
        ("romford-bcrp", "newham", "not yours"),
        ("newham", "romford-bcrp", "not what the log committed to"),  # its first entry is a view of its own
    ],
)
def test_another_agencys_bundle_is_bad(embedded_desk, theirs, other, why):
    path = Desk(embedded_desk.folder, embedded_desk.ledger, theirs).fetch("theirs.bundle")
    lines = [line.replace(f"agency {theirs}", f"agency {other}") for line in lines_of(path)]
    path.write_bytes(with_end(lines))
    assert why in embedded_desk.check(path)[1]


def test_bundle_under_another_logs_key_is_bad(embedded_desk, tmp_path):
    own = embedded_desk.fetch()
    (tmp_path / "else").mkdir()
    other = make_ledger(sqlite_url(tmp_path), tmp_path / "else")
    other.fill(1)
    Desk(tmp_path, other).fetch_policy()
    assert embedded_desk.check(own) == (1, "bad: the log has not signed this checkpoint\n")
    other.database.close()


@pytest.mark.parametrize(
    "policy", ["", "quorum none\n", "log x\nquorum none\n", "log {key}\nquorum w\n", "log {key}\nhm\n"]
)
def test_policy_that_says_nothing_is_a_wrong_call(embedded_desk, policy):
    path = embedded_desk.folder / "policy.txt"
    key = path.read_text().split()[1]
    path.write_text(policy.replace("{key}", key))
    assert embedded_desk.check(embedded_desk.fetch())[0] == 2


def test_wrong_calls_end_with_two(embedded_desk, tmp_path):
    assert run_verify()[0] == 2
    assert embedded_desk.check(tmp_path / "absent.bundle")[0] == 2


def test_two_trees_of_one_size_are_told_from_two_downloads(embedded_desk, tmp_path):
    # two databases with one key: the log tells havering and newham different histories
    ledger = embedded_desk.ledger
    one = embedded_desk.fetch("one.bundle")
    fork = make_ledger(sqlite_url(tmp_path), tmp_path / "fork")
    (tmp_path / "fork" / "ledger.key").write_text((ledger.data_dir / "ledger.key").read_text())
    (tmp_path / "fork" / "ledger.key").chmod(0o600)
    told = ledger.data_dir / "ledger.anchor"
    anchor = told.read_text().split('"size": ')[0]
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (tmp_path / "fork" / "ledger.anchor").write_text(f'{anchor}"size": 0, "root": "{empty}"}}\n')
    fork.fill()
    two = Desk(tmp_path, fork, "newham").fetch("two.bundle")
    assert "signed two trees of one size" in embedded_desk.check(one, two)[1]
    fork.database.close()
