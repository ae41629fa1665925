"""Histories in which the three ways once parted, each as short as it can be told."""

import pytest

from tests.databases import postgresql_url, sqlite_url
from tests.properties import strategies as some
from tests.properties.databases import opened
from tests.properties.machine import History


@pytest.fixture(params=["sqlite", "postgresql"])
def history(request, tmp_path):
    database = opened(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    machine = type("Told", (History,), {"database": database, "kind": "told"})()
    yield machine
    database.close()


def test_grant_for_a_purpose_that_no_clause_names_brings_the_record(history):
    clause = {
        "purposes": [some.PURPOSES[1]], "from": ["police"], "to": ["council"], "records": [*some.TYPES],
        "fields": [*some.CLASSES], "treatment": "disclose", "roles": ["officer"],
    }  # fmt: skip
    history.begin(kinds=["school"], clauses=[clause], type_="sighting", people=[], text=None, to=["*"])
    reader = next(n for n, user in enumerate(history.play.users) if user == "agency-2-reader")
    more = {"treatment": "disclose", "named": False, "passes": False}
    history.grant(record=0, agreement=0, who=reader, more=more)
    history.teardown()  # where everybody is asked
