"""The figures as text: the goals first, each with what it must and should reach, then all the rest."""

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.figures import Figures, Rounds
from benchmarks.population import AGENCIES, AGREEMENTS, SEED
from benchmarks.servers import THREADS, WORKERS
from foundation import clock

PERFORMANCE = Path(__file__).parent.parent / "docs" / "performance.md"
_PARTS = ("flask", "sqlalchemy", "psycopg", "orjson", "granian")


@dataclass(frozen=True)
class Goal:
    """One goal: what was found, what it must reach and is meant to reach; `most` where less is better."""

    number: int
    about: str
    found: float
    must: float
    aim: float
    unit: str = " times"
    most: bool = False

    def reached(self) -> str:
        """How far it was reached, in a word or two."""
        sign = -1 if self.most else 1
        if sign * self.found >= sign * self.aim:
            return "aim met"
        return "met" if sign * self.found >= sign * self.must else "missed"

    def line(self) -> str:
        """A row of the table."""
        sign, unit = "≤" if self.most else "≥", self.unit
        found, must, aim = (
            f"**{self.found:.3g}{unit}**",
            f"{sign} {self.must:g}{unit}",
            f"{sign} {self.aim:g}{unit}",
        )
        return f"| {self.number} | {self.about} | {found} | {must} | {aim} | {self.reached()} |"


def goals(figures: Figures) -> list[Goal]:
    """The goals of this run, in order."""
    rate = {name: rounds.rate for name, rounds in figures.rounds.items()}
    p95 = {name: median(rounds.p95) for name, rounds in figures.rounds.items()}
    ours = [count for name, count in figures.statements.items() if name.startswith("list of")]
    listed, detail = rate["list dense portal"], rate["detail portal"]
    late = p95["list dense portal"] / p95["list dense peer"]
    sparse = rate["list sparse portal"] / rate["list sparse peer"]
    return [
        Goal(1, "list of 50 against Django", listed / rate["list dense peer"], 6, 10),
        Goal(1, "the same for the agency that sees 300 rows", sparse, 6, 10),
        Goal(1, "its p95 against Django's", late, 0.2, 0.2, most=True),
        Goal(1, "list of 50 against hello", 100 * listed / rate["hello"], 5, 9, " %"),
        Goal(3, "detail against Django", detail / rate["detail peer"], 4, 6),
        Goal(3, "detail against hello", 100 * detail / rate["hello"], 9, 15, " %"),
        Goal(6, "SQL statements of a list of 10, 50, 200 rows", max(ours), 5, 4, "", most=True),
        Goal(6, "how much they differ", max(ours) - min(ours), 0, 0, "", most=True),
        Goal(9, "release of 50 records of 25 fields", figures.release, 0.2, 0.08, " ms", most=True),
    ]


def spoken(figures: Figures) -> str:
    """The figures for a terminal, and for the page between its words."""
    lines = ["| goal | | found | must | aim | |", "|---|---|---|---|---|---|"]
    lines += [goal.line() for goal in goals(figures)]
    lines += [
        "",
        "| workload | requests a second (least to most) | p50 ms | p95 ms | processor ms: server, database |",
    ]
    lines += ["|---|---|---|---|---|", *(_row(*each) for each in figures.rounds.items()), ""]
    return "\n".join([*lines, *_rest(figures)])


def _row(name: str, rounds: Rounds) -> str:
    span = f"{rounds.rate:.0f} ({min(rounds.rates):.0f} to {max(rounds.rates):.0f})"
    spent = f"{median(rounds.cpu):.2f}, {median(rounds.database):.2f}"
    return f"| {name} | {span} | {median(rounds.p50):.1f} | {median(rounds.p95):.1f} | {spent} |"


def _rest(figures: Figures) -> Iterator[str]:
    spent = {name: median(each.cpu) + median(each.database) for name, each in figures.rounds.items()}
    saved = (
        spent["list dense peer"] / spent["list dense portal"],
        spent["detail peer"] / spent["detail portal"],
    )
    told = ", ".join(f"{name} {count:g}" for name, count in figures.statements.items())
    held = ", ".join(f"{name} {size:.0f} MB" for name, size in figures.memory.items())
    waits = max(max(rounds.drained) for rounds in figures.rounds.values())
    (before, *_), (after, *_) = figures.load
    yield f"- Processor time: Django takes {saved[0]:.1f} times ours for a list, {saved[1]:.1f} for a detail."
    yield f"- SQL statements of a request: {told}."
    yield f"- Most memory of a process: {held}."
    yield f"- Longest until the ledger had sequenced every entry of a round: {waits:.1f} s."
    yield f"- Load average before {before:.1f}, after {after:.1f}, on {machine()}."


def keep(heading: str, text: str) -> None:
    """Put the part under its heading into `docs/performance.md`, in the place of the one that was there."""
    before, _, after = PERFORMANCE.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    _, found, later = after.partition("\n## ")
    PERFORMANCE.write_text(f"{before}\n{text}{found}{later}", encoding="utf-8")


def keep_first(text: str) -> None:
    """Put what stands before the first of such headings there; the parts under them stay."""
    _, found, later = PERFORMANCE.read_text(encoding="utf-8").partition("\n## ")
    PERFORMANCE.write_text(f"{text}{found}{later}", encoding="utf-8")


def page(figures: Figures) -> str:
    """The first part of `docs/performance.md`."""
    versions = ", ".join(f"{name} {version(name)}" for name in _PARTS)
    conditions = (
        f"Measured on {clock.today().isoformat()} by `python -m benchmarks.run --write`, median of "
        f"{len(figures.rounds['hello'].rates)} interleaved rounds of {figures.seconds:.0f} s, 4 connections: "
        f"{figures.records:,} records, {AGENCIES} agencies, {AGREEMENTS} agreements of 2 to 60 parties, "
        f"seed {SEED}; {WORKERS} workers of {THREADS} threads; client, servers and database on the same "
        f"{machine()}; "
        f"Python {platform.python_version()}, PostgreSQL {figures.postgresql}, durable commits, {versions}."
    )
    return f"{_HEAD}\n{conditions}\n\n{spoken(figures)}\n{_FOOT}"


def machine() -> str:
    """The processors and the memory of this machine."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in text if line.startswith("model name")]
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) / 1024**2
    return f"{len(models)} cores ({models[0] if models else platform.machine()}), {memory:.0f} GB"


_HEAD = """\
# Performance

Ratios count, since they were taken side by side in one run; absolute figures are shown beside them only.
"""

_FOOT = """
What stands behind the figures:

- `hello` is a bare Flask view under the same server: the floor of this machine.
- The peer is `benchmarks/peer_django`: Django, REST framework, guardian with direct foreign keys, auditlog.
  It shows the same rows to the same agencies, hides and coarsens fields for businesses, logs every row shown.
- Every answer of Concordat is decided under the agreements, redacted, and in the ledger before it leaves.
  The ledger's sequencer runs beside the requests and its processor time is counted among theirs.
- `dense` reads for an agency of 66 agreements that sees a fifth of all records, `sparse` for one of a single
  agreement that sees 300.
- The list of the JSON door holds no persons, at both. No field is sealed yet; goal 1 asks for five.
- The client is closed-loop (wrk): its p95 hides what waits outside.

Run it again with `make bench` (short rounds; the first run seeds, which takes two minutes).
"""
