"""One PostgreSQL with the product's own roles, tables and walls, and a few records of two agencies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from foundation import clock
from foundation.database import Database
from foundation.moments import in_utc
from foundation.schema import migrate
from foundation.walls import REQUESTS
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.submission import NewPerson, NewRecord
from tests.asking import asking, session_of
from tests.databases import postgresql_url, seen_by
from tests.partnership import EXCLUDING, ROBBERY, actor, load_partnership

POLICE, COUNCIL, MEMBER = "aaron-field", "dan-osei", "magda-kowalska"
#: Of an agency that is no party to any agreement with the others.
STRANGER = "grace-abara"
TEXT = "Taken in the street."


@dataclass
class World:
    """The database, and the ids of its records by label; each test undoes what it does."""

    url: str
    owner: Database
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def link(self, role: str = "postgres") -> psycopg.Connection[Any]:
        """A connection in a role, to be closed by whoever asks."""
        return psycopg.connect(seen_by(self.url, role).replace("+psycopg", ""), prepare_threshold=None)

    def token(self, user: str) -> str:
        """A token of a session of the user that is good for a day."""
        if user not in self.tokens:
            self.tokens[user] = session_of(self.owner, user)
        return self.tokens[user]

    @contextmanager
    def requesting(self, user: str | None) -> Iterator[psycopg.Connection[Any]]:
        """A transaction as a request of the user has it, undone at the end; nobody's if there is no user."""
        with self.link(REQUESTS) as link:
            if user is not None:
                begin(link, self.token(user))
            yield link
            link.rollback()

    def named(self, ids: set[str]) -> set[str]:
        """The labels of records."""
        return {label for label, record in self.ids.items() if record in ids}


def begin(link: psycopg.Connection[Any], token: str) -> None:
    """What a transaction of requests begins with."""
    link.execute("SELECT wall.begin(%s, %s)", [token, in_utc(clock.now())])


def seen(link: psycopg.Connection[Any], statement: str, *given: Any) -> set[Any]:
    """The first column of what a statement shows."""
    return {row[0] for row in link.execute(statement, given)}


def incident(*releases: NewRelease, word: str = "larkspur") -> NewRecord:
    """A robbery with a victim and a suspect."""
    values = {"crime_type": "robbery", "ward": "St Edward's", "account": f"Threatened near the {word}."}
    people = (
        NewPerson(("victim",), {"given_name": "Vera", "family_name": "Quillfeather"}),
        NewPerson(("suspect",), {"given_name": "Adam", "family_name": "Suspectson", "seen_as": "male"}),
    )
    return NewRecord("incident", values, people, releases=releases)


def to(*recipients: str) -> NewRelease:
    """A release under the partnership's agreement."""
    return NewRelease("HAV-CSP-01", (ROBBERY,), recipients, text=TEXT)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    made = World(url := postgresql_url(), Database(url))
    migrate(made.owner)
    load_partnership(made.owner)
    sent = {
        "hidden": (POLICE, incident()),
        "to the council": (POLICE, incident(to("havering"))),
        "to all": (POLICE, incident(to("*"))),
        "to transport police": (POLICE, incident(to("british-transport-police"))),
        "to members": (POLICE, incident(NewRelease("HAV-CSP-01", (EXCLUDING,), ("members",), text=TEXT))),
        "the council's": (COUNCIL, incident()),
    }
    for label, (by, new) in sent.items():
        with asking(made.owner, actor(by)) as database:
            made.ids[label] = submit(database, actor(by), new).id
    with made.link() as link:
        link.execute("ANALYZE")
    yield made
    made.owner.close()


@pytest.fixture
def superuser(world: World) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's transaction, in which a test plants a fault; undone at the end."""
    with world.link() as link:
        yield link
        link.rollback()
