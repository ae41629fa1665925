"""Writers go on while the sequencer is killed without warning: nothing that was acknowledged is lost."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import pytest

from foundation.errors import Unavailable
from foundation.ledger.append import append
from tests.databases import postgresql_url, sqlite_url
from tests.ledgers import an_entry, make_ledger

#: `make soak` sets more.
SECONDS = float(os.environ.get("CONCORDAT_SOAK_SECONDS", "3"))
WRITERS = 8
ROOT = Path(__file__).parents[2]


class Writers:
    """Threads that append until told to stop, and remember what was acknowledged."""

    def __init__(self, database):
        self.database = database
        self.acknowledged = []
        self.refused = 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=(n,)) for n in range(WRITERS)]

    def write(self, number):
        while not self.stopping.is_set():
            try:
                with self.database.transaction() as tx:
                    id_ = append(tx, an_entry(number))
            except Unavailable:
                self.refused += 1
                continue
            self.acknowledged.append(id_)
            time.sleep(0.004)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def kill_again_and_again(url, data_dir, random):
    kills, until = 0, time.monotonic() + SECONDS
    command = [sys.executable, "-m", "tests.faults.sequencing", url, str(data_dir)]
    while time.monotonic() < until:
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout.readline() == b"ready\n"
            time.sleep(random.uniform(0.01, 0.4))
            assert child.poll() is None, "the sequencer ended by itself"
            child.kill()
        kills += 1
    return kills


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_when_the_sequencer_is_killed(kind, tmp_path):
    url = sqlite_url(tmp_path) if kind == "sqlite" else postgresql_url()
    ledger = make_ledger(url, tmp_path / "data")
    ledger.add(1)
    ledger.sequence()
    with Writers(ledger.database) as writers:
        kills = kill_again_and_again(url, ledger.data_dir, Random(7))
    while ledger.sequence():
        pass
    report = ledger.verify()
    assert (report.good, report.problem, report.pending) == (True, "", 0)
    ids = [row[0] for row in ledger.run("SELECT id FROM ledger_detail WHERE operation <> 'manifest'")]
    assert len(ids) == len(set(ids)) == report.entries
    assert set(ids) == {*writers.acknowledged, *ledger.ids}
    assert kills > 1
    assert len(writers.acknowledged) > 50
    sys.stdout.write(f"{kind}: {kills} kills, {len(ids)} acknowledged, {writers.refused} refused\n")
    ledger.database.close()
