"""Witnesses co-sign only a log that has grown, keep what shows a fork, and the portal keeps what they say."""

import json
import shutil
import subprocess
import sys
import threading
from http.client import HTTPConnection

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from foundation.ledger.encoding.checkpoint import Checkpoint
from foundation.ledger.encoding.note import Signer
from foundation.ledger.encoding.tree import EMPTY_ROOT, consistency_proof, leaf_hash, root_of, subtrees_of
from foundation.ledger.verifier import verify, witness

LOG = Signer("example.com/log", bytes(range(32)))
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(40)]
#: The same log up to its seventh leaf, and another from there on.
FORK = [*LEAVES[:7], *(leaf_hash(b"fork %d" % number) for number in range(7, 40))]


def checkpoint(size, leaves=LEAVES, signer=LOG):
    return Checkpoint(signer.name, size, root_of(leaves[:size])).signed(signer)


def request(old, size, leaves=LEAVES, signer=LOG):
    proof = consistency_proof(old, size, subtrees_of(leaves)) if 0 < old < size else []
    lines = "".join(f"{witness.b64encode(step).decode()}\n" for step in proof)
    return f"old {old}\n{lines}\n{checkpoint(size, leaves, signer)}"


@pytest.fixture(autouse=True)
def _trusts_the_log(alone):
    alone.trust(LOG.verifier.text())


def refusal(alone, text):
    with pytest.raises(witness.Refused) as refused:
        alone.answer(text)
    return refused.value.status, refused.value.body


def test_plain_ed25519_agrees_with_the_library_and_with_the_other_program():
    for number in range(20):
        seed, message = bytes([number]) * 32, b"message %d" % number
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        signature = witness.signature_of(seed, message)
        assert witness.public_half(seed) == public
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        for program in (witness, verify):
            assert program.accepts(public, message, signature)
            assert not program.accepts(public, message + b"x", signature)
            assert not program.accepts(public, message, signature[:-1] + bytes([signature[-1] ^ 1]))


#: RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_published_signatures_are_made_and_accepted(seed, public, message, signature):
    seed, public, message, signature = map(bytes.fromhex, (seed, public, message, signature))
    assert witness.public_half(seed) == public
    assert witness.signature_of(seed, message) == signature
    assert verify.accepts(public, message, signature)


@pytest.mark.parametrize("program", [verify, witness])
def test_signatures_in_another_form_than_the_one_are_refused(program):
    seed, message = bytes(32), b"m"
    public, signature = witness.public_half(seed), witness.signature_of(seed, message)
    larger = int.from_bytes(signature[32:], "little") + witness.ORDER
    assert not program.accepts(public, message, signature[:32] + larger.to_bytes(32, "little"))
    assert not program.accepts((2**255 - 19 + 1).to_bytes(32, "little"), message, signature)
    assert not program.accepts(public, message, signature[:63])
    assert not program.accepts(bytes([2]) + bytes(31), message, signature)


def test_first_checkpoint_and_each_that_grew_from_it_is_signed(alone):
    for old, size in ((0, 3), (3, 3), (3, 7), (7, 8), (8, 40)):
        line = alone.answer(request(old, size))
        seen = verify.Note(checkpoint(size) + line)
        assert len(seen.times(alone.name, witness.public_half(alone.seed), verify.TIMED)) == 1
        assert alone.state()[LOG.name]["size"] == size


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (lambda: request(0, 3, signer=Signer("example.com/other", bytes(32))), 404),
        (lambda: request(0, 3, signer=Signer(LOG.name, bytes(32))), 403),
        (lambda: request(0, 3).replace("old 0", "old 4"), 400),
        (lambda: request(0, 3).replace("old 0", "old 00"), 400),
        (lambda: "old 0\n" + "x\n" * 3 + "\n" + checkpoint(3), 400),
        (lambda: "old 0\n" + f"{witness.b64encode(bytes(32)).decode()}\n" * 64 + "\n" + checkpoint(3), 400),
        (lambda: "", 400),
        (lambda: request(0, 3).replace("example.com/log\n3", "example.com/log\n03"), 400),
        (lambda: request(3, 7), 409),
        (lambda: request(0, 3).replace("old 0\n", f"old 0\n{witness.b64encode(bytes(32)).decode()}\n"), 422),
    ],
)
def test_what_the_specification_refuses_is_refused_with_its_status(alone, text, status):
    assert refusal(alone, text())[0] == status
    assert alone.state()[LOG.name]["size"] == 0
    assert not (alone.folder / "seen.jsonl").exists()


def test_stale_request_is_told_the_size_that_was_seen(alone):
    alone.answer(request(0, 7))
    assert refusal(alone, request(3, 9)) == (409, "7\n")
    assert refusal(alone, request(0, 9)) == (409, "7\n")
    assert refusal(alone, request(9, 12)) == (409, "7\n")
    assert (
        refusal(alone, request(7, 12).replace(request(7, 12).split("\n")[1], request(7, 13).split("\n")[2]))[
            0
        ]
        == 422
    )


def test_empty_log_has_the_empty_root(alone):
    assert Checkpoint(LOG.name, 0, EMPTY_ROOT).signed(LOG) == checkpoint(0)
    alone.answer(request(0, 0))
    other = Checkpoint(LOG.name, 0, bytes(32)).signed(LOG)
    assert refusal(alone, f"old 0\n\n{other}")[0] == 422


def test_checkpoint_is_on_disk_before_it_is_answered(alone, monkeypatch):
    def fails(path, text):
        raise OSError("the disk is full")

    alone.answer(request(0, 3))
    monkeypatch.setattr(witness, "write_whole", fails)
    with pytest.raises(OSError, match="full"):
        alone.answer(request(3, 7))
    monkeypatch.undo()
    assert witness.Witness(alone.folder).state()[LOG.name]["size"] == 3


def test_racing_requests_never_roll_the_witness_back(alone):
    alone.answer(request(0, 3))
    done, late = [], []

    def ask(size):
        try:
            alone.answer(request(3, size))
            done.append(size)
        except witness.Refused as refused:
            late.append(refused.status)

    threads = [threading.Thread(target=ask, args=(size,)) for size in range(4, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), late) == (1, [409] * 7)
    assert alone.state()[LOG.name]["size"] == done[0]


def run(*arguments):
    command = [sys.executable, "-I", "-S", witness.__file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_split_view_of_one_witness_ends_in_evidence_that_convinces_a_third_party(alone, tmp_path):
    alone.answer(request(0, 9))
    assert refusal(alone, request(9, 12, FORK))[0] == 422
    (evidence,) = (alone.folder / "evidence").iterdir()
    assert json.loads(evidence.read_text())["shows"] is True
    moved = tmp_path / "evidence.json"
    shutil.copy(evidence, moved)
    code, words = run("judge", moved, LOG.verifier.text())
    assert (code, words) == (
        0,
        "example.com/log has two histories: its trees of 9 and 12 leaves differ before 9\n",
    )
    assert alone.state()[LOG.name]["size"] == 9


def test_split_view_of_two_witnesses_shows_when_they_are_held_against_each_other(tmp_path):
    left, right = (witness.Witness.make(tmp_path / name, f"{name}.example/w") for name in ("left", "right"))
    for each, leaves in ((left, LEAVES), (right, FORK)):
        each.trust(LOG.verifier.text())
        each.answer(request(0, 7, leaves))
        each.answer(request(7, 20, leaves))
    code, words = run("compare", left.folder, right.folder)
    assert code == 1
    assert words.startswith("2 sizes were seen by both; evidence of two histories: 1\n")
    evidence = words.splitlines()[1]
    assert run("judge", evidence, LOG.verifier.text())[0] == 0
    (tmp_path / "checkpoint").write_text(checkpoint(20, FORK), encoding="utf-8")
    assert run("compare", left.folder, tmp_path / "checkpoint")[0] == 1
    (tmp_path / "checkpoint").write_text(checkpoint(20), encoding="utf-8")
    assert run("compare", left.folder, tmp_path / "checkpoint")[0] == 0


def test_evidence_that_shows_nothing_convinces_nobody(alone, tmp_path):
    alone.answer(request(0, 9))
    garbage = request(9, 12).split("\n")
    garbage[1] = witness.b64encode(bytes(32)).decode()
    assert refusal(alone, "\n".join(garbage))[0] == 422
    (evidence,) = (alone.folder / "evidence").iterdir()
    assert json.loads(evidence.read_text())["shows"] is False
    code, words = run("judge", evidence, LOG.verifier.text())
    assert code == 1
    assert "show no contradiction" in words
    told = json.loads(evidence.read_text()) | {"second": checkpoint(9, FORK, Signer(LOG.name, bytes(32)))}
    evidence.write_text(json.dumps(told))
    assert "not both are signed" in run("judge", evidence, LOG.verifier.text())[1]


def test_witness_works_from_a_shell_and_by_two_files(tmp_path):
    code, key = run("new", tmp_path / "w", "bcrp.example/witness")
    assert (code, key.split("+")[0]) == (0, "bcrp.example/witness")
    assert run("new", tmp_path / "w", "again")[0] == 2
    assert run("trust", tmp_path / "w", LOG.verifier.text()) == (0, "Trusts example.com/log.\n")
    (tmp_path / "request").write_text(request(0, 5), encoding="utf-8")
    assert run("answer", tmp_path / "w", tmp_path / "request", tmp_path / "answer") == (0, "Signed.\n")
    assert (tmp_path / "answer").read_text().startswith("200\n— bcrp.example/witness ")
    code, words = run("answer", tmp_path / "w", tmp_path / "request", tmp_path / "answer")
    assert (code, words) == (1, "Not signed (409): 5\n")
    assert (tmp_path / "answer").read_text() == "409\n5\n"
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600


def test_witness_answers_by_http_as_the_specification_says(served):
    link = HTTPConnection(served.removeprefix("http://"))
    found = []
    for text in (request(0, 3), request(0, 5), request(3, 5, FORK[::-1]), request(3, 5)):
        link.request("POST", "/add-checkpoint", text.encode())  # on one connection
        answer = link.getresponse()
        found.append((answer.status, answer.headers["Content-Type"], answer.read().decode()[:2]))
    link.request("POST", "/elsewhere", b"x")
    assert link.getresponse().status == 404
    link.close()
    plain = "text/plain; charset=utf-8"
    assert found == [
        (200, plain, "— "), (409, "text/x.tlog.size", "3\n"), (422, plain, "Th"), (200, plain, "— "),
    ]  # fmt: skip
