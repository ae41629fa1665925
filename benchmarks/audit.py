"""Goal 10, what the ledger costs: `python -m benchmarks.audit [--records 100000] [--rounds 5] [--write]`.

A list of fifty from a portal that leaves entries against one that leaves none, with one client, four and
sixteen; entries appended against bare inserts; and entries whose transactions do some work, by one client and
by sixteen, since readers must not wait for one another. Rounds are interleaved; ratios are medians over rounds.
`--write` keeps the figures in `docs/performance.md`.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from auth.keys import issue_key
from benchmarks import ledger_append, micro, postgres, report
from benchmarks.field import production
from benchmarks.load import Target, asked, load
from benchmarks.population import DENSE, PURPOSE
from benchmarks.report import Goal
from benchmarks.seed import account_of, seeded_ours
from benchmarks.servers import free_port, granian, running
from foundation import clock
from foundation.database import Database
from foundation.ledger.sealing import open_keys
from portal.app import spare_the_collector
from tests.ledgers import make_ledger

AUDITED, UNAUDITED = "run_audited", "run_unaudited"
APPLICATIONS = {
    AUDITED: "portal.app:create_serving_app",
    UNAUDITED: "benchmarks.unaudited:create_serving_app",
}
CLIENTS = (1, 4, 16)
SECONDS, APPEND_SECONDS = 15, 3
HEADING = "## What the ledger costs"

#: By workload, a figure for each round.
Rates = dict[str, list[float]]


@dataclass(frozen=True)
class Found:
    """Everything that one run found; rates are requests or transactions a second."""

    records: int
    rounds: int
    lists: Rates
    appends: Rates
    release: float
    load: tuple[float, float]
    at: datetime


@contextmanager
def portals(records: int, applications: Mapping[str, str]) -> Iterator[Mapping[str, Target]]:
    """These portals, each on a copy of the seeded database of its own, and the list that is asked of each."""
    template = seeded_ours(records)
    with ExitStack() as stack:
        targets = {}
        for name, application in applications.items():
            postgres.create(name, template)
            stack.callback(postgres.drop, name)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="concordat-bench-")))
            port = free_port()
            command = granian(application, port, factory=True)
            stack.enter_context(running(name, command, port, production(folder, port, name)))
            targets[name] = Target(port, ["/api/v1/incidents?limit=50"], _headers(name, folder))
        yield targets


def _headers(name: str, folder: Path) -> dict[str, str]:
    open_keys(folder)
    database = Database(postgres.url(name))
    key = issue_key(database, account_of(DENSE), [PURPOSE], datetime(2099, 1, 1, tzinfo=UTC))
    database.close()
    return {"Authorization": f"Bearer {key}", "Sharing-Purpose": PURPOSE, "X-Forwarded-Proto": "https"}


def lists(records: int, rounds: int, applications: Mapping[str, str] = APPLICATIONS) -> Rates:
    """Requests a second, by portal and number of clients."""
    rates: Rates = {f"{name} {clients}": [] for name in applications for clients in CLIENTS}
    with portals(records, applications) as targets:
        before = {name: _entries(name) for name in targets}
        for target in targets.values():
            asked(target)  # compiles the policy, in one of the workers
            load(target, 3)
        left = {name: _entries(name) - before[name] for name in targets}
        if any((name == UNAUDITED) == bool(left[name]) for name in targets):
            raise SystemExit(f"Entries were left where none should be, or none where they should: {left}")
        for turn in range(rounds):
            for clients in CLIENTS:
                for name in sorted(targets, reverse=bool(turn % 2)):
                    rates[f"{name} {clients}"].append(load(targets[name], SECONDS, clients).rate)
                    if name == AUDITED:
                        postgres.drain(name)
    return rates


def _entries(name: str) -> int:
    """How many entries of operations there are, waiting or not."""
    waiting = "(SELECT count(*) FROM ledger_pending)"
    with postgres.connect(name) as link:
        placed = "SELECT count(*) FROM ledger_detail WHERE operation <> 'manifest'"
        row = link.execute(f"SELECT {waiting} + ({placed})").fetchone()
    return row[0] if row else 0


def appends(rounds: int) -> Rates:
    """Transactions a second on PostgreSQL: bare and with an entry by eight, and at work by one and sixteen."""
    postgres.create("run_appends")
    with tempfile.TemporaryDirectory() as folder:
        spare_the_collector()  # as in every process that serves
        ledger = make_ledger(postgres.url("run_appends"), Path(folder))
        sixteen = Database(postgres.url("run_appends"), pool_size=16)
        ledger_append.bare.create(ledger.database.engine)
        works = {
            "bare 8": (ledger.database, ledger_append.bare_insert, 8),
            "append 8": (ledger.database, ledger_append.ledger_append, 8),
            "at work 1": (sixteen, ledger_append.append_at_work, 1),
            "at work 16": (sixteen, ledger_append.append_at_work, 16),
        }
        rates: Rates = {name: [] for name in works}
        for turn in range(-1, rounds):  # the first only warms
            for name, work in works.items():
                found = ledger_append.rate(*work, APPEND_SECONDS if turn >= 0 else 0.5)
                if turn >= 0:
                    rates[name].append(found)
                while ledger.sequence():
                    pass
        sixteen.close()
        if not ledger.verify().good:
            raise SystemExit("The log that was measured is not good.")
        ledger.database.close()
    postgres.drop("run_appends")
    return rates


def ratio(rates: Rates, one: str, other: str) -> float:
    """How many times the one is the other, the median over the rounds."""
    return median(a / b for a, b in zip(rates[one], rates[other], strict=True))


def goals(found: Found) -> list[Goal]:
    """What was asked for, and what was found."""
    made, left = found.appends, found.lists
    share = {
        clients: 100 * ratio(left, f"{AUDITED} {clients}", f"{UNAUDITED} {clients}") for clients in CLIENTS
    }
    more = {name: ratio(left, f"{name} 16", f"{name} 1") for name in APPLICATIONS}
    return [
        Goal(10, "audited list of 50 against unaudited, 4 clients", share[4], 90, 95, " %"),
        Goal(10, "the same with 16 clients", share[16], 90, 95, " %"),
        Goal(10, "ledger append against bare insert and commit, 8 connections",
             100 * ratio(made, "append 8", "bare 8"), 70, 80, " %"),
        Goal(10, "16 clients against 1, each with 10 ms of work beside its entry",
             ratio(made, "at work 16", "at work 1"), 8, 12),
        Goal(10, "how much more 16 clients get than 1, audited against unaudited",
             100 * more[AUDITED] / more[UNAUDITED], 90, 95, " %"),
        Goal(9, "release of 50 records of 25 fields", found.release, 0.2, 0.08, " ms", most=True),
    ]  # fmt: skip


def told(found: Found) -> str:
    """The part of `docs/performance.md`."""
    lines = [
        HEADING,
        "",
        f"Measured on {found.at.date().isoformat()} by `python -m benchmarks.audit --write`, "
        f"medians of {found.rounds} interleaved rounds of {SECONDS} s: {found.records:,} records; two portals of 2 "
        f"workers, each on a PostgreSQL {postgres.version()} database of its own with durable commits, on the "
        f"same {report.machine()} as client and database; Python {platform.python_version()}. "
        f"Load average before {found.load[0]:.1f}, after {found.load[1]:.1f}: others used the machine meanwhile.",
        "",
        "| goal | | found | must | aim | |",
        "|---|---|---|---|---|---|",
        *(goal.line() for goal in goals(found)),
        "",
        "| workload | a second (least to most) |",
        "|---|---|",
        *(_row(name, rates) for name, rates in (found.lists | found.appends).items()),
        "",
        *_NOTES,
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, rates: list[float]) -> str:
    words = name.replace(AUDITED, "audited list").replace(UNAUDITED, "unaudited list")
    place, _, clients = words.rpartition(" ")
    by = f"{clients} client{'' if clients == '1' else 's'}"
    return f"| {place}, {by} | {median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f}) |"


_NOTES = (
    "- The unaudited portal is `benchmarks/unaudited.py`: another function stands in the append's place. The",
    "  product has no such switch.",
    "- `at work`: the transaction lies open for 10 ms after its entry was written. A chain of hashes in the request",
    "  would let one through at a time.",
    "- Entries wait up to five seconds for the sequencer: those that wait at the end of a round are sequenced after it,",
    "  in the time of none.",
    "- A page of this population shows records of about thirty agencies. It leaves one entry, in which each reads a",
    "  view of its own (docs/decisions/0010).",
)


def measured(records: int, rounds: int) -> Found:
    """Every figure of one run."""
    begun = os.getloadavg()[0]
    listed, appended = lists(records, rounds), appends(rounds)
    return Found(
        records=records,
        rounds=rounds,
        lists=listed,
        appends=appended,
        release=micro.release_of_fifty(),
        load=(begun, os.getloadavg()[0]),
        at=clock.now(),
    )


def options_of(description: str | None) -> argparse.Namespace:
    """What a measurement of lists was called with: `records`, `rounds` and `write`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/performance.md")
    return parser.parse_args()


def main() -> None:
    options = options_of(__doc__)
    text = told(measured(options.records, options.rounds))
    print(text)
    if options.write:
        report.keep(HEADING, text)


if __name__ == "__main__":
    main()
