"""Writers go on while the sequencer is killed without warning: nothing that was acknowledged is lost."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random

import pytest

from foundation.errors import Unavailable
from foundation.ledger.append import append
from tests.databases import OwnServer, sqlite_url
from tests.ledgers import an_entry, make_ledger

#: `make soak` sets more. The run ends after so many seconds and so many kills, whichever is later.
SECONDS = float(os.environ.get("CONCORDAT_SOAK_SECONDS", "8"))
KILLS = {"sqlite": 25, "postgresql": 25}
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
                time.sleep(0.05)
                continue
            self.acknowledged.append(id_)
            time.sleep(0.02)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Sequencers:
    """Starts sequencers, each in a process of its own, and kills them; at the end none is left."""

    def __init__(self, url, data_dir):
        command = [sys.executable, "-m", "tests.faults.sequencing", url, str(data_dir)]
        self.maker = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.process = None

    def start(self):
        self.maker.stdin.write("another\n")
        self.maker.stdin.flush()
        self.process = int(self.maker.stdout.readline())

    def kill(self):
        os.kill(self.process, signal.SIGKILL)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.kill()
        with self.maker:
            self.maker.stdin.close()


def kill_again_and_again(sequencers, random, least, crash):
    """Kill one sequencer after the other; half-way through, crash the database with one at work."""
    kills, until = 0, time.monotonic() + SECONDS
    while time.monotonic() < until or kills < least:
        sequencers.start()
        time.sleep(random.uniform(0.01, 0.4))
        if kills == least // 2:
            crash()
        sequencers.kill()
        kills += 1
    return kills


def crash_and_start(server):
    server.crash()
    time.sleep(0.3)
    server.start()


@contextlib.contextmanager
def ledger_of(kind, folder):
    """A ledger, and what crashes its database; there is no such thing on SQLite, whose process was killed."""
    if kind == "sqlite":
        ledger = make_ledger(sqlite_url(folder), folder / "data")
        yield ledger, lambda: None
        ledger.database.close()
        return
    server = OwnServer()
    try:
        ledger = make_ledger(server.url, folder / "data")
        yield ledger, lambda: crash_and_start(server)
        ledger.database.close()
    finally:
        server.stop()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_when_sequencers_are_killed_and_the_database_crashes(kind, tmp_path):
    with ledger_of(kind, tmp_path) as (ledger, crash):
        ledger.add(1)
        ledger.sequence()
        url = str(ledger.database.engine.url.render_as_string(hide_password=False))
        with Sequencers(url, ledger.data_dir) as sequencers, Writers(ledger.database) as writers:
            kills = kill_again_and_again(sequencers, Random(7), KILLS[kind], crash)
        while ledger.sequence():
            pass
        report = ledger.verify()  # every checkpoint is computed again from the leaves
        assert (report.good, report.problem, report.pending) == (True, "", 0)
        ids = [row[0] for row in ledger.run("SELECT id FROM ledger_detail WHERE operation <> 'manifest'")]
        indices = [row[0] for row in ledger.run("SELECT idx FROM ledger_leaf ORDER BY idx")]
        checkpoints = ledger.run("SELECT count(*) FROM ledger_checkpoint")[0][0]
    assert indices == list(range(len(indices)))
    assert len(ids) == len(set(ids)) == report.entries
    lost = {*writers.acknowledged, *ledger.ids} - {*ids}
    assert lost == set()
    # an entry more may be there: its commit was done, and the answer was lost with the database
    assert len({*ids} - {*writers.acknowledged, *ledger.ids}) <= WRITERS
    assert kills >= KILLS[kind]
    assert len(writers.acknowledged) > 50
    sys.stdout.write(
        f"{kind}: {kills} kills, {len(writers.acknowledged)} acknowledged, 0 lost, "
        f"{writers.refused} refused, {len(indices)} leaves, {checkpoints} checkpoints\n"
    )
