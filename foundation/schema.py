"""Brings a database to the tables of today, by the numbered steps in `migrations/`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext

from foundation.database import Database
from foundation.errors import Misconfigured

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def current_revision() -> str:
    """The number of the newest step, as `migrations/CURRENT` names it."""
    return (MIGRATIONS / "CURRENT").read_text(encoding="utf-8").strip()


def migrate(database: Database) -> None:
    """Run the steps that the database has not had, all in one transaction; none if it is up to date."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(database: Database) -> None:
    """Refuse a database that has not had every step, or one that this version does not know.

    Raises:
        Misconfigured: saying what to run.
    """
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != current_revision():
        raise Misconfigured(
            f"The database is at step {found or 'none'} and this version needs {current_revision()}. "
            "Run: python -m portal.cli.setup prepare"
        )
