"""What an entry costs: ledger appends a second against a bare insert, each with its own commit.

    python -m benchmarks.ledger_append [seconds of a round]

SQLite with 16 threads sharing group commits, PostgreSQL with 8 connections. Both workloads go through
`Database.transaction`. Rounds are interleaved and medians are taken; the ratio is what counts. A third
workload appends while the sequencer runs beside it.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Column, LargeBinary, MetaData, String, Table, insert

from foundation.database import Database, Tx
from foundation.ledger.append import append
from foundation.ledger.runner import Sequencer
from portal.app import spare_the_collector
from tests.databases import postgresql_url, sqlite_url
from tests.ledgers import Ledger, an_entry, make_ledger

ROUNDS = 5

#: As wide as an entry, written by one plain statement.
bare = Table(
    "bare",
    MetaData(),
    Column("id", String(36), primary_key=True),
    Column("nonce", LargeBinary, nullable=False),
    Column("text", String, nullable=False),
)
_INSERT = insert(bare)
_TEXT = "x" * 420
_ENTRY = an_entry(2)


def bare_insert(tx: Tx) -> None:
    tx.execute(_INSERT, {"id": str(uuid4()), "nonce": bytes(85), "text": _TEXT})


def ledger_append(tx: Tx) -> None:
    append(tx, _ENTRY)


def append_at_work(tx: Tx) -> None:
    """An entry, and then ten milliseconds in which its transaction lies open."""
    append(tx, _ENTRY)
    time.sleep(0.01)


def rate(database: Database, work: Callable[[Tx], object], threads: int, seconds: float) -> float:
    """Transactions a second over all threads."""
    counts = [0] * threads
    until = time.monotonic() + seconds

    def go(place: int) -> None:
        while time.monotonic() < until:
            with database.transaction() as tx:
                work(tx)
            counts[place] += 1

    running = [threading.Thread(target=go, args=(place,)) for place in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts) / seconds


def measure(name: str, ledger: Ledger, threads: int, seconds: float) -> None:
    bare.create(ledger.database.engine)
    rates: dict[str, list[float]] = {"bare": [], "append": [], "sequenced": []}
    for work in (bare_insert, ledger_append):
        rate(ledger.database, work, threads, seconds / 4)  # warm
    for _ in range(ROUNDS):
        rates["bare"].append(rate(ledger.database, bare_insert, threads, seconds))
        rates["append"].append(rate(ledger.database, ledger_append, threads, seconds))
        while ledger.sequence():
            pass
        sequencer = Sequencer(ledger.database, ledger.data_dir)
        sequencer.start()
        rates["sequenced"].append(rate(ledger.database, ledger_append, threads, seconds))
        sequencer.stop()
        while ledger.sequence():
            pass
    medians = {key: statistics.median(values) for key, values in rates.items()}
    ratio = statistics.median(a / b for a, b in zip(rates["append"], rates["bare"], strict=True))
    beside = statistics.median(a / b for a, b in zip(rates["sequenced"], rates["bare"], strict=True))
    print(f"{name}: append/bare {ratio:.2f}, with the sequencer beside it {beside:.2f}")
    print("  a second: " + ", ".join(f"{key} {value:,.0f}" for key, value in medians.items()))
    report = ledger.verify()
    print(f"  verified {report.leaves} leaves: {'good' if report.good else report.problem}")
    ledger.database.close()


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    spare_the_collector()  # as in every process that serves
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        measure("SQLite, 16 threads", make_ledger(sqlite_url(place), place / "one"), 16, seconds)
        measure("PostgreSQL, 8 connections", make_ledger(postgresql_url(), place / "two"), 8, seconds)


if __name__ == "__main__":
    main()
