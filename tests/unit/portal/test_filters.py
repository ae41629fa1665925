"""How values read on a page."""

from datetime import UTC, date, datetime, timedelta

import pytest

from foundation import clock
from portal.web import filters

SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


def test_moment_reads_on_londons_clock_in_summer_and_winter():
    assert filters.long_time(SUMMER) == "2 July 2026, 00:30"
    assert filters.long_time(datetime(2026, 2, 17, 17, 36, tzinfo=UTC)) == "17 February 2026, 17:36"
    assert filters.long_date(SUMMER) == "2 July 2026"
    assert filters.short_date(date(2026, 2, 7)) == "7 Feb 2026"


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        filters.long_time(datetime(2026, 2, 17, 17, 36))  # noqa: DTZ001 - the fault that is planted


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=59), "5 hours"),
        (timedelta(days=1, hours=19), "1 day 19 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=5), "2 days"),
    ],
)
def test_length_of_time_reads_in_words(length, words):
    assert filters.span(length) == words
    with clock.stopped(SUMMER):
        assert filters.until(SUMMER + length) == f"{words} left"
        assert filters.until(SUMMER - length) == f"{words} over"
        assert filters.ago(SUMMER - length) == f"{words} ago"
        assert filters.ago(SUMMER + length) == f"in {words}"


def test_year_is_told_only_of_another_year():
    with clock.stopped(datetime(2026, 2, 20, tzinfo=UTC)):
        assert filters.short_time(datetime(2026, 2, 17, 9, 5, tzinfo=UTC)) == "17 Feb, 09:05"
        assert filters.short_time(datetime(2025, 2, 17, 9, 5, tzinfo=UTC)) == "17 Feb 2025, 09:05"


def test_day_is_told_from_londons_today():
    with clock.stopped(SUMMER):
        assert filters.days_until(date(2026, 7, 2)) == "today"
        assert filters.days_until(date(2026, 7, 3)) == "in 1 day"
        assert filters.days_until(date(2026, 6, 25)) == "7 days ago"


@pytest.mark.parametrize(
    ("pence", "words"), [(46000, "£460"), (450, "£4.50"), (123456700, "£1,234,567"), (-5, "-£0.05")]
)
def test_pence_read_as_pounds(pence, words):
    assert filters.pounds(pence) == words


def test_counts_and_rows_of_words_read_as_a_sentence():
    assert [filters.plural(count, "field") for count in (0, 1, 1204)] == [
        "0 fields",
        "1 field",
        "1,204 fields",
    ]
    assert filters.plural(2, "agency", "agencies") == "2 agencies"
    assert [filters.sentence_list(words) for words in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == [
        "", "A", "A and B", "A, B and C",
    ]  # fmt: skip


def test_code_reads_by_the_label_that_the_application_gives():
    label = filters.filters(lambda field, code: f"{field}/{code}")["label"]
    assert label("yellow", "card") == "card/yellow"
