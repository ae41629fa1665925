"""A restored database refuses; a new log takes over, and partners accept both and see the gap."""

import pytest

from foundation.errors import Conflict, Misconfigured, Unavailable
from foundation.ledger import ceremonies, custody, sealing
from foundation.ledger.ceremonies import begin_anew, change_key
from foundation.ledger.encoding.bundle import own_indices
from foundation.ledger.encoding.checkpoint import Checkpoint
from foundation.ledger.encoding.cosignature import cosigned_at
from foundation.ledger.encoding.note import Kind, Signer
from foundation.ledger.encoding.succession import read_succession
from foundation.ledger.published import newest_signed, span_of
from foundation.ledger.reading import entries_of_agency, status
from foundation.ledger.signing import check_anchor
from foundation.ledger.verifier.witness import Witness
from tests.databases import sqlite_url
from tests.ledgers import make_ledger
from tests.verifying import Desk


@pytest.fixture(autouse=True)
def _keys_of_its_own():
    """What a test here opens and forgets, other tests of this process neither gain nor miss."""
    with pytest.MonkeyPatch.context() as kept:
        kept.setattr(sealing, "_keys", dict(sealing._keys))
        kept.setattr(sealing, "_current", list(sealing._current))
        yield


def reading(ledger, function, *arguments):
    with ledger.database.transaction() as tx:
        return function(tx, *arguments)


def leaves(ledger):
    return ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]


@pytest.fixture
def restored(ledger, tmp_path):
    """A ledger that was put back from a backup, and the desk of an agency that has downloaded before."""
    ledger.fill(3)
    kept, size = ledger.copy(), leaves(ledger)
    ledger.fill(2, seed=2)
    desk = Desk(tmp_path, ledger)
    desk.fetch_policy()
    desk.fetch("before.bundle")
    signed = leaves(ledger)
    ledger.drop_guards()
    ledger.put_back(kept)
    return ledger, desk, size, signed


def test_restored_database_refuses_and_after_the_ceremony_goes_on_with_the_gap_shown(restored):
    ledger, desk, size, signed = restored
    with pytest.raises(Misconfigured, match="ledger ceremony"):
        ledger.sequence()
    gap = begin_anew(ledger.database, ledger.data_dir)
    assert (gap.last, gap.kept) == (signed, size)
    ledger.fill(2, seed=3)
    report = ledger.verify()
    assert (report.good, report.problem, report.lost) == (True, "", (signed - size,))
    code, words = desk.check(desk.fetch("after.bundle"))
    count = reading(ledger, status).size
    assert (code, f"in logs of {size} and {count}, " in words) == (0, True)
    said = f"gap: {signed - size} leaves of log 1, {size} to {signed - 1}, were lost in a restore"
    assert f"{said}; 0 entries of yours" in words
    with_earlier = desk.told(desk.folder / "before.bundle", desk.folder / "after.bundle")["results"]
    lost = [line for line in (desk.folder / "before.bundle").read_text().splitlines() if line[:6] == "entry "]
    held = sum(int(line.split()[1]) >= size for line in lost)
    assert held > 0
    assert with_earlier[1]["gaps"] == [f"{said}; {held} entries of yours among them are in an earlier bundle"]


def test_ceremony_without_its_key_needs_the_new_policy(restored):
    ledger, desk, *_ = restored
    (ledger.data_dir / custody.KEY_FILE).unlink()
    gap = begin_anew(ledger.database, ledger.data_dir)
    assert read_succession(gap.note)[1] is False
    ledger.fill(1, seed=3)
    path = desk.fetch("after.bundle")
    assert desk.check(path) == (1, "bad: log 2: the log has not signed this checkpoint\n")
    desk.fetch_policy()
    assert desk.check(path)[0] == 0


def test_ceremony_names_the_lost_entries_that_agencies_still_hold(restored):
    ledger, desk, size, _ = restored
    with (desk.folder / "before.bundle").open(encoding="utf-8") as file:
        agency, indices = own_indices(file, 1)
    begin_anew(ledger.database, ledger.data_dir, copies={agency: indices})
    path = desk.fetch("after.bundle")
    assert (
        f'"known":{{"havering":{[index for index in indices if index >= size]}}}'.replace(" ", "")
        in path.read_text()
    )
    assert desk.check(path)[0] == 0


def test_last_good_checkpoint_may_be_one_that_a_witness_holds(restored):
    ledger, desk, _, signed = restored
    note = custody.read_anchor(ledger.data_dir).note
    (ledger.data_dir / custody.ANCHOR_FILE).unlink()
    with pytest.raises(Misconfigured, match="missing or damaged"):
        begin_anew(ledger.database, ledger.data_dir)
    with pytest.raises(Misconfigured, match="not signed by a key of this ledger"):
        begin_anew(ledger.database, ledger.data_dir, [note.replace("\n— concordat", "\n— another", 1)])
    assert begin_anew(ledger.database, ledger.data_dir, [note]).last == signed
    assert desk.check(desk.fetch("after.bundle"))[0] == 0


def test_there_is_no_ceremony_where_nothing_is_lost(ledger):
    ledger.fill(1)
    with pytest.raises(Conflict, match="holds everything"):
        begin_anew(ledger.database, ledger.data_dir)
    ledger.fill(1)
    assert ledger.verify().lost == ()


@pytest.mark.parametrize("step", ["let_next_take_over", "write_anchor", "open_with", "keep_next"])
def test_ceremony_that_was_interrupted_is_finished_by_the_next(restored, monkeypatch, step):
    ledger, desk, size, signed = restored

    def fails(*arguments):
        raise OSError("the machine went down")

    monkeypatch.setattr(ceremonies, step, fails)
    with pytest.raises(OSError, match="went down"):
        begin_anew(ledger.database, ledger.data_dir)
    monkeypatch.undo()
    with pytest.raises(Misconfigured):
        ledger.sequence()
    gap = begin_anew(ledger.database, ledger.data_dir)
    assert (gap.last, gap.kept) == (signed, size)
    ledger.fill(1, seed=3)
    assert ledger.verify().good
    assert reading(ledger, status).log == 2
    assert desk.check(desk.fetch("after.bundle"))[0] == 0


def test_second_restore_begins_a_third_log(restored):
    ledger, desk, _, _ = restored
    begin_anew(ledger.database, ledger.data_dir)
    ledger.fill(1, seed=3)
    kept = ledger.copy()
    ledger.fill(1, seed=4)
    ledger.put_back(kept)
    gap = begin_anew(ledger.database, ledger.data_dir)
    assert gap.origin.endswith("/2")
    ledger.fill(1, seed=5)
    assert ledger.verify().good
    code, words = desk.check(desk.fetch("after.bundle"))
    assert (code, words.count("gap: ")) == (0, 2)
    assert custody.open_key(ledger.data_dir).name.endswith("/3")


def test_entries_are_read_over_all_logs_with_the_index_in_their_own(restored):
    ledger, _, size, _ = restored
    begin_anew(ledger.database, ledger.data_dir)
    ledger.ids.clear()
    ledger.add(3)
    ledger.sequence()
    entries = reading(ledger, entries_of_agency, "havering", -1, 1000)
    assert [entry.log for entry in entries[-3:]] == [2, 2, 2]
    assert entries[-1].place == entries[-1].index + size
    assert [entry.index for entry in entries[-3:]] == [1, 2, 3]  # after the leaf that opens the log


def test_change_in_either_log_is_found_and_its_index_named(restored):
    ledger, _, size, _ = restored
    begin_anew(ledger.database, ledger.data_dir)
    ledger.fill(2, seed=3)
    place = size + 1
    ledger.run("UPDATE ledger_leaf SET chain = hash WHERE idx = :place", place=place)
    report = ledger.verify()
    assert (report.good, report.first_bad) == (False, place)
    assert report.problem.endswith("(index 1 of log 2)")


def test_log_that_says_too_little_was_lost_is_not_accepted(restored, monkeypatch):
    ledger, desk, size, signed = restored
    last = ceremonies._last_good(ledger.data_dir, reading(ledger, span_of), [])
    forgetful = Checkpoint(last.origin, signed - 1, last.root)
    monkeypatch.setattr(ceremonies, "_last_good", lambda *_: forgetful)
    assert begin_anew(ledger.database, ledger.data_dir).kept == size
    path = desk.fetch("after.bundle")
    assert desk.check(path)[0] == 0  # who has nothing older cannot know
    assert "larger than this one says" in desk.check(desk.folder / "before.bundle", path)[1]


def test_new_key_is_handed_over_to_and_partners_follow(ledger, tmp_path):
    ledger.fill(2)
    desk = Desk(tmp_path, ledger)
    desk.fetch_policy()
    old = custody.open_key(ledger.data_dir)
    note = change_key(ledger.database, ledger.data_dir)
    told, by_old = read_succession(note)
    assert (told.old, told.new, by_old) == (old.verifier, custody.open_key(ledger.data_dir).verifier, True)
    assert told.new.name == told.old.name
    ledger.fill(2, seed=4)
    assert ledger.verify().good
    assert desk.check(desk.fetch("after.bundle"))[0] == 0
    change_key(ledger.database, ledger.data_dir)
    ledger.fill(1, seed=5)
    assert desk.check(desk.fetch("after.bundle"))[0] == 0
    assert ledger.verify().good
    check_anchor(ledger.database, ledger.data_dir)


def test_witness_accepts_the_key_that_a_trusted_one_handed_over_to(ledger, tmp_path):
    ledger.fill(1)
    witness = Witness.make(tmp_path / "w", "w.example")
    witness.trust(custody.open_key(ledger.data_dir).verifier.text())
    with pytest.raises(Conflict, match="Nothing was signed"):
        change_key(make_ledger(sqlite_url(tmp_path), tmp_path / "other").database, tmp_path / "other")
    note = change_key(ledger.database, ledger.data_dir)
    assert witness.accept(note) == custody.open_key(ledger.data_dir).name
    assert len(witness.state()[witness.accept(note)]["keys"]) == 2
    stranger = Witness.make(tmp_path / "s", "s.example")
    with pytest.raises(ValueError, match="no key that is trusted"):
        stranger.accept(note)


@pytest.mark.parametrize("step", ["let_next_take_over", "keep_next"])
def test_change_of_key_that_was_interrupted_is_finished_by_the_next(ledger, tmp_path, monkeypatch, step):
    ledger.fill(1)
    desk = Desk(tmp_path, ledger)
    desk.fetch_policy()

    def fails(*arguments):
        raise OSError("the machine went down")

    monkeypatch.setattr(ceremonies, step, fails)
    with pytest.raises(OSError, match="went down"):
        change_key(ledger.database, ledger.data_dir)
    monkeypatch.undo()
    if step == "let_next_take_over":
        with pytest.raises(Misconfigured, match="run that command again"):
            ledger.sequence()
    change_key(ledger.database, ledger.data_dir)
    ledger.fill(1, seed=2)
    assert ledger.verify().good
    assert len(ledger.run("SELECT number FROM ledger_signer")) == 2
    assert desk.check(desk.fetch())[0] == 0


def test_second_signature_stands_under_every_checkpoint_where_it_is_wanted(ledger, tmp_path):
    ledger.fill(1)
    custody.arrange_second_key(ledger.data_dir, wanted=True)
    ledger.fill(1, seed=2)
    keys = custody.open_keys(ledger.data_dir)
    signed = reading(ledger, lambda tx: newest_signed(tx, span_of(tx)))
    assert keys.second.kind is Kind.ML_DSA_44
    assert cosigned_at(signed.note, keys.second.verifier) == int(signed.at.timestamp())
    timed = Signer(keys.first.name, keys.first.seed, Kind.COSIGNATURE)
    assert cosigned_at(signed.note, timed.verifier) == int(signed.at.timestamp())
    flipped = signed.note[:-20] + ("A" if signed.note[-20] != "A" else "B") + signed.note[-19:]
    with pytest.raises(ValueError, match="bad cosignature"):
        cosigned_at(flipped, keys.second.verifier)
    desk = Desk(tmp_path, ledger)
    assert keys.second.verifier.text() in desk.fetch_policy().read_text()
    assert desk.check(desk.fetch())[0] == 0
    change_key(ledger.database, ledger.data_dir)
    assert custody.open_keys(ledger.data_dir).second not in (None, keys.second)
    custody.arrange_second_key(ledger.data_dir, wanted=False)
    ledger.fill(1, seed=3)
    assert custody.open_keys(ledger.data_dir).second is None
    assert ledger.verify().good


def test_details_lie_sealed_and_open_with_the_kept_file_only(ledger, tmp_path):
    ledger.add(2)
    ledger.sequence()
    ledger.add(1)
    lies = str(ledger.copy())
    assert "running-the-partnership" not in lies
    assert "5e55" not in lies  # the session
    sealing._keys.clear()
    assert "cannot be opened" in ledger.verify().problem
    other = make_ledger(sqlite_url(tmp_path), tmp_path / "other")
    with pytest.raises(Misconfigured, match=r"ledger\.seal"):
        check_anchor(ledger.database, ledger.data_dir)
    other.database.close()
    sealing.open_keys(ledger.data_dir)
    assert ledger.verify().good


def test_new_key_of_details_leaves_the_old_ones_readable(ledger):
    ledger.fill(1)
    sealing.add_key(ledger.data_dir)
    ledger.fill(1, seed=2)
    assert len((ledger.data_dir / sealing.SEAL_FILE).read_text().split()) == 2
    sealing._keys.clear()
    sealing.open_keys(ledger.data_dir)
    assert ledger.verify().good
    keys = {row[0][:4] for row in ledger.run("SELECT key FROM ledger_key")}
    assert len(keys) == 2


def test_process_without_the_key_of_details_does_nothing(ledger, monkeypatch):
    monkeypatch.setattr(sealing, "_current", [])
    with pytest.raises(Unavailable, match="nothing is done and nothing is shown"):
        ledger.add(1)
