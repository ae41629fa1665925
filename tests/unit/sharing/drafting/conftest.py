"""The demonstration's partnership in a database of each kind, for a whole module."""

from collections.abc import Iterator

import pytest

from foundation.database import Database
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import load_partnership
from tests.portal import prepare_tables


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    url = sqlite_url(tmp_path_factory.mktemp("terms")) if request.param == "sqlite" else postgresql_url()
    opened = Database(url)
    prepare_tables(opened)
    load_partnership(opened)
    yield opened
    opened.close()
