from datetime import UTC, date, datetime

import pytest

from sharing.demonstration.moments import birth_of, day_of, moment_of

NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)


def test_a_moment_counts_in_days_of_romford():
    assert moment_of("-3d 17:36", NOW) == datetime(2026, 2, 17, 17, 36, tzinfo=UTC)
    assert moment_of("+150d 10:00", NOW) == datetime(2026, 7, 20, 9, 0, tzinfo=UTC)
    assert moment_of("+1d", NOW) == datetime(2026, 2, 21, tzinfo=UTC)


def test_late_in_the_evening_it_is_already_tomorrow_in_summer():
    assert day_of("-0d", datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)


def test_ages_stay_what_they_are_whenever_it_is_loaded():
    assert birth_of("-16y0d", NOW) == date(2010, 2, 20)
    assert birth_of("-17y40d", NOW) == date(2009, 1, 11)
    assert birth_of("-18y0d", datetime(2028, 2, 29, 12, tzinfo=UTC)) == date(2010, 2, 28)


@pytest.mark.parametrize(
    ("read", "text"),
    [(moment_of, "yesterday"), (day_of, "-1d 10:00"), (birth_of, "16"), (moment_of, "-3 17:36")],
)
def test_another_form_is_refused(read, text):
    with pytest.raises(ValueError, match="is no"):
        read(text, NOW)
