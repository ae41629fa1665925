"""A worker is killed in the middle of a job: the next one does it, and there is one effect."""

import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select, update

from auth.tables import user
from foundation.outbox.tables import outbox
from sharing.exports.tables import export
from sharing.webhooks.tables import webhook_delivery
from tests.api.doors import EVERYBODY, OPERATOR, TRANSPORT_ANALYST, open_door_at, sighting
from tests.databases import database_settings, postgresql_url, sqlite_url
from tests.partnership import ROBBERY
from tests.portal import close

ROOT = Path(__file__).parents[2]
#: Without settings of the tests themselves, which a portal refuses.
AROUND = {name: value for name, value in os.environ.items() if not name.startswith("CONCORDAT_")}
_PATIENCE = 60


class Place:
    """A portal on a database of its own, and workers for it: processes of the command line."""

    def __init__(self, folder, url):
        self.folder, self.url = folder, url
        self.more = {"CONCORDAT_WEBHOOK_LOOPBACK": "yes", "CONCORDAT_JOB_LEASE_SECONDS": "2"}
        self.door = open_door_at(folder, url, **self.more)
        self.workers = set()

    def worker(self):
        """Start a worker."""
        environment = {
            **AROUND,
            **self.more,
            "CONCORDAT_ENVIRONMENT": "demonstration",
            "CONCORDAT_DATA_DIR": str(self.folder),
            **database_settings(self.url),
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
        child = subprocess.Popen(command, cwd=ROOT, env=environment)
        self.workers.add(child)
        return child

    def kill(self, child):
        """End a worker as the kernel does when memory runs out, or a hand that pulls the plug."""
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.workers.discard(child)

    def rows(self, statement):
        with self.door.database.transaction() as tx:
            return tx.execute(statement).all()

    def wait(self, there):
        """Wait until it is so."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if there():
                return
            time.sleep(0.01)
        pytest.fail("it did not come to be")

    def close(self):
        for each in list(self.workers):
            self.kill(each)
        close(self.door.app)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    made = Place(tmp_path, url)
    yield made
    made.close()


def test_an_export_whose_worker_is_killed_is_made_once(place):
    door = place.door
    for _ in range(12):
        door.made("sightings", OPERATOR, sighting(EVERYBODY))
    answer = door.post("exports", TRANSPORT_ANALYST, {"type": "sighting", "format": "pdf"})
    attempts = select(outbox.c.attempts).where(outbox.c.kind == "export:make")
    first = place.worker()
    place.wait(lambda: place.rows(attempts) == [(1,)])
    place.kill(first)
    assert place.rows(select(export.c.state)) == [("waiting",)]
    place.worker()
    place.wait(lambda: place.rows(select(export.c.state)) == [("ready",)])
    events = [entry["event"] for entry in door.entries()]
    assert events.count("sharing:export:made") == 1
    assert place.rows(attempts) == [(2,)]
    assert len(place.rows(select(outbox.c.id).where(outbox.c.kind == "export:clear"))) == 1
    assert door.get(f"exports/{answer.json['id']}/file", TRANSPORT_ANALYST).data.startswith(b"%PDF")


def test_a_message_whose_sender_is_killed_comes_again_under_its_id_and_is_entered_once(place):
    came, hold = [], threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            came.append(self.headers["Concordat-Delivery"])
            self.rfile.read(int(self.headers["Content-Length"]))
            if len(came) == 1:
                hold.wait(_PATIENCE)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    door = place.door
    with door.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == "kate-lindqvist").values(roles=["administrator"]))
    body = {
        "url": f"http://127.0.0.1:{server.server_port}/",
        "events": ["record:released"],
        "account": "hugh-barrow",
        "purpose": ROBBERY,
    }
    assert door.post("webhooks", "kate-lindqvist", body).status_code == 201
    door.made("sightings", OPERATOR, sighting(EVERYBODY))
    first = place.worker()
    place.wait(lambda: len(came) == 1)
    place.kill(first)
    place.worker()
    delivered = select(webhook_delivery.c.state, webhook_delivery.c.attempts)
    place.wait(lambda: place.rows(delivered) == [("delivered", 2)])
    hold.set()
    server.shutdown()
    server.server_close()
    assert len(came) == 2
    assert len(set(came)) == 1
    assert [entry["event"] for entry in door.entries()].count("sharing:webhook:told") == 1


def test_a_worker_of_the_command_line_ends_when_it_is_asked_to(tmp_path):
    url = sqlite_url(tmp_path)
    place = Place(tmp_path, url)
    environment = {
        **AROUND,
        "CONCORDAT_ENVIRONMENT": "demonstration",
        "CONCORDAT_DATA_DIR": str(tmp_path),
        "CONCORDAT_DATABASE_URL": url,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as worker:
        assert worker.stdout.readline() == b"Jobs are being done.\n"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=_PATIENCE) == 0
    place.close()


def test_what_is_due_is_done_at_once_and_the_command_ends(place):
    place.door.made("sightings", OPERATOR, sighting(EVERYBODY))
    place.door.post("exports", TRANSPORT_ANALYST, {"type": "sighting", "format": "csv"})
    runner = place.door.app.test_cli_runner()
    assert "1 jobs done" in runner.invoke(args=["jobs", "work", "--once"]).output
    assert place.rows(select(export.c.state)) == [("ready",)]
