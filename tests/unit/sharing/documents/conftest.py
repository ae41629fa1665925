"""The demonstration's partnership in one database, for a whole module: files do not depend on its kind."""

from collections.abc import Iterator

import pytest

from foundation.database import Database
from tests.databases import sqlite_url
from tests.partnership import load_partnership
from tests.portal import prepare_tables


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path_factory.mktemp("files")))
    prepare_tables(opened)
    load_partnership(opened)
    yield opened
    opened.close()
