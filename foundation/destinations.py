"""Everywhere that this server connects to, told from its settings: what a firewall has to let out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.ledger.witnessing import open_policy
from foundation.settings import Settings

_PORTS = {"https": 443, "http": 80, "postgresql+psycopg": 5432}

#: Settings of which each leads somewhere; a test holds that no other does.
OUTGOING = (
    "database_url",
    "database_system_url",
    "database_owner_url",
    "media_url",
    "mail_host",
    "webhook_hosts",
    "sign_on_hosts",
    "stolen_passwords",
    "witnesses",
)


@dataclass(frozen=True, order=True)
class Destination:
    """A host and port, and the setting that names it."""

    host: str
    port: int
    setting: str


def destinations(settings: Settings, environ: Mapping[str, str]) -> tuple[Destination, ...]:
    """Each place once for each setting that names it, sorted; `environ` says where an S3 bucket is.

    Raises:
        Misconfigured: if the file of witnesses cannot be read.
    """
    return tuple(sorted(set(_led_to(settings, environ))))


def _led_to(settings: Settings, environ: Mapping[str, str]) -> Iterator[Destination]:
    for name in ("database_url", "database_system_url", "database_owner_url"):
        yield from _of_address(getattr(settings, name), name)
    if settings.media_url.startswith("s3:"):
        region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        named = environ.get("AWS_ENDPOINT_URL") or environ.get("AWS_ENDPOINT")
        yield from _of_address(named or f"https://s3.{region}.amazonaws.com", "media_url")
    if settings.mail_host:
        yield Destination(settings.mail_host, settings.mail_port, "mail_host")
    for name in ("webhook_hosts", "sign_on_hosts"):
        for host in getattr(settings, name):
            yield Destination(host, _PORTS["https"], name)
    yield from _of_address(settings.stolen_passwords, "stolen_passwords")
    for witness in open_policy(settings.witnesses).witnesses:
        yield from _of_address(witness.url, "witnesses")


def _of_address(address: str, setting: str) -> Iterator[Destination]:
    parts = urlsplit(address)
    if parts.hostname and parts.scheme in _PORTS:
        yield Destination(parts.hostname, parts.port or _PORTS[parts.scheme], setting)
