"""What a request to the JSON door costs in SQL statements, who is asking included."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from auth.keys import issue_key
from benchmarks.population import DENSE, PURPOSE
from benchmarks.seed import account_of, fill
from foundation import postgresql
from foundation.ledger import append
from portal.app import create_app
from tests.databases import database_settings, postgresql_url
from tests.portal import close, database_of, engines_of, production_settings

MOST = 5


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    url = postgresql_url()
    fill_first(url)
    settings = production_settings(
        tmp_path_factory.mktemp("door"),
        **database_settings(url),
        CONCORDAT_TRUSTED_HOSTS="localhost",
    )
    app = create_app(settings)
    yield app
    close(app)


def fill_first(url):
    from foundation.database import Database

    database = Database(url)
    fill(database, 1200)
    database.close()


@pytest.fixture(scope="module")
def module_monkeypatch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def ask(door, module_monkeypatch):
    monkeypatch, present, run = module_monkeypatch, postgresql.present, append.run
    database = database_of(door)
    key = issue_key(database, account_of(DENSE), [PURPOSE], datetime(2099, 1, 1, tzinfo=UTC))
    headers = {"Authorization": f"Bearer {key}", "Sharing-Purpose": PURPOSE}
    sent = []
    for engine in engines_of(door):
        event.listen(engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    monkeypatch.setattr(postgresql, "present", lambda tx: sent.append("wall.begin") or present(tx))
    monkeypatch.setattr(append, "run", lambda *told: sent.append("INSERT") or run(*told))

    def answered(path):
        sent.clear()
        answer = door.test_client().get(path, base_url="https://localhost", headers=headers)
        assert answer.status_code == 200
        return answer.json, list(sent)

    answered("/api/v1/incidents?limit=1")  # compiles the policy, and notes the first use of the key
    return answered


def test_statements_of_a_list_are_few_and_as_many_whatever_its_length(ask):
    counts = []
    for limit in (10, 50, 200):
        page, sent = ask(f"/api/v1/incidents?limit={limit}")
        assert len(page["records"]) == limit
        owners = {each["owner"] for each in page["records"]}
        assert len(owners) > 1  # each of whom gets an entry
        counts.append(len(sent))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST


def test_statements_of_one_record_are_few(ask):
    page, _ = ask("/api/v1/incidents?limit=50")
    for each in page["records"]:
        _, sent = ask(f"/api/v1/incidents/{each['id']}")
        assert len(sent) <= MOST
