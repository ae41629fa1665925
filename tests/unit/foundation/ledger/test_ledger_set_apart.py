"""A row that is no entry holds up no entry: it is set apart, and said to be there."""

import pytest
from sqlalchemy import text

from foundation.ledger import pressure
from foundation.ledger.reading import status
from foundation.ledger.runner import Sequencer

_NEWEST = "seq = (SELECT max(seq) FROM ledger_pending)"

#: What is written into the newest row that waits, and what is said of it.
ROWS = {
    "no list": ("agencies = 'x'", "one of its lists cannot be read"),
    "an object": ("agencies = '{}'", "one of its lists cannot be read"),
    "numbers": ("agencies = '[1,2]'", "its list of agencies"),
    "mixed": ("agencies = '[1,\"havering\"]'", "its list of agencies"),
    "a long name": (
        "agencies = '[\"' || agency || '\",\"" + "a" * 61 + "\"]', sizes = '[1,1]'",
        "its list of agencies",
    ),
    "half a pair": ("records = '[\"\\ud800\"]'", "one of its lists cannot be read"),
    "a NUL": ("records = '[\"a\\u0000\"]'", "its list of records"),
    "one record twice": ("records = '[\"a\",\"a\"]'", "its list of records"),
    "a size too many": ("sizes = '[1,2,3,4]'", "its agencies"),
    "a size too large": ("sizes = '[99999999999,1]'", "its list of sizes"),
    "a flag": ("owners = '[true,false]'", "its list of owners"),
    "one owner of two": ("owners = '[0]'", "its owners"),
    "an id that is taken": (
        "id = (SELECT min(id) FROM ledger_detail WHERE actor <> '')",
        "there is an entry of this id",
    ),
    "no leaf": ("leaf = substr(leaf, 1, 5)", "its leaf or its detail"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_row_that_is_no_entry_holds_up_none(ledger, name, caplog):
    written, problem = ROWS[name]
    ledger.add(2)
    ledger.sequence()
    ledger.add(3)
    with ledger.database.transaction() as tx:
        tx.exec_driver_sql(f"UPDATE ledger_pending SET {written} WHERE {_NEWEST}")  # noqa: S608 - of this file
    ledger.add(1)
    ledger.sequence()
    assert ledger.run("SELECT count(*) FROM ledger_pending") == [(0,)]
    apart = ledger.run("SELECT problem FROM ledger_set_apart")
    if not apart:  # nothing stopped on it: it has its place, and verification names that
        report = ledger.verify()
        assert not report.good
        assert name == "half a pair" or report.first_bad is not None
        return
    assert len(apart) == 1
    assert problem in apart[0][0]
    assert "was set apart" in caplog.text
    assert len(ledger.run("SELECT id FROM ledger_detail WHERE actor <> ''")) == 5
    report = ledger.verify()
    assert (report.good, report.first_bad) == (False, None)
    assert report.problem == "entries that could not be placed: 1, in ledger_set_apart"
    with ledger.database.transaction() as tx:
        assert status(tx).set_apart == 1
        tx.execute(text("DELETE FROM ledger_set_apart"))
    assert ledger.verify().good


def test_sequencer_goes_on_past_a_row_that_is_no_entry(ledger):
    ledger.add(2)
    ledger.run("UPDATE ledger_pending SET agencies = 'x' WHERE seq = (SELECT min(seq) FROM ledger_pending)")
    sequencer = Sequencer(ledger.database, ledger.data_dir)
    sequencer._round()
    assert pressure._last.pending == 0
    assert ledger.run("SELECT count(*) FROM ledger_detail WHERE actor <> ''") == [(1,)]
    sequencer.stop()


def test_what_fails_for_another_reason_sets_nothing_apart(ledger, monkeypatch):
    def full(*_):
        raise ValueError("the disk of the test is full")

    ledger.add(2)
    monkeypatch.setattr("foundation.ledger.sequencer.move", full)
    with pytest.raises(ValueError, match="the disk of the test"):
        ledger.sequence()
    assert ledger.run("SELECT count(*) FROM ledger_set_apart") == [(0,)]
    assert ledger.run("SELECT count(*) FROM ledger_pending") == [(2,)]
