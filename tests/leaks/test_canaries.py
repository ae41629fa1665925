"""What goes wrong, and what is logged, tells no hidden value; test_two_worlds looks at everything else."""

import logging
from unittest.mock import patch

import pytest

from portal.api import records as api_records
from portal.web import records as web_records
from tests.leaks.asks import Ask
from tests.leaks.drive import Answer, Observer
from tests.leaks.pairs import Pairs


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
