"""Brings a database to the tables of today, by the numbered steps in `migrations/`, and to its walls."""

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from foundation import walls
from foundation.database import Database
from foundation.errors import Misconfigured

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def current_revision() -> str:
    """The number of the newest step, as `migrations/CURRENT` names it."""
    return (MIGRATIONS / "CURRENT").read_text(encoding="utf-8").strip()


def migrate(
    database: Database, to: str = "head", *, requests: str = "", server: str = "", secret_key: str = ""
) -> None:
    """Run the steps that the database has not had, all in one transaction; none if it is up to date.

    On PostgreSQL the walls are raised after the newest step, and the users of two addresses let in:
    `requests` and `server` are those by which requests and the server's own work will reach the database.
    `secret_key` is the portal's secret, for a step that seals what stood open.

    Raises:
        Misconfigured: if whoever connects may not do one of these.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.engine.connect() as connection:
        if database.is_sqlite:
            # A step that makes a table anew drops the old one, which would break the keys that point at it.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with connection.begin():
            config.attributes.update(connection=connection, secret_key=secret_key)
            command.upgrade(config, to)
            _refuse_broken_keys(database, connection)
            if not database.is_sqlite and to == "head":
                _walls("raising").raise_walls(connection)
                for address, role in ((requests, walls.REQUESTS), (server, walls.SERVER)):
                    if address:
                        _walls("roles").let_in(connection, address, role)


def _refuse_broken_keys(database: Database, connection: Connection) -> None:
    if database.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise Misconfigured(
            f"A step would leave rows that point nowhere: {broken[0][0]}. Nothing was changed."
        )


def require_current(database: Database) -> None:
    """Refuse a database that has not had every step, or one that this version does not know.

    Raises:
        Misconfigured: saying what to run.
    """
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        stand = found != current_revision() or database.is_sqlite or _walls("raising").stand(connection)
    if found != current_revision():
        raise Misconfigured(
            f"The database is at step {found or 'none'} and this version needs {current_revision()}. "
            "Run: python -m portal.cli.setup prepare"
        )
    if not stand:
        raise Misconfigured(
            "The database's row-level security is not that of this version. "
            "Run: python -m portal.cli.setup prepare"
        )


def _walls(module: str) -> Any:
    """A module of `migrations/walls/`, which knows every table and so stands above this one."""
    return import_module(f"migrations.walls.{module}")
