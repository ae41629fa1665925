"""The figures of one run."""

from dataclasses import dataclass, field
from statistics import median

from benchmarks.load import Round


@dataclass
class Rounds:
    """What the rounds of one workload gave; milliseconds are for each request."""

    rates: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    drained: list[float] = field(default_factory=list)

    def add(self, found: Round, *, cpu: float, database: float, drained: float) -> None:
        """Take in one more round; `drained` are the seconds until the ledger had caught up."""
        self.rates.append(found.rate)
        self.p50.append(found.p50)
        self.p95.append(found.p95)
        self.cpu.append(cpu)
        self.database.append(database)
        self.drained.append(drained)

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return median(self.rates)


@dataclass(frozen=True)
class Figures:
    """Everything that one run found.

    `release` is goal 9 in milliseconds, `load` the load averages before and after.
    """

    records: int
    seconds: float
    rounds: dict[str, Rounds]
    statements: dict[str, float]
    memory: dict[str, float]
    release: float
    load: tuple[tuple[float, float, float], tuple[float, float, float]]
    postgresql: str
