import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from foundation import clock
from foundation.errors import Unavailable
from foundation.ledger import pressure
from foundation.ledger.append import EventKind, Operation, append
from foundation.ledger.reading import entries_of_agency, entries_of_record, newest_of_agency, status
from foundation.ledger.runner import Sequencer
from tests.ledgers import AT, an_entry


def reading(ledger, function, *arguments):
    with ledger.database.transaction() as tx:
        return function(tx, *arguments)


def test_entries_get_places_without_gaps_in_their_order(ledger):
    ids = ledger.add(10)
    assert ledger.sequence(limit=7) == 7
    assert ledger.sequence(limit=7) == 3
    assert ledger.sequence() == 0
    rows = ledger.run("SELECT idx, id, operation FROM ledger_detail ORDER BY idx")
    assert [idx for idx, _, _ in rows] == list(range(len(rows)))
    assert [id_ for _, id_, operation in rows if operation != "manifest"] == ids
    assert [operation for _, _, operation in rows].count("manifest") == 6


def test_a_batch_ends_with_one_manifest_for_each_agency(ledger):
    ledger.add(3)
    ledger.sequence()
    rows = ledger.run("SELECT agency FROM ledger_detail WHERE operation = 'manifest' ORDER BY idx")
    assert rows == [("havering",), ("newham",), ("romford-bcrp",)]
    assert ledger.run("SELECT agency, entries FROM ledger_agency ORDER BY agency") == [
        ("havering", 3),
        ("newham", 1),
        ("romford-bcrp", 1),
    ]


def test_an_entry_goes_with_its_transaction(ledger):
    def fails_after_its_entry():
        with ledger.database.transaction() as tx:
            append(tx, an_entry())
            raise KeyError

    with pytest.raises(KeyError):
        fails_after_its_entry()
    assert ledger.sequence() == 0


def test_entries_of_a_record_come_newest_first_and_those_that_wait_before_all(ledger):
    ids = ledger.add(6)
    ledger.sequence()
    ids += ledger.add(3)
    found = reading(ledger, entries_of_record, "record-shared", 5)
    assert [entry.id for entry in found] == ids[::-1][:5]
    assert [entry.index for entry in found] == [None, None, None, 5, 4]
    one = reading(ledger, entries_of_record, "record-1", 5)
    assert [entry.id for entry in one] == [ids[6], ids[1]]


def test_an_entry_is_read_as_it_was_written(ledger):
    ledger.add(2)
    ledger.sequence()
    found = reading(ledger, entries_of_record, "record-1", 5)[0]
    assert (found.index, found.operation, found.event, found.agency) == (
        1,
        "consultation",
        "sharing:record:read",
        "havering",
    )
    assert found.agencies == ("havering", "newham")
    assert found.records == ("record-1", "record-shared")
    assert found.detail == {"purpose": "running-the-partnership", "number": 1}
    assert found.at == an_entry(1).at


def test_an_agency_walks_through_its_own_entries_and_no_others(ledger):
    ids = ledger.add(9)
    ledger.sequence(limit=7)
    first = reading(ledger, entries_of_agency, "newham", -1, 2)
    assert [entry.id for entry in first] == [ids[1], ids[4]]
    rest = reading(ledger, entries_of_agency, "newham", first[-1].index, 2)
    assert [(entry.id, entry.index) for entry in rest] == [(ids[7], None)]
    newest = reading(ledger, newest_of_agency, "newham", 2)
    assert [entry.id for entry in newest] == [ids[7], ids[4]]
    assert reading(ledger, entries_of_agency, "new_am", -1, 2) == []


def test_status_says_what_waits_and_what_is_signed(ledger):
    ledger.add(2)
    before = reading(ledger, status)
    assert (before.size, before.pending, before.oldest_pending, before.signed_size) == (0, 2, AT, 0)
    ledger.sequence()
    after = reading(ledger, status)
    assert (after.size, after.pending, after.oldest_pending, after.signed_size) == (4, 0, None, 4)
    assert after.note.splitlines()[1] == "4"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_leaf SET leaf = hash WHERE idx = 0",
        "DELETE FROM ledger_leaf WHERE idx = 0",
        "TRUNCATE ledger_leaf",
        "INSERT OR REPLACE INTO ledger_leaf SELECT * FROM ledger_leaf WHERE idx = 0",
    ],
)
def test_leaves_refuse_to_be_changed(ledger, statement):
    if ledger.database.is_sqlite == statement.startswith("TRUNCATE"):
        statement = "DELETE FROM ledger_leaf"  # the other database has no such statement
    elif not ledger.database.is_sqlite and "REPLACE" in statement:
        statement = (
            "INSERT INTO ledger_leaf SELECT * FROM ledger_leaf ON CONFLICT (idx) DO UPDATE SET leaf = ''"
        )
    ledger.fill(1)
    before = ledger.run("SELECT * FROM ledger_leaf ORDER BY idx")
    with pytest.raises(DBAPIError, match="only ever added"):
        ledger.run(statement)
    assert ledger.run("SELECT * FROM ledger_leaf ORDER BY idx") == before


def test_the_thread_sequences_what_is_added(ledger):
    sequencer = Sequencer(ledger.database, ledger.data_dir, interval=0.01)
    sequencer.start()
    ledger.add(5)
    deadline = 200
    while reading(ledger, status).pending and deadline:
        deadline -= 1
        sequencer._stopping.wait(0.02)
    sequencer.stop()
    assert deadline
    assert ledger.verify().good


def test_process_leaves_a_round_to_another_that_has_just_had_one(ledger):
    """Else each batch's counts for every agency are written by every process in turn."""
    one, other = (Sequencer(ledger.database, ledger.data_dir, interval=3600.0) for _ in range(2))
    ledger.add(2)
    assert one._round() == 3600.0
    ledger.add(1)
    other._round()
    assert reading(ledger, status).pending == 1
    with clock.stopped(clock.now() + timedelta(seconds=2701)):
        other._round()
    assert reading(ledger, status).pending == 0
    ledger.add(3)
    with clock.stopped(clock.now() - timedelta(hours=1)):  # the other's clock is ahead
        one._round()
    assert reading(ledger, status).pending == 0


def test_process_whose_batch_was_full_goes_on_at_once(ledger):
    sequencer = Sequencer(ledger.database, ledger.data_dir, interval=3600.0)
    sequencer._limit = 2
    ledger.add(3)
    assert sequencer._round() == 0.0
    assert sequencer._round() == 3600.0
    assert reading(ledger, status).pending == 0


def test_consultations_are_refused_while_entries_wait_too_long(ledger):
    ledger.add(1)
    sequencer = Sequencer(ledger.database, ledger.data_dir)
    sequencer._waiting_since = time.monotonic() - 61
    sequencer._measure()
    with pytest.raises(Unavailable, match="The ledger is behind"):
        ledger.add(1)
    with ledger.database.transaction() as tx:
        append(tx, an_entry(operation=Operation.COLLECTION))
    sequencer.stop()
    ledger.add(1)
    assert pressure._last == pressure.Pressure()


def test_batch_that_fails_ends_no_thread_and_has_consultations_refused(ledger, caplog, monkeypatch):
    def broken(*_):
        raise ValueError("planted")

    ledger.add(1)
    monkeypatch.setattr("foundation.ledger.sequencer.move", broken)
    sequencer = Sequencer(ledger.database, ledger.data_dir)
    assert sequencer._round() > 0
    assert "could not be sequenced" in caplog.text
    assert pressure._last.pending == 1
    sequencer._waiting_since = time.monotonic() - 61
    sequencer._measured_at = 0.0
    sequencer._round()
    with pytest.raises(Unavailable, match="The ledger is behind"):
        ledger.add(1)
    sequencer.stop()


def test_an_entry_about_long_ago_does_not_hold_anybody_up(ledger):
    ledger.add(1)
    sequencer = Sequencer(ledger.database, ledger.data_dir)
    sequencer._measure()
    assert pressure._last.pending == 1
    assert not pressure._last.alarming
    ledger.add(1)
    sequencer.stop()


def test_a_kind_of_event_takes_exactly_its_keys():
    kind = EventKind("auth:user:signed-in", Operation.SECURITY, frozenset({"factor"}))
    who = {"at": AT, "actor": "a", "agency": "havering", "session": "s"}
    assert kind.entry(**who, factor="key").agencies == {"havering"}
    with pytest.raises(ValueError, match="takes"):
        kind.entry(**who)
    with pytest.raises(ValueError, match="takes"):
        kind.entry(**who, factor="key", more="x")
