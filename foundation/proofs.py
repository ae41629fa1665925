"""By what the server proves itself to database, mail server and file store, where that never changes.

A password or a key that was copied once opens for whoever has it, from anywhere. A client certificate, the
server's own user on a socket and a role of its host do not. Source: OWASP ASVS 5.0 V13.2.1.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: What the driver is told, so that no password is given from wherever it may find one. Source: PostgreSQL,
#: libpq, `require_auth`.
_BY_NO_WORD = "require_auth=%21password%2C%21md5%2C%21scram-sha-256"

_DATABASES = ("database_url", "database_system_url", "database_owner_url")
_OF_DATABASE = (
    "Let PostgreSQL know the server by a client certificate, or by its user on a socket (docs/running.md, On "
    "PostgreSQL)."
)
_OF_MAIL = "Let a mail server on this host hand letters on, which needs no CONCORDAT_MAIL_USER."
_OF_STORE = "Give the host a role at the file store, and take the AWS_* keys away."


def unchanging(settings: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    """The settings, by name, that go with a proof that never changes, each with what to do instead."""
    return dict(_found(settings, environ))


def without_password(address: str) -> str:
    """The address of a database with the word that no password may be given; another address as it is."""
    if not address.startswith("postgresql") or "require_auth=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}{_BY_NO_WORD}"


def _found(settings: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    around = any(environ.get(name) for name in ("PGPASSWORD", "PGPASSFILE"))
    for name in _DATABASES:
        address = settings[name]
        if address.startswith("postgresql") and (around or _holds_password(address)):
            yield name, _OF_DATABASE
    if settings["mail_user"]:
        yield "mail_user", _OF_MAIL
    # A key that runs out comes with the token of its session.
    kept = environ.get("AWS_SECRET_ACCESS_KEY") and not environ.get("AWS_SESSION_TOKEN")
    if settings["media_url"].startswith("s3:") and kept:
        yield "media_url", _OF_STORE


def _holds_password(address: str) -> bool:
    parts = urlsplit(address)
    return parts.password is not None or bool({"password", "passfile"} & parse_qs(parts.query).keys())
