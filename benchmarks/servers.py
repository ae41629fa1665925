"""Starts and stops the servers that are measured, and reads what they cost from `/proc`."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WORKERS, THREADS = 2, 8
_STARTS_WITHIN, _STOPS_WITHIN = 60, 10  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """One server that listens on a port of this machine."""

    name: str
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time of all its processes until now."""
        return sum(cpu_seconds(pid) for pid in family(self.pid))

    def memory(self) -> float:
        """The most that any of its processes has held, in MB."""
        return max(_peak(pid) for pid in family(self.pid))


def granian(application: str, port: int, python: str = sys.executable, *, factory: bool = False) -> list[str]:
    """The command that serves an application as Concordat serves itself."""
    command = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS),
        "--no-ws",
        "--log-level",
        "error",
    ]
    return [*command, *(["--factory"] if factory else []), application]


@contextmanager
def running(name: str, command: Sequence[str], port: int, environ: Mapping[str, str]) -> Iterator[Server]:
    """The server until the block ends; raises if it does not come to listen."""
    root = Path(__file__).parent.parent
    process = subprocess.Popen(command, env=dict(environ), cwd=root, start_new_session=True)
    try:
        _await(process, port)
        yield Server(name, port, process.pid)
    finally:
        _end(process)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children = [
        int(child)
        for thread in Path(f"/proc/{pid}/task").glob("*/children")
        for child in _text(thread).split()
    ]
    return [pid, *(each for child in children for each in family(child))]


def cpu_seconds(pid: int) -> float:
    """Processor time of one process, its own and the kernel's for it; its ended children's too."""
    fields = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS if fields else 0.0


def _peak(pid: int) -> float:
    for line in _text(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            raise SystemExit(f"A server ended before it listened: {process.args}")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(1)  # its other worker
                return
        time.sleep(0.1)
    raise SystemExit(f"A server did not come to listen: {process.args}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
