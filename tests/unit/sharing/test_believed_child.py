"""Of two ages that contradict each other the younger one protects."""

from datetime import date

import pytest

from sharing.submission import NewPerson, believed_child

DAY = date(2026, 2, 17)


@pytest.mark.parametrize("band", ["under-10", "10-13", "14-15", "16-17"])
@pytest.mark.parametrize(
    ("more", "years", "believed"),
    [
        ({}, (18, 99), True),
        ({}, (30, 40), True),
        ({}, None, True),
        ({}, (14, 15), False),  # counts as a child by the years, and grows up by them
        ({"date_of_birth": date(1980, 1, 1)}, None, True),
        ({"date_of_birth": date(2008, 2, 17)}, (14, 15), True),
        ({"date_of_birth": date(2008, 2, 18)}, None, False),
    ],
)
def test_person_seen_in_an_age_under_18(band, more, years, believed):
    values = {"apparent_age": band, **more}
    assert believed_child(NewPerson(("observed",), values, apparent_age=years), values, DAY) is believed


@pytest.mark.parametrize("band", [None, "18-24", "65-over"])
@pytest.mark.parametrize("said", [True, False])
def test_belief_stands_whatever_the_age_as_seen(band, said):
    values = {"apparent_age": band}
    person = NewPerson(("observed",), values, apparent_age=(25, 34), may_be_child=said)
    assert believed_child(person, values, DAY) is said
