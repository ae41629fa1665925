"""The portal as it really runs: its own server process on a free loopback port, with its own data folder."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from foundation import clock
from foundation.database import Database
from foundation.files import Files
from foundation.ledger.sealing import open_keys
from foundation.settings import Settings
from portal.cli.setup import prepare_all
from sharing.demonstration.loading import Size, load
from tests.databases import database_settings

ROOT = Path(__file__).parents[2]
#: A start builds the application once in each process; a busy machine is given this many seconds.
_PATIENCE = 30


def free_port() -> int:
    """A port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One server: its settings, and its process while it runs."""

    def __init__(self, folder: Path, url: str = "", workers: int = 1, **more: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "CONCORDAT_ENVIRONMENT": "demonstration",
            "CONCORDAT_DATA_DIR": str(folder),
            **database_settings(url or f"sqlite:///{folder / 'concordat.sqlite3'}"),
            "CONCORDAT_WORKERS": str(workers),
            "PORT": str(self.port),
            **more,
        }
        mask = os.umask(0o077)
        prepare_all(Settings.without_secret(self.environment))
        os.umask(mask)
        self.settings = Settings.from_environment(self.environment)
        self.process: subprocess.Popen[bytes] | None = None

    def database(self) -> Database:
        """The server's database from behind its walls, for looking into; whoever asks closes it."""
        open_keys(self.settings.data_dir)
        return Database(self.settings.database_owner_url)

    def load_demonstration(self) -> None:
        """Load the small demonstration; before the start."""
        database = self.database()
        load(database, Files(self.settings.media_url), Size.SMALL, clock.now(), lambda _done, _whole: None)
        database.close()

    def start(self) -> None:
        """Start the process and wait until it answers."""
        # the server refuses settings that it does not know, such as those of the tests themselves
        around = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.cli.serve"],
            cwd=ROOT,
            env={**around, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers."""
        until = time.monotonic() + _PATIENCE
        while not self.answers():
            assert self.process is not None
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < until, "the server did not answer in time"
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether the sign-in page is served."""
        try:
            with urllib.request.urlopen(f"{self.address}/sign-in", timeout=5) as answer:  # noqa: S310 - loopback
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def workers(self) -> list[int]:
        """The ids of the processes that answer requests: every child of the one that was started."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [pid for pid in map(int, listed.split()) if _serves(pid)]

    def kill(self) -> None:
        """End every process of the server at once, without warning."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the server in good order."""
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()


def _serves(pid: int) -> bool:
    try:
        return b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
