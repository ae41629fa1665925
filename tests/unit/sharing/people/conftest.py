"""The demonstration's agencies and people over each database."""

import pytest

from foundation.database import Database
from tests.databases import postgresql_url, sqlite_url
from tests.partnership import load_partnership
from tests.portal import prepare_tables


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")
    opened = Database(sqlite_url(folder) if request.param == "sqlite" else postgresql_url())
    prepare_tables(opened)
    load_partnership(opened)
    yield opened
    opened.close()
