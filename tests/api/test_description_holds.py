"""The door does what its own description says, asked by a tool that knows nothing else of it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response
from werkzeug.serving import make_server

from portal.api import agencies
from tests.api.doors import OFFICER, OPERATOR, Door
from tests.partnership import ROBBERY

#: Seconds for each key; a longer search is asked for by hand.
SECONDS = 25
#: The rules of the field refuse what is well formed, such as a period that ends before it begins.
BEYOND_A_SCHEMA = "positive_data_acceptance"


@pytest.fixture(scope="module")
def address(sharing: Door) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, sharing.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


def search(folder: Path, address: str, key: str, *more: str) -> subprocess.CompletedProcess[str]:
    asked = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"{address}/api/v1/openapi.json",
        *("--header", f"Authorization: Bearer {key}", "--header", f"Sharing-Purpose: {ROBBERY}"),
        *("--checks", "all", "--exclude-checks", BEYOND_A_SCHEMA),
        *("--phases", "coverage,fuzzing", "--max-examples", "3", "--max-time", str(SECONDS)),
        *("--seed", "20260217", "--generation-database", "none", "--no-color"),
    ]
    return subprocess.run([*asked, *more], capture_output=True, text=True, check=False, cwd=folder)


@pytest.mark.parametrize("who", [OPERATOR, OFFICER])
def test_no_request_that_the_description_allows_or_forbids_is_answered_against_it(
    tmp_path, sharing, address, who
):
    done = search(tmp_path, address, sharing.key(who))
    assert done.returncode == 0, done.stdout[-6000:]
    assert "generated" in done.stdout


def test_answer_that_is_not_described_is_found(tmp_path, sharing, address, monkeypatch):
    monkeypatch.setattr(agencies, "json_response", lambda _body: Response("a page", mimetype="text/html"))
    done = search(tmp_path, address, sharing.key(OPERATOR), "--include-path", "/api/v1/agencies")
    assert done.returncode == 1
    assert "Undocumented Content-Type" in done.stdout
