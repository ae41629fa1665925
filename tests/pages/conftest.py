"""The portal that most tests of pages sit in front of; a file that needs another makes its own."""

import pytest
from sqlalchemy import insert

from sharing.schemes.tables import scheme
from tests.api.doors import open_door_at
from tests.databases import sqlite_url
from tests.pages.test_areas import SCHEME
from tests.portal import close


@pytest.fixture
def door(tmp_path):
    """The demonstration's people and agreements, and the scheme of the business crime partnership."""
    made = open_door_at(tmp_path, sqlite_url(tmp_path))
    with made.database.transaction() as tx:
        tx.execute(insert(scheme), SCHEME)
    yield made
    close(made.app)
