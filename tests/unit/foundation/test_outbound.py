"""Sending outside: to public addresses only, to the one that was checked, not further, not for ever."""

import ipaddress
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from foundation import outbound
from foundation.errors import Invalid
from foundation.outbound import Unsendable, checked_target, is_public, send
from tests.portal import demonstration_settings, production_settings

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4009::1", "::ffff:8.8.8.8"]

ALLOWED = "https://hooks.partner.example/in"


@pytest.fixture
def settings(tmp_path):
    return production_settings(tmp_path, CONCORDAT_WEBHOOK_HOSTS="hooks.partner.example")


@pytest.mark.parametrize("address", PRIVATE)
def test_address_that_is_not_public_is_refused(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_allowed(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.partner.example/in",
        "https://hooks.partner.example:8443/in",
        "https://other.example/in",
        "https://hooks.partner.example.evil.example/in",
        "https://evil.example/hooks.partner.example",
        "https://hooks.partner.example@evil.example/",
        "https://evil.example#@hooks.partner.example/",
        "https://evil.example\\@hooks.partner.example/",
        "https://127.0.0.1/in",
        "https://[::1]/in",
        "https://0x7f000001/in",
        "https://2130706433/in",
        "https://127.1/in",
        "https://hooks.partner.example\r\nX: y/",
        "https://hooks.partner.example/ in",
        "https://hooks.partner.exampłe/in",
        "ftp://hooks.partner.example/in",
        "file:///etc/passwd",
        "//hooks.partner.example/in",
        "https://[hooks.partner.example/",
        "https://hooks.partner.example:x/",
        "http://127.0.0.1:8000/in",
        "",
        ALLOWED + "?" + "x" * 500,
    ],
)
def test_spelling_of_another_place_is_refused(settings, url):
    with pytest.raises(Invalid):
        checked_target(settings, url)


def test_allowed_host_is_taken_in_any_case_with_its_query(settings):
    target = checked_target(settings, "https://HOOKS.partner.example/in?to=x")
    assert (target.host, target.port, target.path, target.secure) == (
        "hooks.partner.example",
        443,
        "/in?to=x",
        True,
    )


def resolving(monkeypatch, *answers):
    """Names resolve to these, one answer after another; gives what was connected to."""
    left, connected = list(answers), []

    def look_up(_host, port, **_):
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    def connect(at, _timeout):
        connected.append(at)
        raise ConnectionRefusedError

    monkeypatch.setattr(outbound.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    return connected


def test_a_name_of_a_private_address_is_not_connected_to(settings, monkeypatch):
    connected = resolving(monkeypatch, ["10.0.0.1"])
    with pytest.raises(Unsendable):
        send(settings, ALLOWED, b"{}", {})
    assert connected == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(settings, monkeypatch):
    connected = resolving(monkeypatch, ["8.8.8.8", "127.0.0.1"])
    with pytest.raises(Unsendable):
        send(settings, ALLOWED, b"{}", {})
    assert connected == []


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(settings, monkeypatch):
    """A second look-up would give this machine; there is none."""
    connected = resolving(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(Unsendable):
        send(settings, ALLOWED, b"{}", {})
    assert connected == [("8.8.8.8", 443)]


def test_a_name_without_an_address_is_unsendable_like_any_other(settings, monkeypatch):
    resolving(monkeypatch, [])
    with pytest.raises(Unsendable, match=r"^$"):
        send(settings, ALLOWED, b"{}", {})


def test_a_settings_list_that_has_changed_since_counts(tmp_path):
    with pytest.raises(Unsendable):
        send(production_settings(tmp_path), ALLOWED, b"{}", {})


class _Slow(BaseHTTPRequestHandler):
    """Answers a byte at a time: its head, or with a good head its body."""

    head_first = False

    def do_POST(self):
        if self.head_first:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


class _SlowBody(_Slow):
    head_first = True


@contextmanager
def listening(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def here(tmp_path):
    return demonstration_settings(tmp_path, CONCORDAT_WEBHOOK_LOOPBACK="yes")


def test_an_answer_that_drips_is_let_go(here, monkeypatch):
    monkeypatch.setattr(outbound, "_DEADLINE", 0.4)
    began = time.monotonic()
    with listening(_Slow) as url, pytest.raises(Unsendable):
        send(here, url, b"{}", {})
    # how it went stands in the head; of a body that does not end nothing is waited for
    with listening(_SlowBody) as url:
        assert send(here, url, b"{}", {}) == 200
    assert time.monotonic() - began < 8


def test_this_machine_is_reached_only_where_a_setting_says_so(tmp_path):
    settings = demonstration_settings(tmp_path)
    with pytest.raises(Invalid):
        checked_target(settings, "http://127.0.0.1:9000/")
