from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.database import Database
from sharing.insight.imports import Options, import_counts
from sharing.insight.loading import Importer
from tests.databases import postgresql_url, sqlite_url
from tests.unit.sharing.insight.places import COUNT_FILES, opened


def _url(kind: str, folder: Path) -> str:
    return sqlite_url(folder) if kind == "sqlite" else postgresql_url()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, on each of the two."""
    made = opened(_url(request.param, tmp_path))
    yield made
    made.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """All published counts of the demonstration, on each of the two; tests only read it."""
    made = opened(_url(request.param, tmp_path_factory.mktemp("published")))
    reports = import_counts(made, Importer(), COUNT_FILES, Options())
    assert not any(report.problems for report in reports)
    yield made
    made.close()
