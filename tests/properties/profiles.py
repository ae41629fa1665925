"""How long the histories are: the same ones in each run of CI, and others at length by `make soak`."""

import os

from hypothesis import HealthCheck, Phase, settings

#: `make soak` sets it.
LONG = os.environ.get("CONCORDAT_SOAK_SECONDS")

_ALL = settings(
    deadline=None,
    database=None,
    derandomize=not LONG,
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
    stateful_step_count=25,
    suppress_health_check=list(HealthCheck),
)

#: Histories on each database.
HISTORIES = {
    "sqlite": settings(_ALL, max_examples=1000 if LONG else 50),
    "postgresql": settings(_ALL, max_examples=200 if LONG else 6),
}
#: Histories among which a planted fault must show.
PLANTED = settings(_ALL, max_examples=100, stateful_step_count=5, derandomize=True)
