"""One small demonstration on SQLite for every test of this folder; nobody changes it."""

from datetime import UTC, datetime

import pytest

from foundation import clock
from foundation.database import Database
from foundation.files import Files
from foundation.schema import migrate
from sharing.demonstration.loading import Size, load
from tests.databases import sqlite_url

NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)


def loaded_into(folder, size=Size.SMALL):
    """A fresh database in the folder with the demonstration in it, and what `load` said."""
    database = Database(sqlite_url(folder))
    migrate(database)
    seen = []
    with clock.stopped(NOW):
        totals = load(database, Files((folder / "media").as_uri()), size, NOW, lambda *at: seen.append(at))
    return database, totals, seen


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    database, totals, seen = loaded_into(tmp_path_factory.mktemp("small"))
    yield database, totals, seen
    database.close()
