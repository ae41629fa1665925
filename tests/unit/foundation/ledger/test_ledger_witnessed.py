"""The portal asks witnesses, keeps what they sign, and believes one that knows better."""

from base64 import b64decode
from pathlib import Path

import pytest

from foundation.errors import Misconfigured
from foundation.ledger import witnessing
from foundation.ledger.custody import open_key
from foundation.ledger.encoding.policy import read_policy
from foundation.ledger.verifier import verify, witness
from foundation.ledger.witnessing import (
    RefusedError,
    Witnessing,
    answer_to,
    ask_all,
    request_for,
    sightings,
)
from tests.databases import sqlite_url
from tests.ledgers import make_ledger
from tests.verifying import Desk


@pytest.fixture
def watched(tmp_path, alone, served):
    """A ledger with the served witness, one that is reached by file, and one that nobody answers for."""
    ledger = make_ledger(sqlite_url(tmp_path), tmp_path / "data")
    ledger.fill(2)
    alone.trust(open_key(ledger.data_dir).verifier.text())
    by_file = witness.Witness.make(tmp_path / "stick", "bcrp.example/witness")
    by_file.trust(open_key(ledger.data_dir).verifier.text())
    silent = witness.Witness.make(tmp_path / "silent", "silent.example/witness")
    policy = read_policy(
        f"witness havering {alone.key()} {served}\nwitness bcrp {by_file.key()}\n"
        f"witness silent {silent.key()} http://127.0.0.1:9\ngroup two 2 havering bcrp silent\nquorum two\n"
    )
    yield ledger, policy, alone, by_file
    ledger.database.close()


def seen(ledger, policy):
    with ledger.database.transaction() as tx:
        return {each.name: each.size for each in sightings(tx, policy)}


def by_two_files(ledger, policy, by_file, folder):
    with ledger.database.transaction() as tx:
        asked, _ = request_for(tx, policy.witnesses[1])
    status, body, _ = witness.answered(by_file, asked.encode())
    with ledger.database.transaction() as tx:
        return answer_to(tx, policy.witnesses[1], asked, f"{status}\n{body}")


def test_portal_keeps_what_witnesses_sign_and_partners_read_it(watched, tmp_path):
    ledger, policy, _, by_file = watched
    (problem,) = ask_all(ledger.database, policy)
    assert "silent could not be asked" in problem
    size = ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]
    assert seen(ledger, policy) == {"havering": size, "bcrp": 0, "silent": 0}
    desk = Desk(tmp_path, ledger)
    desk.fetch_policy(policy)
    assert desk.check(desk.fetch()) == (1, "bad: too few witnesses have seen this checkpoint\n")
    by_two_files(ledger, policy, by_file, tmp_path)
    code, words = desk.check(desk.fetch())
    assert code == 0
    assert "co-signed by two witnesses" in words
    assert [*desk.told(desk.fetch())["results"][0]["seen"]] == ["havering", "bcrp"]


def test_log_that_grew_is_shown_with_its_proof_and_a_witness_that_knows_better_is_believed(watched):
    ledger, policy, alone, _ = watched
    for seed in (3, 4):
        ask_all(ledger.database, policy)
        ledger.fill(1, seed=seed)
    ledger.run("DELETE FROM ledger_cosignature")  # the portal has forgotten what the witness saw
    ask_all(ledger.database, policy)
    size = ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]
    assert seen(ledger, policy)["havering"] == size == alone.state()[open_key(ledger.data_dir).name]["size"]


def test_bundle_and_receipt_carry_the_newest_checkpoint_that_a_witness_saw(watched, tmp_path):
    ledger, policy, _, _ = watched
    ask_all(ledger.database, policy)
    size = ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]
    ledger.fill(1, seed=9)
    names = [each.verifier.name for each in policy.witnesses]
    desk = Desk(tmp_path, ledger)
    desk.fetch_policy()
    assert desk.told(desk.fetch(witnesses=names))["results"][0]["size"] == size
    assert desk.told(desk.fetch())["results"][0]["size"] > size


def test_database_behind_a_witness_refuses_to_start_even_without_its_anchor(watched):
    ledger, policy, _, _ = watched
    kept, anchor = ledger.copy(), (ledger.data_dir / "ledger.anchor").read_text()
    ledger.fill(2, seed=7)
    ask_all(ledger.database, policy)
    ledger.drop_guards()
    ledger.put_back(kept)
    (ledger.data_dir / "ledger.anchor").write_text(anchor)  # the whole machine was put back
    with pytest.raises(Misconfigured, match=r"The witness havering has seen \d+ leaves.*ledger ceremony"):
        Witnessing(ledger.database, ledger.data_dir, policy).start()
    ledger.ids.clear()
    ledger.fill(6, seed=8)  # and had grown again, in another way and further
    with pytest.raises(Misconfigured, match="The witness havering has seen another history"):
        Witnessing(ledger.database, ledger.data_dir, policy).start()


def test_answers_that_are_not_the_witnesss_are_not_kept(watched, monkeypatch):
    ledger, policy, _, by_file = watched
    with ledger.database.transaction() as tx:
        others = by_file.answer(request_for(tx, policy.witnesses[1])[0])
    monkeypatch.setattr(witnessing, "_post", lambda *_: (200, others))
    assert any("does not carry" in problem for problem in ask_all(ledger.database, policy))
    assert seen(ledger, policy)["havering"] == 0
    with ledger.database.transaction() as tx:
        text, _ = request_for(tx, policy.witnesses[1])
        with pytest.raises(RefusedError, match="refused"):
            answer_to(tx, policy.witnesses[1], text, "422\nno")
        assert answer_to(tx, policy.witnesses[1], text, "409\n7\n") == 7
        with pytest.raises(ValueError, match="signature"):
            answer_to(tx, policy.witnesses[1], text, "200\nhm\n")


def test_thread_asks_until_it_is_stopped(watched):
    ledger, policy, _, _ = watched
    thread = Witnessing(ledger.database, ledger.data_dir, policy, interval=0.02)
    thread.start()
    ledger.fill(1, seed=11)
    size = ledger.run("SELECT count(*) FROM ledger_leaf")[0][0]
    for _ in range(200):
        if seen(ledger, policy)["havering"] == size:
            break
        thread._stopping.wait(0.02)
    thread.stop()
    assert seen(ledger, policy)["havering"] == size


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("witness a {key}\n", "names no quorum"),
        ("quorum a\n", "line 1"),
        ("witness a {key}\nwitness b {key}\nquorum a\n", "line 2.*twice"),
        ("witness a {key}\ngroup g 2 a\nquorum g\n", "line 2"),
        ("witness a {key}\ngroup g any a\ngroup h any a\nquorum g\n", "line 3.*twice"),
        ("witness none {key}\nquorum none\n", "line 1"),
        ("quorum none\nquorum none\n", "line 2"),
        ("witness a x+y+z\nquorum a\n", "line 1"),
    ],
)
def test_file_of_witnesses_that_is_not_good_is_refused_with_its_line(tmp_path, alone, text, problem):
    path = tmp_path / "witnesses"
    path.write_text(text.replace("{key}", alone.key()))
    with pytest.raises(Misconfigured, match=problem):
        witnessing.open_policy(path)


def test_quorum_counts_members_of_groups(alone, tmp_path):
    keys = [witness.Witness.make(tmp_path / str(number), f"w{number}").key() for number in range(4)]
    lines = [f"witness w{number} {key}" for number, key in enumerate(keys)]
    policy = read_policy(
        "\n".join([*lines, "group police any w0 w1", "group partners all w2 w3",
                   "group both all police partners", "quorum both  ", "# said"])
    )  # fmt: skip
    assert [policy.met(set(seen)) for seen in (["w0"], ["w0", "w2"], ["w1", "w2", "w3"], ["w2", "w3"])] == [
        False, False, True, False,
    ]  # fmt: skip
    assert read_policy("\n".join(policy.lines())) == policy
    assert b64decode(keys[0].split("+", 2)[2])[0] == verify.TIMED
    assert Path(witness.__file__).name == "witness.py"


def test_what_no_witness_signed_is_not_shown_as_seen(watched):
    ledger, policy, _, _ = watched
    ask_all(ledger.database, policy)
    with ledger.database.transaction() as tx:
        before = sightings(tx, policy)
    silent = policy.witnesses[2].verifier.name
    ledger.run("UPDATE ledger_cosignature SET at = '2099-01-01T00:00:00.000000Z'")
    ledger.run(
        "INSERT INTO ledger_cosignature (witness, size, at, line)"
        " SELECT :silent, size, at, line FROM ledger_cosignature",
        silent=silent,
    )
    with ledger.database.transaction() as tx:
        assert sightings(tx, policy) == before
    ledger.run("UPDATE ledger_cosignature SET line = replace(line, 'A', 'B')")
    assert seen(ledger, policy) == {"havering": 0, "bcrp": 0, "silent": 0}
