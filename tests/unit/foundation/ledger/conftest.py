import threading
from http.server import ThreadingHTTPServer

import pytest

from foundation.ledger.verifier import verify, witness
from tests.databases import postgresql_url, sqlite_url
from tests.ledgers import make_ledger
from tests.verifying import Desk, quick_accepts


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request, tmp_path):
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    made = make_ledger(url, tmp_path / "data")
    yield made
    made.database.close()


@pytest.fixture
def desk(ledger, tmp_path):
    ledger.fill()
    found = Desk(tmp_path, ledger)
    found.fetch_policy()
    return found


@pytest.fixture
def embedded_desk(tmp_path):
    ledger = make_ledger(sqlite_url(tmp_path), tmp_path / "data")
    ledger.fill()
    found = Desk(tmp_path, ledger)
    found.fetch_policy()
    yield found
    ledger.database.close()


@pytest.fixture
def small_desk(tmp_path):
    """A log of two batches, as small as one can be with entries of others in it."""
    ledger = make_ledger(sqlite_url(tmp_path), tmp_path / "data")
    for count in (1, 2):
        ledger.add(count)
        ledger.sequence()
    found = Desk(tmp_path, ledger)
    found.fetch_policy()
    yield found
    ledger.database.close()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(verify, "accepts", quick_accepts)


@pytest.fixture
def alone(tmp_path):
    return witness.Witness.make(tmp_path / "witness", "havering.example/witness")


@pytest.fixture
def served(alone):
    with ThreadingHTTPServer(("127.0.0.1", 0), witness.handler_for(alone)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
