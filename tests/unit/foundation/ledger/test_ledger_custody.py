"""Signatures that others can read, and the anchor that refuses a restored database."""

import shutil
from base64 import b64encode

import pytest

from foundation.errors import Misconfigured
from foundation.ledger import custody
from foundation.ledger.encoding.checkpoint import Checkpoint, read_body, read_note
from foundation.ledger.encoding.note import Signer, Verifier, opened, sign
from foundation.ledger.runner import Sequencer
from foundation.ledger.signing import check_anchor, sign_newest
from tests.databases import sqlite_url
from tests.ledgers import make_ledger

SIGNER = Signer("example.com/log", bytes(range(32)))
ROOT = bytes(32)
NOTE = Checkpoint("example.com/log", 7, ROOT).signed(SIGNER)

#: The worked example of C2SP signed-note.
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_SIGNATURE = (
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
)

#: The worked example of golang.org/x/mod/sumdb/note (BSD-3-Clause), with its private key.
GO_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


@pytest.fixture
def one(tmp_path):
    made = make_ledger(sqlite_url(tmp_path), tmp_path / "data")
    yield made
    made.database.close()


def test_a_note_opens_with_its_key_and_with_no_other():
    assert opened(NOTE, SIGNER.verifier) == f"example.com/log\n7\n{b64encode(ROOT).decode()}\n"
    assert read_note(NOTE, SIGNER.verifier) == Checkpoint("example.com/log", 7, ROOT)
    with pytest.raises(ValueError, match="does not carry"):
        opened(NOTE, Signer("example.com/log", bytes(32)).verifier)


def test_signatures_of_other_keys_are_passed_over():
    other = sign(opened(NOTE, SIGNER.verifier), Signer("witness", bytes(32))).splitlines()[-1]
    assert opened(f"{NOTE}{other}\n", SIGNER.verifier).startswith("example.com/log\n")


def test_every_flipped_bit_of_a_note_is_refused():
    raw = NOTE.encode()
    for at in range(len(raw)):
        for bit in range(8):
            changed = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
            with pytest.raises(ValueError):  # noqa: PT011 - many reasons; that it is refused is the point
                read_note(changed.decode(), SIGNER.verifier)


@pytest.mark.parametrize(
    "body",
    [
        "log\n07\n" + b64encode(ROOT).decode() + "\n",
        "log\n-7\n" + b64encode(ROOT).decode() + "\n",
        "log\n10000000000000000000\n" + b64encode(ROOT).decode() + "\n",
        "a log\n7\n" + b64encode(ROOT).decode() + "\n",
        "log\n7\n" + b64encode(ROOT[:-1]).decode() + "\n",
        "log\n7\n" + b64encode(ROOT).decode()[:-2] + "B=\n",
        "log\r\n7\n" + b64encode(ROOT).decode() + "\n",
        "log\n7\n" + b64encode(ROOT).decode() + "\nmore\n",
    ],
)
def test_a_checkpoint_in_another_form_is_refused(body):
    with pytest.raises(ValueError, match="checkpoint"):
        read_body(body)


def test_keys_come_back_from_their_text_and_are_not_printed():
    assert Signer.read(SIGNER.text()) == SIGNER
    assert Verifier.read(SIGNER.verifier.text()) == SIGNER.verifier
    assert str(SIGNER) == "Signer('example.com/log')"
    for broken in ("", "x", SIGNER.text()[:-4], SIGNER.text().replace("log", "lag")):
        with pytest.raises(ValueError, match=r"key|base64|name"):
            Signer.read(broken)
    for broken in ("", "a+b+c", SIGNER.verifier.text().replace("log", "lag")):
        with pytest.raises(ValueError, match=r"key|base64|name"):
            Verifier.read(broken)


def test_the_key_is_its_owners_alone(one):
    one.fill(1)
    key = one.data_dir / custody.KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600"):
        one.sequence()


def test_a_restored_database_refuses_to_sign(one, tmp_path):
    one.fill(2)
    kept = one.copy()
    one.fill(2)
    anchor = custody.read_anchor(one.data_dir)
    one.drop_guards()
    one.put_back(kept)
    sequencer = Sequencer(one.database, one.data_dir)
    for refused in (one.sequence, sequencer.start, lambda: sign_newest(one.database, one.data_dir)):
        with pytest.raises(Misconfigured, match=r"restored from a backup\?.*nothing is signed"):
            refused()
    report = one.verify()
    assert (report.good, report.first_bad) == (False, report.leaves)
    assert custody.read_anchor(one.data_dir) == anchor


def test_a_restored_database_that_grew_again_refuses_to_sign(one, tmp_path):
    one.fill(2)
    kept = one.copy()
    one.fill(1, seed=3)
    signed = custody.read_anchor(one.data_dir)
    one.drop_guards()
    one.put_back(kept)
    shutil.copytree(one.data_dir, tmp_path / "kept")
    size = max(row["size"] for row in kept["ledger_checkpoint"])
    root = one.run("SELECT root FROM ledger_checkpoint WHERE size = :size", size=size)[0][0]
    custody.write_anchor(one.data_dir, custody.Anchor(signed.origin, size, root))
    one.ids = one.ids[: len([row for row in kept["ledger_detail"] if row["operation"] != "manifest"])]
    one.fill(1, seed=3)
    assert one.verify().good
    shutil.copy(tmp_path / "kept" / custody.ANCHOR_FILE, one.data_dir)
    with pytest.raises(Misconfigured, match="do not agree"):
        check_anchor(one.database, one.data_dir)
    assert not one.verify().good


def test_a_signature_lost_in_a_crash_is_made_again_the_same(one):
    one.fill(2)
    notes = one.run("SELECT size, note FROM ledger_checkpoint ORDER BY size")
    one.run("UPDATE ledger_checkpoint SET note = NULL")
    one.sequence()
    again = one.run("SELECT size, note FROM ledger_checkpoint ORDER BY size")
    assert again[-1] == notes[-1]


@pytest.mark.parametrize("lost", [custody.KEY_FILE, custody.ANCHOR_FILE])
def test_a_data_folder_that_lost_a_file_refuses(one, lost):
    one.fill(1)
    (one.data_dir / lost).unlink()
    with pytest.raises(Misconfigured, match=r"is missing|damaged"):
        one.sequence()


def test_a_key_of_another_ledger_refuses(one, tmp_path):
    one.fill(1)
    shutil.rmtree(one.data_dir)
    with pytest.raises(Misconfigured, match="not the one that signs"):
        one.sequence()


def test_the_published_notes_of_others_are_accepted_and_made_alike():
    text = "This is an example message.\n"
    note = f"{text}\n— example.com/foo {EXAMPLE_SIGNATURE}\n"
    assert opened(note, Verifier.read(EXAMPLE_KEY)) == text
    assert sign(GO_TEXT, Signer.read(GO_KEY)) == f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n"
