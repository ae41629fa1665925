"""The figures as text: goals first, each with what it must be and is meant to be, then the rest."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.figures import Figures
from benchmarks.population import AGENCIES, AGREEMENTS, SEED
from benchmarks.servers import THREADS, WORKERS
from foundation import clock


@dataclass(frozen=True)
class Goal:
    """One goal: what was found, what it must reach and is meant to reach; `most` where less is better."""

    number: int
    about: str
    found: float
    must: float
    aim: float
    unit: str = "×"
    most: bool = False

    def met(self) -> str:
        """In one word or two."""

        def reached(wanted: float) -> bool:
            return self.found <= wanted if self.most else self.found >= wanted

        return "aim met" if reached(self.aim) else "met" if reached(self.must) else "MISSED"


def goals(figures: Figures) -> list[Goal]:
    """The goals of this run, in order."""
    rate = {name: rounds.rate for name, rounds in figures.rounds.items()}
    p95 = {name: median(rounds.p95) for name, rounds in figures.rounds.items()}
    ours = [count for name, count in figures.statements.items() if name.startswith("list of")]
    listed, detail = rate["list dense portal"], rate["detail portal"]
    return [
        Goal(1, "list of 50 against Django", listed / rate["list dense peer"], 6, 10),
        Goal(1, "list of 50 against hello", 100 * listed / rate["hello"], 5, 9, " %"),
        Goal(
            1,
            "list of 50, p95 against Django's",
            p95["list dense portal"] / p95["list dense peer"],
            0.2,
            0.2,
            most=True,
        ),
        Goal(
            1,
            "the same for the sparse agency, against Django",
            rate["list sparse portal"] / rate["list sparse peer"],
            6,
            10,
        ),
        Goal(3, "detail against Django", detail / rate["detail peer"], 4, 6),
        Goal(3, "detail against hello", 100 * detail / rate["hello"], 9, 15, " %"),
        Goal(6, "SQL statements of a list of 10, 50 and 200 rows", max(ours), 5, 4, "", most=True),
        Goal(6, "the most beyond the least of them", max(ours) - min(ours), 0, 0, "", most=True),
        Goal(9, "release of 50 records of 25 fields", figures.release, 0.2, 0.08, " ms", most=True),
    ]


def spoken(figures: Figures) -> str:
    """The figures for a terminal, and for the page between its words."""
    lines = ["| goal | | found | must | aim | |", "|---|---|---|---|---|---|"]
    for goal in goals(figures):
        sign = "≤" if goal.most else "≥"
        lines.append(
            f"| {goal.number} | {goal.about} | **{goal.found:.3g}{goal.unit}** | {sign} {goal.must:g}{goal.unit} "
            f"| {sign} {goal.aim:g}{goal.unit} | {goal.met()} |"
        )
    lines += [
        "",
        "| workload | requests/s (least–most) | p50 ms | p95 ms | server CPU ms | database CPU ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, rounds in figures.rounds.items():
        lines.append(
            f"| {name} | {rounds.rate:.0f} ({min(rounds.rates):.0f}–{max(rounds.rates):.0f}) "
            f"| {median(rounds.p50):.1f} | {median(rounds.p95):.1f} "
            f"| {median(rounds.cpu):.2f} | {median(rounds.database):.2f} |"
        )
    told = ", ".join(f"{name}: {count:g}" for name, count in figures.statements.items())
    held = ", ".join(f"{name} {size:.0f} MB" for name, size in figures.memory.items())
    waits = max(max(rounds.drained) for rounds in figures.rounds.values())
    (before, *_), (after, *_) = figures.load
    lines += [
        "",
        f"Statements: {told}.",
        f"Peak memory of a process: {held}.",
        f"Longest time after a round until the ledger had sequenced every entry: {waits:.1f} s.",
        f"Load average before {before:.1f}, after {after:.1f}; {_machine()}.",
    ]
    return "\n".join(lines)


def page(figures: Figures) -> str:
    """`docs/performance.md`."""
    return "\n".join((*_HEAD, *_conditions(figures), "", spoken(figures), "", *_FOOT, ""))


def _conditions(figures: Figures) -> list[str]:
    parts = ("flask", "sqlalchemy", "psycopg", "orjson", "granian")
    versions = ", ".join(f"{name} {version(name)}" for name in parts)
    return [
        f"Measured on {clock.today().isoformat()} by `python -m benchmarks.run --write` "
        f"({figures.seconds:.0f} s a round): {figures.records:,} records, {AGENCIES} agencies, {AGREEMENTS} agreements of "
        f"2 to 60 parties, seed {SEED}; {WORKERS} workers of {THREADS} threads each; Python "
        f"{platform.python_version()}, PostgreSQL {figures.postgresql} with durable commits, {versions}.",
    ]


def _machine() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in text if line.startswith("model name")]
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) // 1024**2
    return f"{len(models)} cores of {models[0] if models else platform.machine()}, {memory} GB of memory"


_HEAD = ("# Performance", "")
_FOOT = ("",)
