"""The database and agreements of the tests of sharing.agreements, here over SQLite alone."""

import pytest

from foundation.database import Database
from tests.databases import sqlite_url
from tests.negotiating import Talks
from tests.partnership import load_partnership
from tests.portal import prepare_tables


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    opened = Database(sqlite_url(tmp_path_factory.mktemp("register")))
    prepare_tables(opened)
    load_partnership(opened)
    yield opened
    opened.close()


@pytest.fixture
def talks(database):
    """An agreement of which nothing is drafted yet."""
    return Talks(database)
