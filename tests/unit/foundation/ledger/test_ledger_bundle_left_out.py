"""Whoever serves a bundle cannot leave out what is the agency's, whatever lines stand where."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from foundation.ledger.append import Operation, append
from foundation.ledger.ceremonies import begin_anew
from foundation.ledger.encoding.batch import own_hash
from foundation.ledger.encoding.tree import Frontier
from foundation.ledger.erasing import ERASED, ERASED_EVENT, erase_details
from foundation.ledger.verifier import verify
from tests.ledgers import an_entry
from tests.verifying import lines_of, with_end

PROGRAM = Path(verify.__file__)
HASH = b64encode(bytes(32)).decode()


def own_places(ledger):
    rows = ledger.run("SELECT idx FROM ledger_agency_mention WHERE agency = 'havering' ORDER BY idx")
    return [row[0] for row in rows]


def without(lines, hidden):
    """The lines with these leaves as if they were others', and without what they hold."""
    for line in lines:
        keyword, place, *rest = [*line.split(" "), ""]
        if keyword == "mine" and place in hidden:
            yield f"others {place} 0 {rest[0]}"
        elif keyword not in ("entry", "count", "opening") or place not in hidden:
            yield line


def test_entries_before_a_start_that_nobody_has_are_not_hidden(embedded_desk):
    desk, path = embedded_desk, embedded_desk.fetch()
    hidden, leaves = own_places(desk.ledger)[:3], dict(desk.ledger.run("SELECT idx, leaf FROM ledger_leaf"))
    before = Frontier().extended(own_hash(place, leaves[place]) for place in hidden)
    lines = list(without(lines_of(path), {str(place) for place in hidden}))
    start = lines.index("from 0 0")
    counted = [f"counted {b64encode(each).decode()}" for each in before.hashes]
    lines[start : start + 1] = [f"from 0 {before.size}", *counted]
    path.write_bytes(with_end(lines))
    assert desk.check(path) == (1, "bad: the file is not a bundle\n")


def test_entry_is_not_hidden_by_a_start_that_is_told_at_the_end(embedded_desk):
    desk, path = embedded_desk, embedded_desk.fetch()
    counts = [line.split(" ")[1] for line in lines_of(path) if line.startswith("count ")]
    hidden = {str(own_places(desk.ledger)[3]), *counts}
    path.write_bytes(with_end([*without(lines_of(path), hidden), "from 0 999999"]))
    assert desk.check(path) == (1, "bad: the file is not a bundle\n")


def test_log_after_a_restore_does_not_pass_for_the_only_one(embedded_desk):
    desk, ledger = embedded_desk, embedded_desk.ledger
    kept = ledger.copy()
    ledger.fill(2, seed=2)
    ledger.drop_guards()
    ledger.put_back(kept)
    begin_anew(ledger.database, ledger.data_dir)
    ledger.fill(2, seed=3)
    desk.fetch_policy()
    path = desk.fetch("two.bundle")
    assert "gap: " in desk.check(path)[1]
    lines = lines_of(path)
    first, second = lines.index("log 1"), lines.index("log 2")
    later = without(lines[second + 1 :], {"0"})
    path.write_bytes(with_end([*lines[:first], "log 1", *later]))
    assert desk.check(path) == (1, "bad: the checkpoint is of another log\n")


def test_erasure_tells_of_nothing_that_came_after_it(embedded_desk):
    desk, ledger = embedded_desk, embedded_desk.ledger
    with ledger.database.transaction() as tx:
        detail = {"purpose": "", ERASED: ["1:0-9007199254740991"]}
        append(tx, an_entry(event=ERASED_EVENT, operation=Operation.ERASURE, detail=detail))
    ledger.sequence()
    ledger.fill(2, seed=9)
    later = own_places(ledger)[-2]
    with ledger.database.transaction() as tx:
        erase_details(tx, [later])
    report = ledger.verify()
    assert (report.good, report.problem) == (False, f"the entry at {later} is missing")
    said = f"bad: first bad index {later}: a detail is missing that no entry says was erased\n"
    assert desk.check(desk.fetch("later.bundle")) == (1, said)


@pytest.mark.parametrize(
    "line", [f"others 0 0 {HASH}", f"mine 0 {HASH}", "entry 0 AA== {}", "count 0 AA== {}"]
)
def test_lines_before_their_checkpoint_are_bad_and_no_fault_of_the_program(embedded_desk, line):
    path = embedded_desk.folder / "early.bundle"
    path.write_bytes(with_end(["concordat/bundle/v1", "agency havering", "log 1", line]))
    policy = str(embedded_desk.folder / "policy.txt")
    command = [sys.executable, "-I", str(PROGRAM), "--policy", policy, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, "bad: the file is not a bundle\n", "")
