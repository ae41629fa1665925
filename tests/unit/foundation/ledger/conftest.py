import pytest

from tests.databases import postgresql_url, sqlite_url
from tests.ledgers import make_ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request, tmp_path):
    url = sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()
    made = make_ledger(url, tmp_path / "data")
    yield made
    made.database.close()
