"""Every setting of the portal, read once from the environment and refused at the start when unsafe.

`docs/settings.md` is written from this file: portal/cli/references.py.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from foundation.errors import Misconfigured
from foundation.ledger.schedule import NAMES_MONTHS, months_by_kind
from foundation.proofs import unchanging, without_password
from foundation.secret_file import read_private, read_secret

_PREFIX = "CONCORDAT_"
_ENVIRONMENTS = ("production", "demonstration")
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


def _setting(variable: str, about: str, *, default: str, unit: str = "", least: int = 0) -> Any:
    return field(
        repr=not variable.startswith("CONCORDAT_DATABASE"),  # an address may hold a password
        metadata={"variable": variable, "about": about, "default": default, "unit": unit, "least": least},
    )


#: The file in the data folder that says what it was prepared as.
MARKER = "environment"


@dataclass(frozen=True)
class Settings:
    """What the process was told. Make one with `from_environment`, which checks it."""

    environment: str = _setting(
        "CONCORDAT_ENVIRONMENT",
        "`production`, or `demonstration`: invented people, sign-in without a password, said on every page.",
        default="",
        unit="one of the two; empty means what the data folder was prepared as, else `production`",
    )
    data_dir: Path = _setting(  # noqa: RUF009 - the call only makes a field
        "CONCORDAT_DATA_DIR",
        "Folder for the embedded database, stored files and the secret; made for its owner only.",
        default="var",
        unit="path, from the working directory",
    )
    database_url: str = _setting(
        "CONCORDAT_DATABASE_URL",
        "Where the records are: `sqlite:///…` with one process, or `postgresql+psycopg://…` with several.",
        default="",
        unit="SQLAlchemy address; empty means `concordat.sqlite3` in the data folder",
    )
    database_system_url: str = _setting(
        "CONCORDAT_DATABASE_SYSTEM_URL",
        "On PostgreSQL: the same database for the server's own work, such as signing people in and jobs.",
        default="",
        unit="SQLAlchemy address; empty means that of requests, which production refuses",
    )
    database_owner_url: str = _setting(
        "CONCORDAT_DATABASE_OWNER_URL",
        "On PostgreSQL: the same for `setup prepare` and loads, as a user who may make roles and tables.",
        default="",
        unit="SQLAlchemy address; empty means that of requests",
    )
    passwords_between_servers: str = _setting(
        "CONCORDAT_PASSWORDS_BETWEEN_SERVERS",
        "Whether the server may prove itself to database, mail server and file store by a password or key "
        "that never changes, which production otherwise refuses at the start.",
        default="refused",
        unit="`refused` or `accepted`",
    )
    media_url: str = _setting(
        "CONCORDAT_MEDIA_URL",
        "Where stills and files are kept.",
        default="",
        unit="`file://…` or `s3://…`; empty means `media` in the data folder",
    )
    secret_file: Path = _setting(  # noqa: RUF009 - the call only makes a field
        "CONCORDAT_SECRET_FILE",
        "Holds at least 32 random bytes as text, readable by its owner only.",
        default="",
        unit="path; empty means `secret.key` in the data folder",
    )
    host: str = _setting("CONCORDAT_HOST", "Address to listen on.", default="127.0.0.1", unit="IP address")
    port: int = _setting("PORT", "Port to listen on.", default="8000", unit="TCP port", least=1)
    public_url: str = _setting(
        "CONCORDAT_PUBLIC_URL",
        "How people reach the portal; used in letters and feeds. Must be https in production.",
        default="",
        unit="address; empty means `http://localhost` and the port, in the demonstration only",
    )
    trusted_hosts: tuple[str, ...] = _setting(
        "CONCORDAT_TRUSTED_HOSTS",
        "Names that a request may use for this host; others are refused.",
        default="",
        unit="names, parted by commas; empty means the host of the public address, and this machine "
        "in the demonstration",
    )
    proxies: int = _setting(
        "CONCORDAT_PROXIES",
        "How many reverse proxies stand in front and set X-Forwarded-For and X-Forwarded-Proto.",
        default="0",
        unit="count",
    )
    workers: int = _setting(
        "CONCORDAT_WORKERS",
        "Server processes. On SQLite it is always 1.",
        default="2",
        unit="processes",
        least=1,
    )
    threads: int = _setting(
        "CONCORDAT_THREADS",
        "Requests that one process answers at once.",
        default="8",
        unit="threads",
        least=1,
    )
    session_idle_minutes: int = _setting(
        "CONCORDAT_SESSION_IDLE_MINUTES",
        "A session without a request for so long has ended.",
        default="30",
        unit="minutes",
        least=1,
    )
    session_idle_police_minutes: int = _setting(
        "CONCORDAT_SESSION_IDLE_POLICE_MINUTES",
        "The same for people of police and transport police.",
        default="15",
        unit="minutes",
        least=1,
    )
    session_hours: int = _setting(
        "CONCORDAT_SESSION_HOURS",
        "A session ends so long after signing in, however busy.",
        default="12",
        unit="hours",
        least=1,
    )
    sessions_at_once: int = _setting(
        "CONCORDAT_SESSIONS_AT_ONCE",
        "Sessions that one person may have; signing in once more ends the oldest.",
        default="2",
        unit="sessions",
        least=1,
    )
    body_kilobytes: int = _setting(
        "CONCORDAT_BODY_KILOBYTES",
        "Largest request body where a route does not say otherwise.",
        default="256",
        unit="kB of 1,000 bytes",
        least=16,
    )
    requests_a_minute: int = _setting(
        "CONCORDAT_REQUESTS_A_MINUTE",
        "Requests of one account that one server process answers in a minute; then it waits, and is told of.",
        default="0",
        unit="requests; 0 means 300 in production and no limit in the demonstration",
    )
    records_an_hour: int = _setting(
        "CONCORDAT_RECORDS_AN_HOUR",
        "Records that one server process shows one account in an hour; then it waits, and is told of.",
        default="0",
        unit="records; 0 means 20,000 in production and no limit in the demonstration",
    )
    stills_a_day: int = _setting(
        "CONCORDAT_STILLS_A_DAY",
        "Stills that one server process takes of one account in a day, of 10 MB each at most.",
        default="0",
        unit="stills; 0 means 500 in production and no limit in the demonstration",
    )
    keys_bound: str = _setting(
        "CONCORDAT_KEYS_BOUND",
        "Whether keys of programs must be bound to their holder, who signs each request; `required` refuses "
        "every key that is not.",
        default="allowed",
        unit="`allowed` or `required`",
    )
    witnesses: Path | None = _setting(  # noqa: RUF009 - the call only makes a field
        "CONCORDAT_WITNESSES",
        "Who must have seen the ledger's checkpoints: a file with `witness`, `group` and `quorum` lines as "
        "in C2SP tlog-policy; witnesses with an address are asked every minute.",
        default="",
        unit="path; empty means nobody",
    )
    ledger_second_signature: str = _setting(
        "CONCORDAT_LEDGER_SECOND_SIGNATURE",
        "A second signature under every checkpoint of the ledger, of about 3 kB, for the day when quantum "
        "computers forge the first.",
        default="",
        unit="`ml-dsa-44`, or empty for none",
    )
    ledger_months: tuple[str, ...] = _setting(
        "CONCORDAT_LEDGER_MONTHS",
        "For how long details of the ledger are kept, where that is another than docs/ledger.md says.",
        default="",
        unit="`kind=months`, parted by commas, such as `security=36`; at least 12",
    )
    ledger_names_months: int = _setting(
        "CONCORDAT_LEDGER_NAMES_MONTHS",
        "The name of somebody who has left is erased so long after; shorter than details are kept, it leaves "
        "entries of nobody.",
        default=str(NAMES_MONTHS),
        unit="months",
        least=12,
    )
    job_threads: int = _setting(
        "CONCORDAT_JOB_THREADS",
        "Jobs that one server process does at once beside its requests: exports, mail, webhooks. "
        "0 leaves them to `flask --app wsgi jobs work`.",
        default="1",
        unit="threads",
    )
    job_lease_seconds: int = _setting(
        "CONCORDAT_JOB_LEASE_SECONDS",
        "A job that has not ended for so long is begun again, since its worker may be gone.",
        default="120",
        unit="seconds",
        least=1,
    )
    export_hours: int = _setting(
        "CONCORDAT_EXPORT_HOURS",
        "An export is deleted so long after it was made.",
        default="24",
        unit="hours",
        least=1,
    )
    mail_host: str = _setting(
        "CONCORDAT_MAIL_HOST",
        "Mail server to which letters are handed.",
        default="",
        unit="name or IP address; empty means that no letters are sent",
    )
    mail_port: int = _setting("CONCORDAT_MAIL_PORT", "Its port.", default="587", unit="TCP port", least=1)
    mail_security: str = _setting(
        "CONCORDAT_MAIL_SECURITY",
        "How the way to it is kept: `starttls`, `tls` from the start, or `none` to a server on this machine.",
        default="starttls",
        unit="one of the three",
    )
    mail_user: str = _setting(
        "CONCORDAT_MAIL_USER", "Account at the mail server.", default="", unit="name; empty means none"
    )
    mail_password_file: Path = _setting(  # noqa: RUF009 - the call only makes a field
        "CONCORDAT_MAIL_PASSWORD_FILE",
        "Holds the account's password, readable by its owner only.",
        default="",
        unit="path; empty means none",
    )
    mail_from: str = _setting(
        "CONCORDAT_MAIL_FROM",
        "Address that letters come from.",
        default="",
        unit="address; empty means `concordat@` and the host of the public address",
    )
    webhook_hosts: tuple[str, ...] = _setting(
        "CONCORDAT_WEBHOOK_HOSTS",
        "Hosts to which webhooks may lead; each must resolve to public addresses only.",
        default="",
        unit="names, parted by commas; empty means none",
    )
    webhook_loopback: str = _setting(
        "CONCORDAT_WEBHOOK_LOOPBACK",
        "Whether webhooks may lead to this machine by plain http, to try them out; production refuses `yes`.",
        default="no",
        unit="`yes` or `no`",
    )
    sign_on_hosts: tuple[str, ...] = _setting(
        "CONCORDAT_SIGN_ON_HOSTS",
        "Hosts of identity providers at which agencies may let their people sign in; each must resolve to "
        "public addresses only.",
        default="",
        unit="names, parted by commas; empty means none",
    )
    sign_on_loopback: str = _setting(
        "CONCORDAT_SIGN_ON_LOOPBACK",
        "Whether an identity provider may be on this machine by plain http, to try it out; production "
        "refuses `yes`.",
        default="no",
        unit="`yes` or `no`",
    )
    factors: str = _setting(
        "CONCORDAT_FACTORS",
        "What somebody has to prove before anything but their own account opens: `two` factors, or two of "
        "which one is a passkey that stays on its device, `hardware`.",
        default="",
        unit="one of the two; empty means `two` in production and neither in the demonstration",
    )
    sign_on_hardware: tuple[str, ...] = _setting(
        "CONCORDAT_SIGN_ON_HARDWARE",
        "Values of `acr` by which an agency’s identity provider says that a key in hardware was used; the "
        "one of OpenID EAP ACR Values 1.0 unless others are named.",
        default="phrh",
        unit="values, parted by commas",
    )
    stolen_passwords: str = _setting(
        "CONCORDAT_STOLEN_PASSWORDS",
        "Where new passwords are looked up among those that were stolen elsewhere: a file of sorted SHA-1 "
        "digests, as Have I Been Pwned’s downloader writes it, or the address of a service of ranges such as "
        "`https://api.pwnedpasswords.com/range`, which gets five characters of a digest.",
        default="",
        unit="path or https address; empty means that only easily guessed ones are refused",
    )
    secret_key: str = field(default="", repr=False, metadata={})
    mail_password: str = field(default="", repr=False, metadata={})

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read, complete and check the settings, the secret included.

        Raises:
            Misconfigured: naming the one thing to mend, in one line.
        """
        settings = cls.without_secret(environ)
        file = settings.mail_password_file
        password = "" if file is None else read_private(file)
        return cls(
            **{**vars(settings), "secret_key": read_secret(settings.secret_file), "mail_password": password}
        )

    @classmethod
    def without_secret(cls, environ: Mapping[str, str]) -> "Settings":
        """Read as `from_environment` does, for the command that makes the secret file.

        Raises:
            Misconfigured: as `from_environment` does.
        """
        known = {item.metadata["variable"] for item in described()}
        for name in environ:
            if name.startswith(_PREFIX) and name not in known:
                raise Misconfigured(f"There is no setting {name}.")
        values = {item.name: _parsed(item, environ) for item in described()}
        settings = cls(**_completed(values))
        _refuse_unsafe(settings)
        _refuse_unchanging(settings, environ)
        return settings

    @property
    def is_demonstration(self) -> bool:
        """Whether people are invented and may sign in without a password."""
        return self.environment == "demonstration"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is embedded, so that one process alone may serve."""
        return self.database_url.startswith("sqlite")

    @property
    def job_lease(self) -> timedelta:
        """`job_lease_seconds` as a length of time."""
        return timedelta(seconds=self.job_lease_seconds)

    @property
    def session_idle(self) -> timedelta:
        """`session_idle_minutes` as a length of time."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_idle_police(self) -> timedelta:
        """`session_idle_police_minutes` as a length of time."""
        return timedelta(minutes=self.session_idle_police_minutes)

    @property
    def session_length(self) -> timedelta:
        """`session_hours` as a length of time."""
        return timedelta(hours=self.session_hours)


def described() -> tuple[Field[Any], ...]:
    """The fields that a variable sets, in the order of the documentation."""
    return tuple(item for item in fields(Settings) if item.metadata)


def _parsed(item: Field[Any], environ: Mapping[str, str]) -> Any:
    variable = item.metadata["variable"]
    text = environ.get(variable, "").strip() or item.metadata["default"]
    if item.type is int:
        if not text.isdecimal() or int(text) < item.metadata["least"]:
            raise Misconfigured(f"{variable} must be a whole number of at least {item.metadata['least']}.")
        return int(text)
    if item.type in (Path, Path | None):
        return Path(text).absolute() if text else None
    if item.type == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def prepared_as(data_dir: Path) -> str:
    """The environment that a data folder was prepared as; empty if it was not, so that nothing is assumed."""
    try:
        return (data_dir / MARKER).read_text("utf-8").strip()
    except OSError:
        return ""


def _completed(values: dict[str, Any]) -> dict[str, Any]:
    data_dir = values["data_dir"]
    environment = values["environment"] or prepared_as(data_dir) or "production"
    values, demonstration = {**values, "environment": environment}, environment == "demonstration"
    if not values["public_url"] and demonstration:
        values["public_url"] = f"http://localhost:{values['port']}"
    hosts = values["trusted_hosts"] or tuple(filter(None, [urlsplit(values["public_url"]).hostname]))
    local = ("localhost", "127.0.0.1", "[::1]") if demonstration and not values["trusted_hosts"] else ()
    if not demonstration and values["passwords_between_servers"] != "accepted":
        addresses = ("database_url", "database_system_url", "database_owner_url")
        values |= {name: without_password(values[name]) for name in addresses}
    requests = values["database_url"] or f"sqlite:///{data_dir / 'concordat.sqlite3'}"
    return {
        **values,
        "database_url": requests,
        "database_system_url": values["database_system_url"] or requests,
        "database_owner_url": values["database_owner_url"] or requests,
        "media_url": values["media_url"] or (data_dir / "media").as_uri(),
        "factors": values["factors"] or ("" if demonstration else "two"),
        "secret_file": values["secret_file"] or data_dir / "secret.key",
        "trusted_hosts": tuple(dict.fromkeys((*hosts, *local))),
        "mail_from": values["mail_from"] or f"concordat@{urlsplit(values['public_url']).hostname}",
        "workers": 1
        if values["database_url"].startswith("sqlite") or not values["database_url"]
        else values["workers"],
    }


def _refuse_unsafe(settings: Settings) -> None:
    if settings.environment not in _ENVIRONMENTS:
        raise Misconfigured(f"CONCORDAT_ENVIRONMENT must be one of: {', '.join(_ENVIRONMENTS)}.")
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Misconfigured("CONCORDAT_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    for name in ("system", "owner"):
        if getattr(settings, f"database_{name}_url").split(":")[0] != settings.database_url.split(":")[0]:
            raise Misconfigured(f"CONCORDAT_DATABASE_{name.upper()}_URL must lead to the same database.")
    if settings.port > 65535:
        raise Misconfigured("PORT must be at most 65535.")
    if not settings.is_demonstration:
        _refuse_plain_http(settings)
    if settings.keys_bound not in {"allowed", "required"}:
        raise Misconfigured("CONCORDAT_KEYS_BOUND must be allowed or required.")
    if settings.ledger_second_signature not in ("", "ml-dsa-44"):
        raise Misconfigured("CONCORDAT_LEDGER_SECOND_SIGNATURE must be ml-dsa-44 or empty.")
    _refuse_unsafe_months(settings)
    if not settings.trusted_hosts:
        raise Misconfigured("CONCORDAT_TRUSTED_HOSTS must name at least one host.")
    _refuse_weak_proofs(settings)
    _refuse_unsafe_sending(settings)


def _refuse_plain_http(settings: Settings) -> None:
    if urlsplit(settings.public_url).scheme != "https":
        raise Misconfigured("CONCORDAT_PUBLIC_URL must be an https address in production.")
    if not settings.proxies:
        raise Misconfigured(
            "CONCORDAT_PROXIES must be at least 1 in production: a proxy ends TLS and says what came by it."
        )


def _refuse_unsafe_months(settings: Settings) -> None:
    try:
        months_by_kind(settings.ledger_months)
    except ValueError as error:
        raise Misconfigured(f"CONCORDAT_LEDGER_MONTHS cannot hold {error}.") from error


def _refuse_weak_proofs(settings: Settings) -> None:
    if settings.factors not in {"two", "hardware"} | ({""} if settings.is_demonstration else set()):
        raise Misconfigured("CONCORDAT_FACTORS must be two or hardware.")
    if settings.passwords_between_servers not in {"refused", "accepted"}:
        raise Misconfigured("CONCORDAT_PASSWORDS_BETWEEN_SERVERS must be refused or accepted.")


def _refuse_unchanging(settings: Settings, environ: Mapping[str, str]) -> None:
    if settings.is_demonstration or settings.passwords_between_servers == "accepted":
        return
    variables = {item.name: item.metadata["variable"] for item in described()}
    for name, instead in unchanging(vars(settings), environ).items():
        raise Misconfigured(
            f"{variables[name]} goes with a password or key that never changes. {instead} To accept it, set "
            "CONCORDAT_PASSWORDS_BETWEEN_SERVERS=accepted."
        )


def _refuse_unsafe_sending(settings: Settings) -> None:
    if settings.mail_security not in {"starttls", "tls", "none"}:
        raise Misconfigured("CONCORDAT_MAIL_SECURITY must be starttls, tls or none.")
    if settings.mail_security == "none" and settings.mail_host not in _HERE:
        raise Misconfigured("CONCORDAT_MAIL_SECURITY may be none only for a mail server on this machine.")
    if settings.mail_user and settings.mail_password_file is None:
        raise Misconfigured("CONCORDAT_MAIL_PASSWORD_FILE must name the password of CONCORDAT_MAIL_USER.")
    for name, loopback in (("WEBHOOK", settings.webhook_loopback), ("SIGN_ON", settings.sign_on_loopback)):
        if loopback not in {"yes", "no"}:
            raise Misconfigured(f"CONCORDAT_{name}_LOOPBACK must be yes or no.")
        if loopback == "yes" and not settings.is_demonstration:
            raise Misconfigured(f"CONCORDAT_{name}_LOOPBACK must be no in production.")
