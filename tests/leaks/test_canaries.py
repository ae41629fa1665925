"""No hidden value stands in anything that leaves, in any writing, nor in the ledger or the log."""

import logging
from unittest.mock import patch

import pytest
from sqlalchemy import select

from foundation.ledger.tables import ledger_pending
from portal.api import records as api_records
from portal.web import records as web_records
from tests.leaks.drive import Answer, Observer
from tests.leaks.exits import Ask
from tests.leaks.pairs import ENGINES, Pair, Pairs
from tests.leaks.views import VIEWS

each_pair = pytest.mark.parametrize(
    ("engine", "view"), [(engine, view) for engine in ENGINES for view in VIEWS]
)


def told(pair: Pair, answer: Answer) -> list[str]:
    """The canaries in an answer, less those that the request itself held."""
    asked = answer.ask.lower()
    headers = repr(answer.headers).encode()
    hits = pair.scanner.found(answer.raw) | pair.scanner.found(headers)
    return [f"{answer.ask}: {hit}" for hit in hits if hit.split()[0][:6] not in asked]


@each_pair
def test_no_canary_leaves(pairs: Pairs, engine: str, view: str):
    pair = pairs.of(engine, view)
    assert len(pair.one.canaries) > 300
    assert [hit for answers in pair.answers for answer in answers for hit in told(pair, answer)] == []


@each_pair
def test_ledger_names_fields_and_never_their_values(pairs: Pairs, engine: str, view: str):
    pair = pairs.of(engine, view)
    assert pair.answers
    for world in (pair.one, pair.other):
        with world.database.transaction() as tx:
            details = list(tx.execute(select(ledger_pending.c.detail)).scalars())
        assert len(details) > 300
        assert pair.scanner.found("\n".join(details).encode()) == set()


@pytest.mark.parametrize("door", ["web", "api"])
def test_fault_tells_neither_reader_nor_log_what_went_wrong(
    pairs: Pairs, caplog: pytest.LogCaptureFixture, door: str
):
    pair = pairs.of("sqlite", "member-robbery")
    path = {"web": "/records/incidents", "api": "/api/v1/incidents"}[door]
    with caplog.at_level(logging.INFO):
        answers = [broken(pair.observers[0], door, path, pair.one.canaries[n]) for n in (0, 1)]
    assert answers[0].status == 500
    assert answers[0].told == answers[1].told
    assert pair.scanner.found(answers[0].raw) == set()
    assert "ValueError" in caplog.text
    assert pair.scanner.found(caplog.text.encode()) == set()


def broken(observer: Observer, door: str, path: str, canary: str) -> Answer:
    """The answer when the use case fails with a hidden value in its message."""
    module = {"web": web_records, "api": api_records}[door]
    with patch.object(module, "list_records", side_effect=ValueError(f"bad phone {canary}")):
        return observer.ask(Ask(door, path, title="a fault"))[0]


def test_log_of_everything_asked_holds_no_canary(pairs: Pairs, caplog: pytest.LogCaptureFixture):
    pair = pairs.of("sqlite", "railway")
    with caplog.at_level(logging.DEBUG):
        pair.ask([ask for ask in pair.asks if "sightings" in ask.path])
    assert pair.scanner.found(caplog.text.encode()) == set()
