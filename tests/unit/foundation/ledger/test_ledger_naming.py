"""Which entries name a record: looks that share an index row are told apart, and forgotten one by one."""

import json
from itertools import islice
from random import Random

import pytest
from sqlalchemy import select

from foundation.ledger import naming
from foundation.ledger.append import Operation, View, append
from foundation.ledger.erasing import ERASED, ERASED_EVENT, erase_details
from foundation.ledger.naming import named, places_of
from foundation.ledger.reading import entries_by_others, entries_of_record
from tests.ledgers import an_entry

#: Of the council and of two agencies that look at its records.
OWNER, ONE, OTHER = "havering", "newham", "romford-bcrp"


def look(ledger, agency, *records, actor="officer-1"):
    """Somebody of an agency sees records of the council, with one of its own; gives the event's id."""
    own = f"own-of-{agency}"
    entry = an_entry(
        agency=agency,
        actor=actor,
        agencies=frozenset({agency}),
        records=(own, *records),
        views=(View(OWNER, records),),
    )
    with ledger.database.transaction() as tx:
        return append(tx, entry)


def rows_of(ledger, record):
    found = ledger.run(
        "SELECT owner, agency, idx, places FROM ledger_record_mention WHERE record_id = :record",
        record=record,
    )
    return {(owner, agency, idx): sorted(json.loads(places)) for owner, agency, idx, places in found}


def places(ledger, record):
    with ledger.database.transaction() as tx:
        return list(places_of(tx, record))


def told(ledger, event_ids):
    """Event ids in the order of their places, newest first."""
    return [
        row[0] for row in ledger.run("SELECT id FROM ledger_detail ORDER BY idx DESC") if row[0] in event_ids
    ]


def test_looks_of_one_agency_in_one_batch_share_a_row_and_no_others_do(ledger):
    for agency in (ONE, OTHER, ONE):
        look(ledger, agency, "shared")
    with ledger.database.transaction() as tx:
        append(tx, an_entry(agency=ONE, agencies=frozenset({ONE, OWNER}), records=("shared",)))
        append(tx, an_entry(agency=ONE, agencies=frozenset({ONE, OWNER}), records=("shared",)))
    ledger.sequence()
    look(ledger, ONE, "shared")
    ledger.sequence()
    last = max(places(ledger, "shared"))
    assert rows_of(ledger, "shared") == {
        (OWNER, ONE, 2): [0, 2],
        (OWNER, OTHER, 1): [1],
        (None, None, 3): [3],
        (None, None, 4): [4],
        (OWNER, ONE, last): [last],
    }
    assert rows_of(ledger, f"own-of-{ONE}") == {(ONE, ONE, 2): [0, 2], (ONE, ONE, last): [last]}
    assert ledger.verify().good


@pytest.mark.parametrize("part", [1, 2, 500])
def test_entries_that_name_a_record_come_newest_first_whatever_rows_they_share(ledger, monkeypatch, part):
    monkeypatch.setattr(naming, "_PART", part)
    monkeypatch.setattr(naming, "_FIRST", 1)
    random, made = Random(7), {"one": set(), "two": set()}
    for _ in range(4):
        for _ in range(random.randint(1, 9)):
            records = random.sample(["one", "two"], random.randint(1, 2))
            event_id = look(ledger, random.choice([ONE, OTHER]), *sorted(records))
            for record in records:
                made[record].add(event_id)
        ledger.sequence()
    for record, event_ids in made.items():
        expected = told(ledger, event_ids)
        with ledger.database.transaction() as tx:
            by_others = entries_by_others(tx, record, OWNER, chunk=3)
            assert [entry.id for entry in by_others] == expected
            assert [entry.id for entry in entries_of_record(tx, record, 3)] == expected[:3]
            apart = select(named.c.idx).where(named.c.record_id == record).order_by(named.c.idx.desc())
            found = list(places_of(tx, record))
            assert list(tx.execute(apart).scalars()) == found
            assert list(islice(places_of(tx, record), 2)) == found[:2]
        assert len(found) == len(expected)


def test_entries_from_some_place_on_are_found_in_rows_that_reach_it(ledger):
    for _ in range(3):
        look(ledger, ONE, "shared")
    ledger.sequence()
    with ledger.database.transaction() as tx:
        late = select(named.c.idx, named.c.last).where(
            named.c.record_id == "shared", named.c.idx >= 1, named.c.last >= 1
        )
        assert {tuple(row) for row in tx.execute(late)} == {(1, 2), (2, 2)}


@pytest.mark.parametrize("erased", [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]])
def test_what_is_erased_leaves_the_row_that_it_shared(ledger, erased):
    for _ in range(3):
        look(ledger, ONE, "shared")
    ledger.sequence()
    look(ledger, ONE, "shared")
    ledger.sequence()
    later = max(places(ledger, "shared"))
    with ledger.database.transaction() as tx:
        detail = {"purpose": "", ERASED: erase_details(tx, erased)}
        append(tx, an_entry(event=ERASED_EVENT, operation=Operation.ERASURE, detail=detail, records=()))
    ledger.sequence()
    left = [place for place in range(3) if place not in erased]
    expected = {(OWNER, ONE, left[-1]): left} if left else {}
    assert rows_of(ledger, "shared") == expected | {(OWNER, ONE, later): [later]}
    report = ledger.verify()
    assert (report.good, report.problem, report.erased) == (True, "", len(erased))


def test_index_row_that_cannot_be_read_is_named(ledger):
    look(ledger, ONE, "shared")
    ledger.sequence()
    for wrong in ("", "[]", "{}", '["0"]', "[0.0]", "[7]", "[0,0]", "[-1,0]"):
        ledger.run("UPDATE ledger_record_mention SET places = :wrong WHERE record_id = 'shared'", wrong=wrong)
        report = ledger.verify()
        assert (report.good, report.first_bad in {0, -1}) == (False, True), wrong
        assert "index" in report.problem
    ledger.run("UPDATE ledger_record_mention SET places = '[0]' WHERE record_id = 'shared'")
    assert ledger.verify().good


@pytest.mark.parametrize("column", ["owner", "agency"])
def test_row_that_says_another_agency_is_not_that_of_the_detail(ledger, column):
    look(ledger, ONE, "shared")
    ledger.sequence()
    ledger.run(f"UPDATE ledger_record_mention SET {column} = 'btp' WHERE record_id = 'shared'")  # noqa: S608 - of the test
    report = ledger.verify()
    assert (report.good, report.first_bad) == (False, 0)
