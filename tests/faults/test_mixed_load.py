"""Mixed load at the JSON door while server processes are killed: nothing that was acknowledged is lost."""

import os
import signal
import sys
import time
from collections import Counter
from random import Random

import pytest
from sqlalchemy import func, select

from foundation.ledger.naming import named
from foundation.ledger.sequencer import sequence
from foundation.ledger.tables import ledger_detail, ledger_leaf
from foundation.ledger.verify import verify
from sharing.partnerships.tables import action_update
from sharing.records.sighting import sighting
from tests.databases import postgresql_url, sqlite_url
from tests.faults.mixed_load import CLIENTS, Client, prepare
from tests.journeys.server import Server

#: `make soak` sets more. SQLite has one process, so each kill is a whole new start.
LONG = os.environ.get("CONCORDAT_SOAK_SECONDS")
SECONDS = {"sqlite": float(LONG or 20), "postgresql": float(LONG or 20)}


def kill_workers(server, seconds, random):
    """Kill one process at a time without warning; on SQLite the whole server, which is started again."""
    kills, until = 0, time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, random.uniform(1.2, 3.0)))
        if server.settings.database_url.startswith("sqlite"):
            server.kill()
            server.start()
        elif workers := server.workers():
            # the eldest: granian takes the same worker dying twice in 5.5 s for a loop of crashes, and ends
            os.kill(min(workers), signal.SIGKILL)
        kills += 1
    server.wait()
    return kills


def under_fire(server, key, actions, seconds):
    clients = [Client(server.port, key, actions[number], number) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        kills = kill_workers(server, seconds, Random(3))
    finally:
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join()
    return clients, kills


def entries_by_record(tx, event):
    """Record -> how many entries of the event name it."""
    rows = tx.execute(
        select(named.c.record_id, func.count())
        .join(ledger_detail, ledger_detail.c.idx == named.c.idx)
        .where(ledger_detail.c.event == event)
        .group_by(named.c.record_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def assert_kept(tx, clients):
    """Every acknowledged create once with one entry, every read and move with its entry."""
    kept = Counter(tx.execute(select(sighting.c.account)).scalars())
    submitted, read = (entries_by_record(tx, f"sharing:record:{what}") for what in ("submitted", "read"))
    moves = Counter(tx.execute(select(action_update.c.action_id)).scalars())
    listed = tx.execute(
        select(func.count()).where(ledger_detail.c.event == "sharing:record:listed")
    ).scalar_one()
    assert max(kept.values()) == 1
    for client in clients:
        done = client.done
        assert [word for word in done.created if kept[word] != 1] == []
        assert [record for record in done.created.values() if submitted[record] != 1] == []
        assert [record for record, times in done.read.items() if read[record] < times] == []
        assert [each for each, times in done.moved.items() if moves[each] < times] == []
    assert listed >= sum(client.done.listed for client in clients)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_when_servers_are_killed(kind, tmp_path):
    url = sqlite_url(tmp_path) if kind == "sqlite" else postgresql_url()
    server = Server(tmp_path / "data", url, workers=2)
    database = server.database()
    key, actions = prepare(database)
    database.close()
    server.start()
    clients, kills = under_fire(server, key, actions, SECONDS[kind])
    server.stop()
    database = server.database()
    while sequence(database, server.settings.data_dir, 4096):
        pass
    report = verify(database, server.settings.data_dir)
    assert (report.good, report.problem, report.pending) == (True, "", 0)
    with database.transaction() as tx:
        indices = list(tx.execute(select(ledger_leaf.c.idx).order_by(ledger_leaf.c.idx)).scalars())
        assert indices == list(range(len(indices)))
        assert_kept(tx, clients)
    database.close()
    created = sum(len(client.done.created) for client in clients)
    failed = sum(client.done.failed for client in clients)
    assert kills > 1
    assert created > 20
    sys.stdout.write(f"{kind}: {kills} kills, {created} created, {failed} requests failed\n")
