"""Stolen passwords are refused, by a file or by a service that learns five characters of a digest."""

import hashlib
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from foundation.errors import Invalid, Misconfigured, Unavailable
from foundation.stolen import StolenPasswords, stolen_passwords
from tests.portal import demonstration_settings, production_settings

STOLEN, UNKNOWN = "correct horse battery staple", "three herons on a weir"


def sha1(text):
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().upper()


def is_stolen(where, password):
    try:
        where.refuse(password)
    except Invalid:
        return True
    return False


def written(path, digests, end="\n", *, counts=True):
    lines = [f"{digest}:{number + 1}" if counts else digest for number, digest in enumerate(sorted(digests))]
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


class Service(BaseHTTPRequestHandler):
    """A service of ranges that keeps what it was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers), self.rfile.read(0)))
        body = self.server.body.encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.asked, server.body, server.status = [], f"{'0' * 35}:7\r\n{sha1(STOLEN)[5:]}:12\r\n", 200
    server.address = f"http://127.0.0.1:{server.server_port}/range"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asking(service, tmp_path):
    return stolen_passwords(demonstration_settings(tmp_path, CONCORDAT_STOLEN_PASSWORDS=service.address))


def test_service_learns_five_characters_of_the_digest_and_nothing_else(asking, service):
    assert is_stolen(asking, STOLEN)
    assert not is_stolen(asking, UNKNOWN)
    assert [path for path, _, _ in service.asked] == [
        f"/range/{sha1(each)[:5]}" for each in (STOLEN, UNKNOWN)
    ]
    for _, headers, _ in service.asked:
        assert set(headers) == {"Host", "Accept-Encoding", "Add-Padding", "User-Agent"}
        assert headers["User-Agent"] == "Concordat"
        assert not any(sha1(each)[5:] in str(headers) for each in (STOLEN, UNKNOWN))


def test_refusal_says_why_and_not_which(asking):
    with pytest.raises(Invalid, match="stolen from other services") as refused:
        asking.refuse(STOLEN)
    assert STOLEN not in str(refused.value)


def test_padding_of_the_service_is_no_password(asking, service):
    service.body = f"{sha1(STOLEN)[5:]}:0\r\n"
    assert not is_stolen(asking, STOLEN)


@pytest.mark.parametrize("fault", ["down", "status", "not-text", "too-long"])
def test_password_that_cannot_be_looked_up_is_not_taken(asking, service, fault):
    if fault == "down":
        service.shutdown()
        service.server_close()
    service.status = 503 if fault == "status" else 200
    service.body = {"not-text": "\u00e9", "too-long": "A" * 2_000_000}.get(fault, service.body)
    with pytest.raises(Unavailable, match="cannot be checked now"):
        asking.refuse(UNKNOWN)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("counts", [True, False])
def test_every_digest_of_a_file_is_found_and_no_other(tmp_path, end, counts):
    chosen = random.Random(5)
    for size in (1, 2, 3, 17, 400):
        known = [f"password {chosen.random()}" for _ in range(size)]
        where = StolenPasswords(written(tmp_path / "stolen.txt", map(sha1, known), end, counts=counts))
        assert all(is_stolen(where, each) for each in known)
        assert not any(is_stolen(where, f"other {number}") for number in range(50))


def test_digests_in_small_letters_and_typed_forms_of_one_password_are_the_same(tmp_path):
    path = tmp_path / "stolen.txt"
    path.write_text(sha1("caf\u00e9-by-the-weir-01").lower() + ":3\n")
    assert is_stolen(StolenPasswords(path), "cafe\u0301-by-the-weir-01")


def test_file_that_went_away_lets_no_password_through(tmp_path):
    path = written(tmp_path / "stolen.txt", [sha1(STOLEN)])
    where = StolenPasswords(path)
    path.unlink()
    with pytest.raises(Unavailable):
        where.refuse(UNKNOWN)


def test_settings_name_a_file_an_https_address_or_nothing(tmp_path):
    path = written(tmp_path / "stolen.txt", [sha1(STOLEN)])

    def told(place, settings=production_settings):
        return stolen_passwords(settings(tmp_path, CONCORDAT_STOLEN_PASSWORDS=place))

    assert told("") == StolenPasswords()
    assert told(str(path)).file == path
    assert told("https://ranges.example/range").service.host == "ranges.example"
    (tmp_path / "letter.txt").write_text("Dear all,\n")
    for wrong in (
        "http://ranges.example/range", "http://127.0.0.1:8099/range", "https://ranges.example:8443/range",
        "https://me:word@ranges.example/range", str(tmp_path / "none.txt"), str(tmp_path / "letter.txt"),
    ):  # fmt: skip
        with pytest.raises(Misconfigured, match="CONCORDAT_STOLEN_PASSWORDS"):
            told(wrong)


def test_service_at_a_private_address_is_not_asked(tmp_path, monkeypatch):
    settings = production_settings(tmp_path, CONCORDAT_STOLEN_PASSWORDS="https://ranges.example/range")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("10.0.0.1", 443))])
    with pytest.raises(Unavailable):
        stolen_passwords(settings).refuse(UNKNOWN)
