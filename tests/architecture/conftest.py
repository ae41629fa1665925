"""One world for everything that calls use cases, and a copy of it for each call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.calls.trial import Scene, open_copy
from tests.databases import sqlite_url
from tests.escalation.things import World
from tests.escalation.world import open_world
from tests.portal import close


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("calls")
    opened = open_world(folder, sqlite_url(folder))
    yield opened
    close(opened.app)


@pytest.fixture
def scene(world: World, tmp_path: Path) -> Iterator[Scene]:
    copied = open_copy(world, tmp_path)
    with copied.ends:
        yield copied
    copied.database.close()
