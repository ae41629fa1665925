"""Sending to a host of another agency: only where settings allow, only to public addresses, never further.

The name is resolved once, every address that it has is checked, and the connection goes to a checked one, so
that a name which changes its mind between the check and the connection gains nothing. No redirect is followed
and no proxy is asked. Source: OWASP ASVS 5.0 V1.3.6 and V15.3.2.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.errors import Invalid
from foundation.settings import Settings

_LONGEST_ADDRESS = 500
#: What an address is made of. Source: RFC 3986 section 2.
_SIGNS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_TIMEOUT = 5.0  # seconds for each step
_DEADLINE = 15.0  # seconds for all of them, from the name's look-up on
_HTTPS = 443
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
#: All that is global unicast in IPv6, and what of it carries IPv4 addresses. Sources: RFC 4291, 3056, 4380.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_TRANSLATED = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2002::/16")))
_RELAYS = ipaddress.IPv4Network("192.88.99.0/24")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unsendable(Exception):  # noqa: N818 - says what the case is
    """It could not be sent. Nothing says where on the way that was, so that nobody can feel out a network."""


@dataclass(frozen=True)
class Target:
    """Where to send: parts of an address that was checked."""

    secure: bool
    host: str
    port: int
    path: str


@dataclass(frozen=True)
class Answer:
    """What a host answered: the status, and a body no longer than was wanted."""

    status: int
    body: bytes


def checked_target(settings: Settings, url: str) -> Target:
    """The parts of an address to which a webhook may lead.

    Raises:
        Invalid: with a sentence for the field `url`, if it may not.
    """
    return _checked(url, settings.webhook_hosts, loopback=settings.webhook_loopback == "yes")


def checked_provider(settings: Settings, url: str) -> Target:
    """The parts of an address of an identity provider.

    Raises:
        Invalid: with a sentence for the field `url`, if nothing may be asked there.
    """
    return _checked(url, settings.sign_on_hosts, loopback=settings.sign_on_loopback == "yes")


def checked_range_service(settings: Settings, url: str) -> Target:
    """The parts of the address at which stolen passwords are looked up; settings name it, nobody else does.

    Raises:
        Invalid: with a sentence for the field `url`, if nothing may be asked there.
    """
    return _checked(url, [urlsplit(url).hostname or ""], loopback=settings.is_demonstration)


def _checked(url: str, hosts: Iterable[str], *, loopback: bool) -> Target:
    if len(url) > _LONGEST_ADDRESS or not _SIGNS.fullmatch(url):
        raise Invalid({"url": "This is not an address that something can be sent to."})
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid({"url": "This is not an address that something can be sent to."}) from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid({"url": "Leave out names, passwords and what follows a #."})
    host = (parts.hostname or "").lower()
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if loopback and parts.scheme == "http" and host in _LOOPBACK and port:
        return Target(secure=False, host=host, port=port, path=path)
    if parts.scheme != "https" or port not in {None, _HTTPS}:
        raise Invalid({"url": "Give an address that begins with https:// and names no other port."})
    if host not in {name.lower() for name in hosts}:
        raise Invalid({"url": "This portal does not send to that host. Ask whoever runs it to allow it."})
    return Target(secure=True, host=host, port=_HTTPS, path=path)


def is_public(address: Address) -> bool:
    """Whether the address is one of the public network, also where one of IPv4 hides in one of IPv6."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address not in _UNICAST or any(address in network for network in _TRANSLATED):
            return False
    elif address in _RELAYS:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def send(settings: Settings, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post the body; gives the status of the answer, whatever it is. Nothing is read beyond the head.

    Raises:
        Unsendable: if there was none in time, or the address may not be sent to now.
    """
    try:
        target = checked_target(settings, url)
    except Invalid as error:
        raise Unsendable from error
    return _exchange(target, "POST", body, headers, most=0).status


def ask(target: Target, body: bytes | None, headers: Mapping[str, str], most: int) -> Answer:
    """Fetch, or post the body, and give the answer; the caller has had the target checked.

    Raises:
        Unsendable: if there was none in time, or it is longer than `most` bytes.
    """
    answer = _exchange(target, "GET" if body is None else "POST", body, headers, most + 1)
    if len(answer.body) > most:
        raise Unsendable
    return answer


def _exchange(
    target: Target, method: str, body: bytes | None, headers: Mapping[str, str], most: int
) -> Answer:
    try:
        connection = _Pinned(target)
        timer = threading.Timer(_DEADLINE, connection.abandon)
        timer.start()
        try:
            connection.request(method, target.path, body, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(most))
        finally:
            timer.cancel()
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise Unsendable from error


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, for the name that was asked for."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=_TIMEOUT)
        self.target = target
        self._held: socket.socket | None = None  # `sock` is gone once the head of an answer is read

    def connect(self) -> None:
        """Resolve, check and connect; one look-up for all three."""
        found = socket.getaddrinfo(self.target.host, self.target.port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(each[4][0])) for each in found]
        if not addresses or not all(self._allowed(each) for each in addresses):
            raise OSError("not an address to send to")
        self.sock = socket.create_connection((str(addresses[0]), self.target.port), _TIMEOUT)
        if self.target.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)
        self._held = self.sock

    def abandon(self) -> None:
        """Let go of a host that answers too slowly, from another thread."""
        if self._held is not None:
            with contextlib.suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)

    def _allowed(self, address: Address) -> bool:
        return is_public(address) if self.target.secure else address.is_loopback
