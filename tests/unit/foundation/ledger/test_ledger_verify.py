"""Whatever is changed behind the guards is found, and the first bad index is named."""

import os
import shutil
from random import Random

import pytest
from sqlalchemy import delete, insert, select, update

from foundation.ledger import tables
from foundation.ledger.encoding.batch import link
from foundation.ledger.encoding.detail import canonical, leaf, new_nonce, parse
from foundation.ledger.encoding.tree import leaf_hash
from foundation.ledger.sealing import parted, seal
from tests.ledgers import AT

#: Trials of each kind on each database.
TRIALS = int(os.environ.get("CONCORDAT_TRIALS", "12"))

PLACED = [
    tables.ledger_leaf,
    tables.ledger_detail,
    tables.ledger_key,
    tables.ledger_record_mention,
    tables.ledger_agency_mention,
]


@pytest.fixture
def filled(ledger):
    ledger.fill()
    ledger.drop_guards()
    report = ledger.verify()
    assert (report.good, report.problem, report.first_bad) == (True, "", None)
    return ledger


def size_of(ledger):
    return ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]


def move(tx, old, new):
    for table in PLACED:
        tx.execute(update(table).where(table.c.idx == old).values(idx=new))


def forged(index, chain):
    """A whole valid entry that nobody made, as far as its own row can tell."""
    text = canonical(
        {
            "id": f"forged-{index}",
            "at": "2026-02-17T14:00:00.000000Z",
            "operation": "consultation",
            "event": "sharing:record:read",
            "actor": "officer-9",
            "agency": "havering",
            "session": "s",
            "agencies": ["havering"],
            "records": [],
            "detail": {},
        }
    )
    nonce = new_nonce()
    public = leaf(text, nonce, AT)
    hash_ = leaf_hash(public)
    row = {"idx": index, "leaf": public, "hash": hash_, "chain": link(chain, hash_)}
    whole = parse(text)
    columns = {name: whole[name] for name in ("id", "operation", "event", "actor", "agency")}
    key, body = parted(seal(text, nonce))
    return row, {"idx": index, "at": AT, "detail": body, **columns}, {"idx": index, "key": key}


def alter(tx, random, size):
    index = random.randrange(size)
    table = random.choice(PLACED[:3])
    column = random.choice([column for column in table.c if column.name != "idx"])
    if column.name == "at":
        value = AT.replace(year=2020)
    else:
        old = tx.execute(select(column).where(table.c.idx == index)).scalar_one()
        value = changed(old, random)
    tx.execute(update(table).where(table.c.idx == index).values({column.name: value}))
    return index


def changed(old, random):
    if isinstance(old, str):
        at = random.randrange(len(old) or 1)
        return old[:at] + ("x" if old[at : at + 1] != "x" else "y") + old[at + 1 :]
    at = random.randrange(len(old))
    return old[:at] + bytes([old[at] ^ 1 << random.randrange(8)]) + old[at + 1 :]


def forge(tx, random, size):
    index = random.randrange(size)
    row, detail, key = forged(index, bytes(32))
    chain = tx.execute(select(PLACED[0].c.chain).where(PLACED[0].c.idx == index)).scalar_one()
    for table, values in zip(PLACED, (row | {"chain": chain}, detail, key), strict=False):
        tx.execute(delete(table).where(table.c.idx == index))
        tx.execute(insert(table), values)
    return index


def remove(tx, random, size):
    index = random.randrange(size)
    for table in random.choice([PLACED, PLACED[:1], PLACED[1:2], PLACED[2:3], PLACED[1:3]]):
        tx.execute(delete(table).where(table.c.idx == index))
    return index


def remove_and_close_the_gap(tx, random, size):
    index = random.randrange(size)
    for table in PLACED:
        tx.execute(delete(table).where(table.c.idx == index))
    for later in range(index + 1, size):
        move(tx, later, later - 1)
    return index


def swap(tx, random, size):
    one, two = sorted(random.sample(range(size), 2))
    move(tx, one, size + 5)
    move(tx, two, one)
    move(tx, size + 5, two)
    return one


def put_in(tx, random, size):
    index = random.randrange(size)
    chain = bytes(32)
    if index:
        chain = tx.execute(select(PLACED[0].c.chain).where(PLACED[0].c.idx == index - 1)).scalar_one()
    for later in reversed(range(index, size)):
        move(tx, later, later + 1)
    for table, values in zip(PLACED, forged(index, chain), strict=False):
        tx.execute(insert(table), values)
    tx.execute(insert(PLACED[4]), {"agency": "havering", "idx": index, "size": 100})
    return index


def add_at_the_end(tx, random, size):
    for table, values in zip(PLACED, forged(size, bytes(32)), strict=False):
        tx.execute(insert(table), values)
    return size


def hide_a_mention(tx, random, size):
    table = random.choice(PLACED[3:])
    row = random.choice(tx.execute(select(table)).all())
    tx.execute(delete(table).where(table.c[0] == row[0], table.c.idx == row.idx))
    return min(row.places) if "places" in table.c else row.idx


def add_a_mention(tx, random, size):
    table = random.choice(PLACED[3:])
    index = random.randrange(size)
    more = {"size": 100} if "size" in table.c else {"places": [index]}
    tx.execute(insert(table), {table.c[0].name: "nobody", "idx": index, **more})
    return index


def move_a_mention(tx, random, size):
    """One of those that share a row, or the only one of it, to an entry that no row is kept under."""
    table = PLACED[3]
    rows = tx.execute(select(table)).all()
    row = random.choice(rows)
    taken = {each.idx for each in rows if each.record_id == row.record_id}
    old, new = random.choice(row.places), random.choice([*{*range(size)} - {*row.places} - taken])
    places = sorted({*row.places} - {old} | {new})
    moved = update(table).where(table.c.record_id == row.record_id, table.c.idx == row.idx)
    tx.execute(moved.values(places=places, idx=places[-1]))
    return min(old, new)


KINDS = [
    alter,
    forge,
    remove,
    remove_and_close_the_gap,
    swap,
    put_in,
    add_at_the_end,
    hide_a_mention,
    add_a_mention,
    move_a_mention,
]


@pytest.mark.parametrize("kind", KINDS)
def test_any_one_change_is_found_and_its_index_named(filled, kind):
    random, size, whole = Random(kind.__name__), size_of(filled), filled.copy()
    for _ in range(TRIALS):
        with filled.database.transaction() as tx:
            index = kind(tx, random, size)
        report = filled.verify()
        assert (report.good, report.first_bad) == (False, index), report.problem
        filled.put_back(whole)
    assert filled.verify().good


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE ledger_checkpoint SET root = chain WHERE size = {size}", "does not agree with the leaves"),
        ("UPDATE ledger_checkpoint SET frontier = chain WHERE size = {size}", "does not agree"),
        ("UPDATE ledger_checkpoint SET note = replace(note, 'concordat', 'concordet')", "is not good"),
        ("UPDATE ledger_agency SET entries = entries + 1 WHERE agency = 'newham'", "go on from"),
        ("DELETE FROM ledger_checkpoint WHERE size = {size}", "this database holds"),
    ],
)
def test_a_changed_checkpoint_or_count_is_found(filled, statement, problem):
    size = size_of(filled)
    filled.run(statement.format(size=size))
    report = filled.verify()
    assert not report.good
    assert problem in report.problem


def test_a_log_that_was_written_again_is_found_by_what_was_signed(ledger, tmp_path):
    ledger.fill(2)
    note = ledger.run("SELECT size, note FROM ledger_checkpoint ORDER BY size")[0]
    signer = ledger.run("SELECT verifier FROM ledger_signer")[0][0]
    ledger.drop_guards()
    ledger.put_back({name: [] for name in tables.metadata.tables})
    ledger.data_dir.rename(tmp_path / "kept")
    ledger.ids.clear()
    ledger.fill(2)  # with a key of its own
    shutil.rmtree(ledger.data_dir)
    (tmp_path / "kept").rename(ledger.data_dir)
    ledger.run("UPDATE ledger_signer SET verifier = :signer", signer=signer)
    ledger.run("UPDATE ledger_checkpoint SET note = NULL")
    ledger.run("UPDATE ledger_checkpoint SET note = :note WHERE size = :size", size=note[0], note=note[1])
    report = ledger.verify()
    assert (report.good, report.first_bad) == (False, 0)
    assert "not those that were signed" in report.problem


def test_a_manifest_that_was_left_out_is_found(ledger, monkeypatch):
    from foundation.ledger.encoding import batch

    original = batch._manifest
    ledger.fill(1)

    def forgetful(agency, own, at, seal):
        return original("newham" if agency == "havering" else agency, own, at, seal)

    monkeypatch.setattr(batch, "_manifest", forgetful)
    ledger.fill(1)
    report = ledger.verify()
    assert not report.good
    assert "does not count" in report.problem
