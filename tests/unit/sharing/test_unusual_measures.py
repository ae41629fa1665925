"""What makes somebody's looks stand out: their own habit, the hour, and nobody else's numbers."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sharing.unusual.measures import HABIT, LEAST, Kind, Look, standing_out

TODAY = date(2026, 1, 30)  # in winter, when London keeps UTC
READ, LISTED = "sharing:record:read", "sharing:record:listed"


def looks(count: int, days_ago: int, *, hour: int = 10, person: str = "leanne", event: str = READ):
    first = datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=UTC) - timedelta(days=days_ago)
    return [Look(person, event, first + timedelta(seconds=number)) for number in range(count)]


def habit(count: int, *, days: int = 10, hour: int = 10, person: str = "leanne"):
    return [look for ago in range(1, days + 1) for look in looks(count, ago, hour=hour, person=person)]


def today(looked):
    """What stands out today; days of a habit may stand out themselves, before there is one."""
    return [each for each in standing_out(looked, TODAY) if each.of == TODAY.isoformat()]


def kinds(found):
    return [(each.kind, each.of) for each in found]


@pytest.mark.parametrize(
    ("usual", "count", "stands_out"),
    [(7, 21, False), (7, 22, True), (2, LEAST - 1, False), (2, LEAST, True), (60, 120, False)],
)
def test_many_looks_are_many_against_ones_own_median(usual, count, stands_out):
    found = kinds(today([*habit(usual), *looks(count, 0)]))
    assert found == ([(Kind.VOLUME, "2026-01-30")] if stands_out else [])


def test_the_sentence_says_the_habit_and_what_was_looked_at():
    own = [*habit(4), *looks(30, 0), *looks(2, 0, event=LISTED, hour=11)]
    (found,) = standing_out(own, TODAY)
    assert found.why == (
        "looked 32 times in a day, more than 3 times their usual 4 a day. Looked at: 2 lists and 30 records."
    )


def test_without_a_habit_the_least_number_is_enough_and_is_said():
    (found,) = standing_out([*habit(1, days=4), *looks(LEAST, 0)], TODAY)
    assert "fewer than 5 days before" in found.why
    assert kinds(standing_out(looks(LEAST - 1, 0), TODAY)) == []


def test_nobody_is_measured_by_the_habit_of_another():
    own = [*habit(40, person="imran"), *habit(2), *looks(41, 0), *looks(41, 0, person="imran")]
    assert [each.person for each in today(own)] == ["leanne"]


def test_looks_before_the_habit_count_for_nothing():
    old = [look for ago in range(HABIT + 1, HABIT + 9) for look in looks(50, ago)]
    (found,) = today([*old, *looks(60, 0)])
    assert "fewer than 5 days" in found.why


def test_night_is_what_is_night_for_this_person():
    by_day = standing_out([*habit(2), *looks(1, 0, hour=2)], TODAY)
    assert kinds(by_day) == [(Kind.NIGHT, "2026-01-30")]
    shift = [*habit(2, hour=2), *looks(1, 0, hour=2)]
    assert [of for kind, of in kinds(standing_out(shift, TODAY)) if kind is Kind.NIGHT] == [
        "2026-01-20",  # the first two nights of the shift are not usual yet
        "2026-01-21",
    ]
    assert kinds(standing_out([*habit(2), *looks(1, 0, hour=21)], TODAY)) == []


def test_the_sentence_says_the_hours_that_are_usual():
    own = [*habit(1, hour=8), *habit(1, hour=9), *habit(1, hour=14), *looks(3, 0, hour=23)]
    (found,) = standing_out(own, TODAY)
    assert found.why == (
        "looked at night, at 23:00; their usual hours are 08:00 to 10:00 and 14:00 to 15:00. "
        "Looked at: 3 records."
    )


def test_night_goes_by_the_clock_in_london():
    june = datetime(2026, 6, 15, 21, 30, tzinfo=UTC)  # half past ten there
    assert [each.kind for each in standing_out([Look("leanne", READ, june)], date(2026, 6, 15))] == [
        Kind.NIGHT
    ]
