"""A server that has answered long holds no more files, connections or threads than a fresh one."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from auth.sessions import Limits, open_session
from auth.tables import user
from tests.databases import postgresql_url
from tests.journeys.server import Server

_LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
_ROUNDS, _MORE = 15, 45
#: Connections that the server is still closing, and threads that its pools begin when they are first needed.
_LOOSE = 4
_PATIENCE = 10.0


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = "" if request.param == "sqlite" else postgresql_url()
    started = Server(tmp_path_factory.mktemp("portal"), url)
    started.load_demonstration()
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def cookie(server: Server) -> str:
    database = server.database()
    with database.transaction() as tx:
        person = tx.execute(select(user.c.id).where(user.c.demonstration.is_not(None)).limit(1)).scalar_one()
        token = open_session(tx, person, _LIMITS, way="passkey")
    database.close()
    return f"concordat={token}"


def held(server: Server) -> tuple[int, int]:
    """How many files and sockets, and how many threads, the processes of the server hold."""
    places = [Path(f"/proc/{pid}") for pid in server.workers()]
    assert places
    return (
        sum(len(list((place / "fd").iterdir())) for place in places),
        sum(len(list((place / "task").iterdir())) for place in places),
    )


def ask(server: Server, path: str, *, cookie: str = "", data: bytes | None = None, **headers: str) -> int:
    said = {"Cookie": cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
    asked = urllib.request.Request(f"{server.address}{path}", data=data, headers=said)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            refused.read()
        return refused.code


def break_off(server: Server, raw: bytes) -> None:
    """Begin a request and go away."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=_PATIENCE) as link:
        link.sendall(raw)


def one_round(server: Server, cookie: str) -> list[int]:
    """One of everything that takes something: pages, files, refusals, bad pictures, cut connections."""
    break_off(server, b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n")
    break_off(server, b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nemail=")
    return [
        ask(server, "/account", cookie=cookie),
        ask(server, "/sign-in"),
        ask(server, "/static/concordat.css"),
        ask(server, "/nothing"),
        ask(server, "/account", cookie="concordat=made-up"),
        ask(server, "/health"),
        ask(server, "/api/v1/sightings", Authorization="Bearer made-up"),
        ask(server, "/policy-reports", data=b"{", Content_Type="application/csp-report"),
        ask(server, "/sign-in", data=b"x" * 300_000, Content_Type="application/octet-stream"),
    ]


def test_files_connections_and_threads_do_not_grow(server: Server, cookie: str) -> None:
    for _ in range(_ROUNDS):
        answered = one_round(server, cookie)
    files, threads = held(server)
    for _ in range(_MORE):
        assert one_round(server, cookie) == answered
    assert answered[0] == 200, "the session is good, so that pages are read from the database"
    now_files, now_threads = held(server)
    assert now_files <= files + _LOOSE
    assert now_threads <= threads + _LOOSE
