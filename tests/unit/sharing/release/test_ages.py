from datetime import UTC, date, datetime, timedelta

import pytest

from sharing.release.ages import ADULT, OLDEST, band_between, band_of, is_child, years_on
from sharing.release.facts import ApparentAge, Person
from tests.unit.sharing.release.scene import NOW

LONG_AGO = datetime(2005, 1, 1, tzinfo=UTC)


def child(person, now=NOW, happened=NOW, *, business=False):
    return is_child(person, now, happened, business=business)


def born(day, *, verified=True, **more):
    return Person("p", dob=day, dob_verified=verified, **more)


def test_child_until_midnight_in_london_of_the_eighteenth_birthday():
    person = born(date(2008, 7, 1))
    before = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
    assert child(person, before)
    assert not child(person, before + timedelta(minutes=1))


def test_born_on_29_february_grows_up_on_1_march():
    person = born(date(2008, 2, 29))
    assert child(person, datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    assert not child(person, datetime(2026, 3, 1, tzinfo=UTC))


def test_belief_prevails_over_an_unverified_date_and_not_over_a_verified_one():
    assert child(born(date(1990, 1, 1), verified=False, believed_child=True))
    assert not child(born(date(1990, 1, 1), believed_child=True))


def test_apparent_age_counts_by_its_lower_end_and_grows_from_its_day():
    person = Person("p", apparent_age=ApparentAge(16, 20, date(2024, 2, 18)))
    assert child(person, NOW)
    assert not child(person, NOW + timedelta(days=1))


def test_date_of_birth_prevails_over_apparent_age():
    apparent = ApparentAge(12, 14, date(2026, 1, 1))
    assert not child(born(date(1990, 1, 1), verified=False, apparent_age=apparent))


def test_no_recorded_age_is_a_childs_for_business_recipients_only():
    assert child(Person("p"), business=True)
    assert not child(Person("p"), business=False)


def test_what_happened_before_eighteen_stays_a_childs_towards_business():
    person = born(date(2007, 1, 1))
    then = datetime(2024, 6, 1, tzinfo=UTC)
    assert child(person, happened=then, business=True)
    assert not child(person, happened=then, business=False)


def test_what_happened_at_no_recorded_time_stays_a_childs_towards_business():
    assert child(born(date(1970, 1, 1)), happened=None, business=True)
    assert not child(born(date(1970, 1, 1)), happened=NOW, business=True)


def test_apparent_age_is_counted_back_to_the_event_towards_business():
    person = Person("p", apparent_age=ApparentAge(25, 30, date(2026, 1, 1)))
    assert child(person, happened=LONG_AGO, business=True)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (9, "under 10"),
        (10, "10–13"),
        (13, "10–13"),
        (14, "14–15"),
        (16, "16–17"),
        (18, "18–24"),
        (24, "18–24"),
        (25, "25–34"),
        (34, "25–34"),
        (35, "35–44"),
        (71, "65–74"),
    ],
)
def test_age_bands(age, band):
    assert band_of(age) == band


@pytest.mark.parametrize(
    ("lowest", "highest", "band"),
    [
        (18, 24, "18–24"),
        (16, 17, "16–17"),
        (16, 20, "16–24"),
        (12, 17, "10–17"),
        (17, 26, "16–34"),
        (0, 9, "under 10"),
        (0, 17, "under 18"),
        (ADULT, OLDEST, "18 and over"),
        (20, OLDEST + 21, "18 and over"),
        (65, OLDEST, "65 and over"),
        (16, OLDEST, "16 and over"),
        (0, OLDEST, None),
    ],
)
def test_band_of_two_ages_holds_all_the_years_between_them(lowest, highest, band):
    assert band_between(lowest, highest) == band


def test_no_span_is_told_narrower_than_it_is():
    for lowest in range(OLDEST + 1):
        for highest in range(lowest, OLDEST + 1):
            band = band_between(lowest, highest)
            between = {band_of(age) for age in range(lowest, highest + 1)}
            assert (band in between) <= (between == {band}), (lowest, highest)


@pytest.mark.parametrize(
    ("day", "years"),
    [
        (date(2026, 2, 17), (25, 34)),
        (date(2026, 2, 3), (24, 34)),
        (date(2026, 3, 1), (25, 35)),
        (date(2027, 2, 17), (26, 35)),
        (date(2025, 2, 17), (24, 33)),
    ],
)
def test_birthday_that_may_lie_between_widens_what_was_seen(day, years):
    assert years_on(Person("p", apparent_age=ApparentAge(25, 34, date(2026, 2, 17))), day) == years


@pytest.mark.parametrize("years", [(0, OLDEST), (10, 25), (17, OLDEST), (17, 18)])
def test_span_that_reaches_below_18_is_a_childs_towards_everybody(years):
    person = Person("p", apparent_age=ApparentAge(*years, NOW.date()))
    assert child(person)
    assert child(person, business=True)
