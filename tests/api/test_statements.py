"""What a request to the JSON door costs in SQL statements, who is asking included."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from auth.keys import issue_key
from benchmarks.population import DENSE, PURPOSE
from benchmarks.seed import account_of, fill
from portal.app import create_app
from tests.databases import postgresql_url
from tests.portal import database_of, production_settings

MOST = 5


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    settings = production_settings(
        tmp_path_factory.mktemp("door"),
        CONCORDAT_DATABASE_URL=postgresql_url(),
        CONCORDAT_TRUSTED_HOSTS="localhost",
    )
    fill_first(settings.database_url)
    app = create_app(settings)
    yield app
    database_of(app).close()


def fill_first(url):
    from foundation.database import Database

    database = Database(url)
    fill(database, 1200)
    database.close()


@pytest.fixture(scope="module")
def ask(door):
    database = database_of(door)
    key = issue_key(database, account_of(DENSE), [PURPOSE], datetime(2099, 1, 1, tzinfo=UTC))
    headers = {"Authorization": f"Bearer {key}", "Sharing-Purpose": PURPOSE}
    sent = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: sent.append(told[2]))

    def answered(path):
        sent.clear()
        answer = door.test_client().get(path, headers=headers)
        assert answer.status_code == 200
        return answer.json, list(sent)

    answered("/api/v1/incidents?limit=1")  # compiles the policy, and notes the first use of the key
    return answered


def test_statements_of_a_list_are_few_and_as_many_whatever_its_length(ask):
    counts = []
    for limit in (10, 50, 200):
        page, sent = ask(f"/api/v1/incidents?limit={limit}")
        assert len(page["records"]) == limit
        counts.append(len(sent))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST


def test_statements_of_one_record_are_few(ask):
    page, _ = ask("/api/v1/incidents?limit=50")
    for each in page["records"]:
        _, sent = ask(f"/api/v1/incidents/{each['id']}")
        assert len(sent) <= MOST
