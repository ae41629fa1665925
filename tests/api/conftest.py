"""One door for a whole module: tests make records of their own and never count another's."""

from collections.abc import Iterator

import pytest

from tests.api.doors import Door, open_door_at
from tests.databases import postgresql_url, sqlite_url
from tests.portal import close


@pytest.fixture(scope="module")
def sharing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door over SQLite, for what storage has no part in."""
    folder = tmp_path_factory.mktemp("door")
    door = open_door_at(folder, sqlite_url(folder))
    yield door
    close(door.app)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def each_sharing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A door over each database."""
    folder = tmp_path_factory.mktemp("door")
    url = sqlite_url(folder) if request.param == "sqlite" else postgresql_url()
    door = open_door_at(folder, url)
    yield door
    close(door.app)
