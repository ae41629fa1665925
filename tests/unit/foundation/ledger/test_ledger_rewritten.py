"""Whoever can write every row, and holds no key, does not have another history signed or called good."""

import pytest

from foundation.errors import Misconfigured
from foundation.ledger.custody import read_anchor
from foundation.ledger.encoding.batch import Log, Waiting, sequenced
from foundation.ledger.encoding.tree import Frontier
from foundation.ledger.naming import places_of
from foundation.ledger.sealing import BARE, parted
from tests.ledgers import AT


def bare(detail, nonce):
    """A detail as it was kept before there was a seal: no key is needed to make one."""
    return BARE + bytes(8) + nonce + detail.encode()


def rewritten(ledger, gone):
    """Put in every row of a log without the entry at `gone`; gives how many leaves had been signed.

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
        batch = sequenced([Waiting(leaves[place], list(own))], log, own, AT, bare)
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
