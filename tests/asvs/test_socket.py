"""What the server does with bytes that no browser would send, and what it says of itself."""

import json
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from auth.keys import Bounds, insert_key
from auth.tables import session, user
from foundation import clock
from foundation.crypto.signed_requests import read_public_key
from tests.api.doors import sighting
from tests.api.signing import Program
from tests.journeys.server import Server
from tests.partnership import ROBBERY

_PATIENCE = 10.0  # seconds
_NEXT = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Answered(NamedTuple):
    """The status lines and headers that came back, and all of the bytes."""

    heads: list[str]
    raw: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("portal"))
    started.load_demonstration()
    started.start()
    yield started
    started.stop()


def sent(server: Server, raw: str, *, half: bool = False) -> Answered:
    """What comes back until the server closes; `half` closes the sending side first."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=_PATIENCE) as link:
        link.sendall(raw.encode("latin-1"))
        if half:
            link.shutdown(socket.SHUT_WR)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    raw = b"".join(parts).decode("utf-8", "replace")
    return Answered(re.findall(r"HTTP/1\.1 \d{3} [^\r]*(?:\r\n[^\r]+)*", raw), raw)


def request(server: Server, method: str, path: str, *headers: str, body: str = "") -> str:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: localhost:{server.port}",
        "Sec-Fetch-Site: same-origin",
        *headers,
    ]
    return "\r\n".join(lines) + "\r\n\r\n" + body


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/static/concordat.css", "/static/x", "/health"])
def test_no_answer_says_which_version_of_anything_runs(server, path):
    (head,) = sent(server, request(server, "GET", path, "Connection: close")).heads
    named = {
        line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in head.split("\r\n")[1:]
    }
    assert named.get("server", "") in {"", "granian"}
    assert named.keys() & {"x-powered-by", "via", "x-aspnet-version"} == set()
    assert re.search(r"(?i)\\b(python|werkzeug|flask|rust|hyper)\\b", head) is None


def test_request_that_cannot_be_read_is_answered_without_a_version(server):
    (head,) = sent(server, "\x00\x01\r\n\r\n").heads
    assert head.startswith("HTTP/1.1 400")
    assert re.search(r"(?i)granian/|\d+\.\d+\.\d+", head) is None


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 4", "Content-Length: 5"),
        ("Content-Length: -1",),
        ("Content-Length: +4",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
    ],
    ids=" and ".join,
)
def test_request_whose_end_is_doubtful_is_refused_and_hides_no_second_one(server, headers):
    answer = sent(server, request(server, "POST", "/sign-in", *headers, body="0\r\n\r\n" + _NEXT))
    assert [head[9:12] for head in answer.heads] in (["400"], ["411"])


def test_what_follows_a_body_is_not_taken_into_it_nor_obeyed(server):
    body = "user=x"
    raw = request(server, "POST", "/sign-in", "Content-Length: 2", body=body + _NEXT)
    assert "200" not in [head[9:12] for head in sent(server, raw).heads]


def test_chunk_that_is_none_is_refused(server):
    raw = request(
        server, "POST", "/sign-in", "Transfer-Encoding: chunked", "Connection: close", body="zz\r\nab\r\n"
    )
    assert [head[9:12] for head in sent(server, raw).heads] == ["411"]


def sign_in(server: Server, *framing: str, before: str = "", more: str = "") -> str:
    """A sign-in as somebody invented, of which the body is framed in these ways."""
    page = sent(server, request(server, "GET", "/sign-in", "Connection: close"))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.raw)[1]
    user = re.search(r'name="user" value="([^"]+)"', page.raw)[1]
    body = f"csrf_token={token}&user={user}"
    cookie = re.search(r"set-cookie: ([^;]+)", page.raw)[1]
    headers = f"Cookie: {cookie}", "Content-Type: application/x-www-form-urlencoded", "Connection: close"
    told = [each.format(length=len(body), longer=len(body) + 1) for each in framing]
    text = before.format(length=f"{len(body):x}") + body + more
    return request(server, "POST", "/sign-in/demonstration", *headers, *told, body=text)


@pytest.mark.parametrize(
    ("framing", "before", "more"),
    [
        ("Content-Length: {longer}", "", ""),
        ("Transfer-Encoding: chunked", "{length}\r\n", "\r\n"),
        ("Transfer-Encoding: chunked", "{length}\r\n", ""),
    ],
    ids=["a byte short", "without its last chunk", "without the end of a chunk"],
)
def test_act_whose_body_ends_early_is_not_done(server, framing, before, more):
    held = sessions(server)
    answer = sent(server, sign_in(server, framing, before=before, more=more), half=True)
    assert sessions(server) == held
    assert "303" not in [head[9:12] for head in answer.heads]


def test_act_whose_body_is_whole_is_done(server):
    held = sessions(server)
    assert sent(server, sign_in(server, "Content-Length: {length}")).heads[0][9:12] == "303"
    assert len(sessions(server) - held) == 1


def test_body_whose_length_is_not_said_is_refused_though_it_is_whole(server):
    held = sessions(server)
    whole = sign_in(server, "Transfer-Encoding: chunked", before="{length}\r\n", more="\r\n0\r\n\r\n")
    assert sent(server, whole).heads[0][9:12] == "411"
    assert sessions(server) == held


def test_http_2_whose_bodies_need_no_length_is_not_spoken(server):
    settings = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    answer = sent(server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings, half=True)
    assert "\x00\x00" not in answer.raw
    assert [head[9:12] for head in answer.heads] in ([], ["400"], ["505"])


def sessions(server: Server) -> set[str]:
    database = server.database()
    with database.transaction() as tx:
        found = set(tx.execute(select(session.c.id)).scalars())
    database.close()
    return found


def test_signed_requests_are_taken_as_the_server_hands_them_on(server):
    program, database = Program(), server.database()
    bounds = Bounds((ROBBERY,), clock.now() + timedelta(days=1), holder_key=read_public_key(program.pem))
    with database.transaction() as tx:
        operator = tx.execute(select(user.c.id).where(user.c.name == "Dan Osei")).scalar_one()
        _, token = insert_key(tx, operator, bounds)
    database.close()
    record = json.dumps(sighting()).encode()
    host = f"http://127.0.0.1:{server.port}"
    asked = [
        ("GET", "sightings?q=caf%C3%A9+noir&limit=5", b"", 200),
        ("GET", "sightings/%C3%A9", b"", 404),
        ("POST", "sightings", record, 201),
    ]
    for method, path, body, status in asked:
        headers = program.headers(token, method, path, body, host=host)
        for expected in (status, 401):
            raw = request(
                server, method, f"/api/v1/{path}", *(f"{name}: {value}" for name, value in headers.items()),
                f"Content-Length: {len(body)}", "Connection: close", body=body.decode(),
            )  # fmt: skip
            told = sent(server, raw.replace("Host: localhost", "Host: 127.0.0.1"))
            assert [head[9:12] for head in told.heads] == [str(expected)], told.raw
