"""One round of load by wrk: a few connections on one thread, and what came back."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CONNECTIONS = 4


@dataclass(frozen=True)
class Target:
    """What is asked for: paths in turn, on a port of this machine."""

    port: int
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Round:
    """Requests a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p95: float
    requests: int


def load(target: Target, seconds: float, connections: int = CONNECTIONS) -> Round:
    """Ask for the paths over and over.

    Raises:
        SystemExit: if any answer was not good, or a connection failed.
    """
    command = ["wrk", "--threads", "1", "--connections", str(connections), "--timeout", "20s", "--latency"]
    command += ["--duration", f"{seconds:.0f}s", "--script", "benchmarks/rounds.lua"]
    for name, value in target.headers.items():
        command += ["--header", f"{name}: {value}"]
    command += [f"http://127.0.0.1:{target.port}/", "--", *target.paths]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"ROUND (\d+) (\d+) (\d+) (\d+) (\d+)", told)
    if numbers is None:
        raise SystemExit(f"wrk said nothing that could be read:\n{told}")
    requests, microseconds, p50, p95, failed = map(int, numbers.groups())
    if failed or not requests:
        raise SystemExit(f"{failed} answers from {target.paths[0]} failed, so nothing is measured:\n{told}")
    return Round(requests / microseconds * 1e6, p50 / 1000, p95 / 1000, requests)


def asked(target: Target, path: str | None = None) -> Any:
    """The JSON of one answer.

    Raises:
        SystemExit: if it is not a 200.
    """
    address = f"http://127.0.0.1:{target.port}{path or target.paths[0]}"
    wanted = urllib.request.Request(address, headers=dict(target.headers))
    with urllib.request.urlopen(wanted, timeout=60) as answer:
        if answer.status != 200:
            raise SystemExit(f"{address} answered {answer.status}")
        return json.loads(answer.read())
