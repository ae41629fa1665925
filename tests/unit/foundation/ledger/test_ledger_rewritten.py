"""Whoever can write every row, and does not sign, has no other history signed or called good."""

import json
from datetime import timedelta

import pytest

from foundation.errors import Misconfigured
from foundation.ledger.acts import acts_of
from foundation.ledger.append import append
from foundation.ledger.custody import read_anchor
from foundation.ledger.encoding.batch import Log, Waiting, sequenced
from foundation.ledger.encoding.kept import seen_by
from foundation.ledger.encoding.subject import KEY_SIZE, Subject
from foundation.ledger.encoding.tree import Frontier
from foundation.ledger.naming import places_of
from foundation.ledger.sealing import parted, seal, unseal
from tests.ledgers import AT, an_entry


def rewritten(ledger, gone):
    """Put in every row of a log without the entry at `gone`; gives how many leaves had been signed.

    Even with the key of the details, under which its counts are sealed.
    It is longer than the true one: each entry is a batch, so that there are more counts.
    """
    kept, signed = ledger.copy(), read_anchor(ledger.data_dir).size
    made = {name: [] for name in kept} | {"ledger_signer": kept["ledger_signer"]}
    log, standing, moved = sequenced_anew(kept, gone, made)
    made["ledger_agency_mention"] = [
        row | {"idx": moved[row["idx"]]} for row in kept["ledger_agency_mention"] if row["idx"] in moved
    ]
    for row in kept["ledger_record_mention"]:
        places = sorted(moved[place] for place in row["places"] if place in moved)
        if places:
            made["ledger_record_mention"].append(row | {"idx": places[-1], "places": places})
    made["ledger_agency"] = [
        {"agency": name, "entries": own.size, "frontier": own.packed()} for name, own in standing.items()
    ]
    end = log.frontier
    new = {"size": end.size, "root": end.root(), "frontier": end.packed(), "chain": log.chain, "note": None}
    old = [row for row in kept["ledger_checkpoint"] if row["size"] == signed]
    made["ledger_checkpoint"] = [*old, new | {"at": AT}]
    assert end.size > signed
    ledger.drop_guards()
    ledger.put_back(made)
    return signed


def sequenced_anew(kept, gone, made):
    """Fill in leaves, keys and details; gives the log, where each agency stands, and where entries went."""
    leaves = {row["idx"]: row["leaf"] for row in kept["ledger_leaf"]}
    keys = {row["idx"]: row["key"] for row in kept["ledger_key"]}
    concerned = {}
    for row in kept["ledger_agency_mention"]:
        concerned.setdefault(row["idx"], []).append(row["agency"])
    log, standing, moved = Log(), {}, {}
    for row in sorted(kept["ledger_detail"], key=lambda row: row["idx"]):
        place, first = row["idx"], log.frontier.size
        if place == gone or row["operation"] == "manifest":
            continue
        own = {name: standing.get(name, Frontier()) for name in sorted(concerned[place])}
        batch = sequenced([Waiting(leaves[place], list(own))], log, own, AT, seal)
        made["ledger_leaf"] += [
            {"idx": each.index, "leaf": each.leaf, "hash": each.hash, "chain": each.chain}
            for each in batch.leaves
        ]
        made["ledger_key"].append({"idx": first, "key": keys[place]})
        made["ledger_detail"].append(row | {"idx": first})
        for number, told in enumerate(batch.told, first + 1):
            key, body = parted(told.sealed)
            said = {"id": told.id, "at": told.at, "operation": told.operation, "event": told.event}
            more = {"idx": number, "actor": "", "agency": told.agency, "detail": body}
            made["ledger_key"].append({"idx": number, "key": key})
            made["ledger_detail"].append(said | more)
        log, standing, moved[place] = batch.log, standing | batch.agencies, first
    return log, standing, moved


@pytest.fixture
def filled(ledger):
    ledger.fill()
    return ledger


def place_of(ledger, number):
    return ledger.run("SELECT idx FROM ledger_detail WHERE id = :id", id=ledger.ids[number])[0][0]


def test_another_history_is_not_signed_beside_the_checkpoint_of_the_true_one(filled):
    before = read_anchor(filled.data_dir)
    rewritten(filled, place_of(filled, 1))
    with pytest.raises(
        Misconfigured, match=f"signed {before.size} entries, and this database does not go on"
    ):
        filled.sequence()
    assert read_anchor(filled.data_dir) == before


def test_another_history_is_found_though_it_has_no_checkpoint_of_the_size_that_was_signed(filled):
    signed = rewritten(filled, place_of(filled, 1))
    filled.run("DELETE FROM ledger_checkpoint WHERE size = :size", size=signed)
    report = filled.verify()
    assert (report.good, report.problem) == (
        False,
        f"no checkpoint has the {signed} leaves that the ledger signed last",
    )


def test_look_at_a_record_is_not_hidden_under_a_name_that_sounds_alike(filled):
    record, idx = filled.run(
        "SELECT record_id, idx FROM ledger_record_mention WHERE owner IS NOT NULL ORDER BY record_id, idx"
    )[0]
    with filled.database.transaction() as tx:
        before = list(places_of(tx, record))
    filled.run(
        "UPDATE ledger_record_mention SET owner = NULL, agency = NULL,"
        " record_id = record_id || ' ' || owner || ' ' || agency WHERE record_id = :record AND idx = :idx",
        record=record,
        idx=idx,
    )
    with filled.database.transaction() as tx:
        assert len(list(places_of(tx, record))) < len(before)
    report = filled.verify()
    assert not report.good
    assert "index rows" in report.problem


@pytest.fixture
def about(ledger):
    """An entry about two people, one about one of them, and one that does not tell how many it is about."""
    people = [Subject(bytes([number]) * KEY_SIZE, "havering") for number in range(2)]
    ones = [
        an_entry(0, subjects=tuple(people)),
        an_entry(2, subjects=(people[0],)),
        an_entry(4, counted=False),
    ]
    for entry in ones:
        with ledger.database.transaction() as tx:
            ledger.ids.append(append(tx, entry))
    ledger.sequence()
    assert ledger.verify().good
    assert len(ledger.run("SELECT * FROM ledger_subject_mention")) == 3
    return ledger


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("DELETE FROM ledger_subject_mention WHERE idx = :place", 1),
        ("UPDATE ledger_subject_mention SET idx = 2 WHERE idx = :place", 1),
        ("UPDATE ledger_subject_mention SET reference = 'another' WHERE idx = :place", 1),
        ("INSERT INTO ledger_subject_mention (reference, idx) VALUES ('another', :place)", 2),
        ("INSERT INTO ledger_subject_mention (reference, idx) VALUES ('another', :place)", 3),  # a count
        ("INSERT INTO ledger_subject_mention (reference, idx) VALUES ('another', :place)", -7),
        ("INSERT INTO ledger_subject_mention (reference, idx) VALUES ('another', 900 + 0 * :place)", 6),
    ],
)
def test_index_of_subjects_is_that_of_the_entries(about, statement, place):
    about.run(statement, place=place)
    report = about.verify()
    assert (report.good, report.first_bad) == (False, place)


def test_what_an_entry_says_of_the_index_does_not_tell_that_two_are_about_one_person(about):
    rows = about.run(
        "SELECT k.key, d.detail FROM ledger_detail d JOIN ledger_key k USING (idx) WHERE actor <> ''"
    )
    said = [json.loads(seen_by(unseal(*row)[0], None))["index"] for row in rows]
    assert len({*said}) == len(said) == 3
    references = {row[0] for row in about.run("SELECT reference FROM ledger_subject_mention")}
    assert not references & {*said}


def test_time_of_a_signed_checkpoint_is_that_of_its_signature(filled):
    filled.run("UPDATE ledger_checkpoint SET at = '1970' || substr(at, 5) WHERE note IS NOT NULL")
    report = filled.verify()
    assert not report.good
    assert "was signed at another time than it says" in report.problem


def test_checkpoint_that_is_not_signed_hides_no_act(filled):
    since = AT - timedelta(days=1)
    with filled.database.transaction() as tx:
        before = acts_of(tx, "havering", ["sharing:record:read"], since)
    filled.run("UPDATE ledger_checkpoint SET at = '1970' || substr(at, 5), note = NULL")
    with filled.database.transaction() as tx:
        assert acts_of(tx, "havering", ["sharing:record:read"], since) == before != []


def test_how_much_an_agency_takes_home_is_what_its_entries_have(filled):
    """A bundle is laid out by these sizes: with another one it would not come out whole."""
    place = place_of(filled, 2)
    filled.run("UPDATE ledger_agency_mention SET size = size + 1 WHERE idx = :place", place=place)
    report = filled.verify()
    assert (report.good, report.first_bad) == (False, place)
    assert "index rows" in report.problem
