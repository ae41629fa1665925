"""The line breaks off in the middle of a download: it goes on where it ended, and the bundle is good."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest

from auth.keys import Bounds, insert_key, issue_key
from foundation import clock
from foundation.crypto.signed_requests import read_public_key
from foundation.ledger.append import append
from foundation.ledger.sequencer import sequence
from foundation.ledger.verifier import fetch
from tests.api.signing import Program
from tests.databases import sqlite_url
from tests.faults.cutting import CuttingLine
from tests.journeys.server import Server
from tests.ledgers import an_entry
from tests.partnership import ROBBERY, load_partnership
from tests.verifying import run_verify

DPO = "ruth-okafor"
CUTS = 3


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server whose ledger holds some hundred entries of one agency, and a key of its officer."""
    folder = tmp_path_factory.mktemp("served")
    server = Server(folder / "data", sqlite_url(folder))
    database = server.database()
    load_partnership(database)
    key = issue_key(database, DPO, [ROBBERY], clock.now() + timedelta(days=1))
    with database.transaction() as tx:
        for number in range(300):
            append(tx, an_entry(number))
    while sequence(database, server.settings.data_dir, 4096):
        pass
    database.close()
    server.start()
    key_file = folder / "key.txt"
    key_file.write_text(f"{key}\n", encoding="utf-8")
    yield server, key_file
    server.stop()


@pytest.fixture
def line(served):
    made = CuttingLine(served[0].port, CUTS, 40_000)
    yield made
    made.close()


def test_program_takes_a_cut_download_up_again_and_the_bundle_is_good(served, line, tmp_path):
    server, key_file = served
    command = [sys.executable, "-I", "-S", fetch.__file__, f"http://127.0.0.1:{line.port}", str(tmp_path)]
    done = subprocess.run(
        [*command, "--key-file", str(key_file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, line.cut) == (0, CUTS), done.stderr
    assert done.stderr.count("broke off") == CUTS
    shares = [int(share) for share in re.findall(r" (\d+) %", done.stderr)]
    assert shares == sorted(shares)  # nothing came twice
    assert shares[-1] == 100
    (bundle,) = tmp_path.iterdir()
    assert re.fullmatch(r"havering-\d+\.bundle", bundle.name)
    door = fetch.Door(server.address, key_file.read_text().strip())
    policy = tmp_path / "policy.txt"
    policy.write_bytes(door.ask("/policy").read())
    code, words = run_verify("--policy", policy, bundle)
    assert (code, words[:5]) == (0, "good:")


def test_program_signs_with_the_key_of_a_holder_and_is_refused_without(served, tmp_path):
    server, _ = served
    program, database = Program(), server.database()
    bounds = Bounds((ROBBERY,), clock.now() + timedelta(days=1), holder_key=read_public_key(program.pem))
    with database.transaction() as tx:
        _, token = insert_key(tx, DPO, bounds)
    database.close()
    files = {"key": token.encode(), "pem": program.private_pem, "other": Program().private_pem}
    for name, text in files.items():
        (tmp_path / name).write_bytes(text)
    folder = tmp_path / "fetched"
    command = [sys.executable, "-I", "-S", fetch.__file__, server.address, str(folder), "--key-file"]

    def run(*more):
        told = [*command, str(tmp_path / "key"), *more]
        return subprocess.run(told, capture_output=True, text=True, check=False, timeout=60)

    for more in ((), ("--sign-with", str(tmp_path / "other"))):
        refused = run(*more)
        assert (refused.returncode, "not whole: 401" in refused.stderr) == (1, True)
    unread = run("--sign-with", str(tmp_path / "key"))
    assert (unread.returncode, "openssl cannot sign" in unread.stderr) == (2, True)
    assert list(folder.iterdir()) == []
    done = run("--sign-with", str(tmp_path / "pem"))
    assert done.returncode == 0, done.stderr
    assert len(list(folder.iterdir())) == 1


def test_download_that_was_ended_goes_on_the_next_day(served, line, tmp_path):
    server, key_file = served
    key = key_file.read_text().strip()
    cut = fetch.Download(tmp_path, 0)
    with pytest.raises((OSError, fetch.HTTPException)):
        fetch.fetch(fetch.Door(f"http://127.0.0.1:{line.port}", key), cut, lambda *_: None, rests=())
    had = cut.have
    assert 0 < had < cut.told["length"]
    seen = []
    whole = fetch.fetch(
        fetch.Door(server.address, key), fetch.Download(tmp_path, 0), lambda have, _: seen.append(have)
    )
    assert seen[0] > had
    assert whole.stat().st_size == seen[-1]
    assert not list(tmp_path.glob("*.part*"))


def test_bytes_that_became_others_are_fetched_from_the_beginning(served, tmp_path):
    server, key_file = served
    door = fetch.Door(server.address, key_file.read_text().strip())
    first = fetch.Download(tmp_path, 0)
    first.go_on(door, lambda *_: None)
    first.told["tag"] = '"of-before-an-erasure"'
    first.about.write_text(fetch.json.dumps(first.told), "utf-8")
    whole = first.part.read_bytes()
    first.part.write_bytes(b"x" * 1000)
    assert fetch.fetch(door, fetch.Download(tmp_path, 0), lambda *_: None).read_bytes() == whole


def test_refusal_ends_the_program_and_a_key_goes_over_https_only(served, tmp_path):
    server, _ = served
    with pytest.raises(fetch.RefusedError, match="401"):
        fetch.fetch(
            fetch.Door(server.address, "not-a-key"), fetch.Download(tmp_path, 0), lambda *_: None, rests=()
        )
    with pytest.raises(ValueError, match="https only"):
        fetch.Door("http://concordat.example", "a-key")
