"""The scene of every test of requests in flight."""

import pytest

from tests.databases import postgresql_url, sqlite_url
from tests.flight.scene import Scene, open_scene
from tests.portal import close


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flight")
    made = open_scene(sqlite_url(folder) if request.param == "sqlite" else postgresql_url(), folder)
    yield made
    close(made.app)


@pytest.fixture
def scene(opened: Scene):
    opened.send()
    yield opened
    opened.restore()
