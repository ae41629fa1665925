"""One partnership on each database for the whole folder; every test makes a robbery of its own."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from foundation import clock
from foundation.database import Database
from sharing.agreements.tables import break_glass
from sharing.requests.asking import ask
from sharing.requests.tables import glass_try
from tests.databases import postgresql_url, sqlite_url
from tests.unit.sharing.requests.scene import (
    MEMBER,
    RAIL_DPO,
    Robbery,
    form,
    open_partnership,
    person,
    robbery,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("requests")
    opened = open_partnership(sqlite_url(folder) if request.param == "sqlite" else postgresql_url())
    yield opened
    opened.close()


@pytest.fixture
def about(database: Database) -> Robbery:
    return robbery(database)


@pytest.fixture
def key(about: Robbery) -> str:
    """The key of the adult suspect's family name."""
    return about.key("adult", "family_name")


@pytest.fixture
def asked(database: Database, about: Robbery, key: str) -> str:
    """The member has asked for it."""
    return ask(database, person(MEMBER), form(about.id, key))


@pytest.fixture
def hidden(database: Database) -> Robbery:
    """A record of the police's that was released to nobody."""
    return robbery(database, to=())


@pytest.fixture
def unbroken(database: Database) -> None:
    """No broken glass of another test is waiting for its review, and nobody has tried."""
    with database.transaction() as tx:
        tx.execute(delete(glass_try))
        tx.execute(update(break_glass).values(reviewed=clock.now(), reviewed_by=RAIL_DPO))
