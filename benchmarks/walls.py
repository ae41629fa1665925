"""What row-level security costs: a list, one record and a search, with it and without, on PostgreSQL.

Run with `python -m benchmarks.walls [records]` from the top of the repository (Linux alone). Both are asked in
turns, in one process; where there is no wall the database is asked as its superuser. It prints milliseconds of
processor time, of this process and of the database's, so that other work on the machine does not count.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from time import process_time

from sqlalchemy import text

from auth.actor import Actor
from auth.keys import find_key, issue_key
from benchmarks import population, postgres
from benchmarks.seed import account_of, fill
from foundation import clock, credential
from foundation.database import Database
from foundation.ledger.sealing import open_keys
from foundation.walls import REQUESTS
from sharing.disclosure import list_records, read_record, search

NAME, ROUNDS, WARM = "run_walls", 100, 15


class Asked:
    """One of the two: its only connection, and what it has taken so far."""

    def __init__(self, *, walled: bool) -> None:
        role = REQUESTS if walled else "postgres"
        self.database = Database(postgres.url(NAME, role), pool_size=1, walled=walled)
        self.here = self.there = 0.0

    def ask(self, read: Callable[[Database], object], token: str) -> None:
        """Ask once and add what it took."""
        with credential.presenting(credential.Shown(token)):
            with self.database.transaction() as tx:
                backend = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
            here, there = process_time(), _spent(backend)
            read(self.database)
            self.here += process_time() - here
            self.there += _spent(backend) - there

    def taken(self) -> str:
        """Milliseconds of a round, and a new start."""
        said = f"{self.here / ROUNDS * 1000:.2f} + {self.there / ROUNDS * 1000:.2f}"
        self.here = self.there = 0.0
        return said


def _spent(process: int) -> float:
    """Seconds of processor time. Source: Documentation/scheduler/sched-stats.rst."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def _asker(database: Database) -> tuple[Actor, str]:
    """An agency's account, and the token of a key of its."""
    until = clock.now() + timedelta(days=1)
    account = account_of(population.agencies()[0].id)
    token = issue_key(database, account, [population.PURPOSE], until)
    found = find_key(database, token, population.PURPOSE, "127.0.0.1")
    if found is None:
        raise SystemExit("The key is not good.")
    return found.actor, token


def main() -> None:
    """Seed, measure and print."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    postgres.create(NAME)
    open_keys(postgres.HERE)
    free, walled = Asked(walled=False), Asked(walled=True)
    fill(free.database, records)
    with postgres.connect(NAME) as link:
        link.execute("VACUUM ANALYZE")
    actor, token = _asker(free.database)
    one = list_records(free.database, actor, "incident").records[0].id
    reads: Mapping[str, Callable[[Database], object]] = {
        "a list of fifty": lambda database: list_records(database, actor, "incident"),
        "one record": lambda database: read_record(database, actor, "incident", one),
        "a search": lambda database: search(database, actor, ("robbery",), ("incident",)),
    }
    print(f"{records:,} incidents; milliseconds of the portal + of the database")
    for name, read in reads.items():
        for number in range(WARM + ROUNDS):
            if number == WARM:
                free.taken(), walled.taken()
            for each in (free, walled):
                each.ask(read, token)
        print(f"{name}: without {free.taken()}, with {walled.taken()}")
    for each in (free, walled):
        each.database.close()


if __name__ == "__main__":
    main()
