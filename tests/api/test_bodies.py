"""Records of one page never borrow each other's reasons."""

import json

import orjson
import pytest

from foundation.database import Database
from portal.api.bodies import record_bodies
from sharing.agreements.releases import NewRelease
from sharing.contribution import submit
from sharing.disclosure import search
from sharing.filters import searched
from sharing.submission import NewPerson, NewRecord
from tests.databases import sqlite_url
from tests.partnership import ROBBERY, actor, load_partnership
from tests.portal import prepare_tables


def incident(n):
    release = NewRelease("HAV-CSP-01", (ROBBERY,), ("romford-bcrp",), text="Taken in the street.")
    persons = tuple(
        NewPerson(("suspect",) if each % 2 else ("victim",), {"seen_as": "male"}) for each in range(n)
    )
    return NewRecord(
        "incident", {"crime_type": "robbery", "ward": "St Edward's"}, persons, releases=(release,)
    )


@pytest.fixture
def database(tmp_path):
    opened = Database(sqlite_url(tmp_path))
    prepare_tables(opened)
    load_partnership(opened)
    yield opened
    opened.close()


def test_each_record_keeps_its_own_reasons(database):
    for n in range(12):
        submit(database, actor("aaron-field"), incident(n % 4 + 1))
    found = search(database, actor("magda-kowalska"), searched("street"), ("incident",))
    assert len(found) == 12
    together = json.loads(orjson.dumps(record_bodies(iter(found))))
    for body, record in zip(together, found, strict=True):
        keys = {f"persons.{person.link}.{name}" for person in record.persons for name in person.withheld}
        assert {key for key in body["withheld"] if key.startswith("persons.")} == keys
