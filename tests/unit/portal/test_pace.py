"""Windows of a minute and an hour: what counts in them, when they open again, how often somebody is told."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from foundation import clock
from portal.gate.pace import ACTS_A_MINUTE, Pace

NOW = datetime(2026, 2, 17, 23, tzinfo=UTC)


def at(seconds):
    return clock.stopped(NOW + timedelta(seconds=seconds))


def test_account_waits_until_its_minute_is_over_and_others_do_not():
    pace = Pace(requests=3, records=0)
    with at(0):
        for _ in range(3):
            assert not pace.left("ann", "requests")
            pace.add("ann", "requests")
    with at(20):
        assert pace.left("ann", "requests") == timedelta(seconds=40)
        assert not pace.left("bob", "requests")
    with at(60):
        assert not pace.left("ann", "requests")
        pace.add("ann", "requests")
        assert not pace.left("ann", "requests")


def test_records_count_for_an_hour():
    pace = Pace(requests=0, records=100)
    with at(0):
        pace.add("ann", "records", 60)
        assert not pace.left("ann", "records")
        pace.add("ann", "records", 60)
        assert pace.left("ann", "records") == timedelta(hours=1)
    with at(3599):
        assert pace.left("ann", "records")
    with at(3600):
        assert not pace.left("ann", "records")


def test_stills_count_for_a_day():
    pace = Pace(requests=0, records=0, stills=2)
    with at(0):
        pace.add("ann", "stills", 2)
    with at(86_399):
        assert pace.left("ann", "stills") == timedelta(seconds=1)
    with at(86_400):
        assert not pace.left("ann", "stills")


def test_no_bound_counts_nothing():
    pace = Pace(requests=0, records=0)
    for kind in ("requests", "acts", "records", "stills"):
        for _ in range(ACTS_A_MINUTE + 1):
            pace.add("ann", kind, 1_000_000)
        assert not pace.left("ann", kind)


def test_somebody_is_told_once_an_hour():
    pace = Pace(1, 1)
    with at(0):
        assert pace.alarm_is_due("ann", "requests")
        assert not pace.alarm_is_due("ann", "requests")
        assert pace.alarm_is_due("ann", "records")
    with at(3600):
        assert pace.alarm_is_due("ann", "requests")


def test_what_is_over_is_dropped(monkeypatch):
    monkeypatch.setattr("portal.gate.pace._TIDY_AT", 10)
    pace = Pace(1, 1)
    with at(0):
        for number in range(10):
            pace.add(f"person {number}", "requests")
            pace.alarm_is_due(f"person {number}", "requests")
    with at(4000):
        pace.add("ann", "requests")
    assert set(pace._windows) == {("ann", "requests")}
    assert pace._alarms == {}


@pytest.mark.parametrize("kind", ["requests", "records"])
def test_no_count_is_lost_between_threads(kind):
    pace = Pace(8 * 500, 8 * 500)

    def ask():
        for _ in range(500):
            pace.add("ann", kind)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert pace.left("ann", kind)
