"""Measures goals 1, 3, 6 and 9: `python -m benchmarks.run [--short] [--records 100000] [--write]`.

Prints ratios first; `--write` keeps the figures in `docs/performance.md`.
"""

import argparse
import os
import time

from benchmarks import micro, postgres
from benchmarks.field import OURS, PEER, Field, standing
from benchmarks.figures import Figures, Rounds
from benchmarks.load import Target, asked, load
from benchmarks.report import keep_first, page, spoken
from benchmarks.servers import cpu_seconds, family
from benchmarks.statements import count_statements

_ROUNDS = 5


def measured(records: int, seconds: float) -> Figures:
    """Every figure of one run."""
    with standing(records) as field:
        for target in field.targets.values():
            load(target, 1)  # warm: connections, compiled policy, prepared statements
        postgres.drain(OURS)
        rounds = {name: Rounds() for name in field.targets}
        begun = os.getloadavg()
        for _ in range(_ROUNDS):
            for name, target in field.targets.items():
                _one(field, target, seconds, rounds[name])
        statements = _statements(field)
        memory = {name: server.memory() for name, server in field.servers.items()}
    return Figures(
        records=records,
        seconds=seconds,
        rounds=rounds,
        statements=statements,
        memory=memory,
        release=micro.release_of_fifty(),
        load=(begun, os.getloadavg()),
        postgresql=postgres.version(),
    )


def _one(field: Field, target: Target, seconds: float, rounds: Rounds) -> None:
    server = next(each for each in field.servers.values() if each.port == target.port)
    before = server.cpu_seconds(), _database_seconds()
    found = load(target, seconds)
    after = server.cpu_seconds(), _database_seconds()
    begun = time.perf_counter()
    postgres.drain(OURS)
    rounds.add(
        found,
        cpu=(after[0] - before[0]) / found.requests * 1000,
        database=(after[1] - before[1]) / found.requests * 1000,
        drained=time.perf_counter() - begun,
    )


def _database_seconds() -> float:
    return sum(cpu_seconds(pid) for pid in family(postgres.postmaster()))


def _statements(field: Field) -> dict[str, float]:
    """Statements of one list of 10, 50 and 200 rows, and of the peer's list and the details."""
    listed = field.targets["list dense portal"]
    found = {
        f"list of {rows}": count_statements(
            OURS, lambda rows=rows: asked(listed, f"/api/v1/incidents?limit={rows}")
        )
        for rows in (10, 50, 200)
    }
    found["detail"] = count_statements(OURS, lambda: asked(field.targets["detail portal"]))
    found["peer's list of 50"] = count_statements(PEER, lambda: asked(field.targets["list dense peer"]))
    found["peer's detail"] = count_statements(PEER, lambda: asked(field.targets["detail peer"]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--short", action="store_true", help="rounds of 2 seconds instead of 3")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/performance.md")
    options = parser.parse_args()
    figures = measured(options.records, 2 if options.short else 3)
    print(spoken(figures))
    if options.write:
        keep_first(page(figures))


if __name__ == "__main__":
    main()
