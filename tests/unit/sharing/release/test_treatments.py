from datetime import UTC, date, datetime

import pytest

from sharing.release.schema import Field, FieldClass, FieldType, Treatment
from sharing.release.treatments import UNMAKEABLE, Setting, maker, too_short

EVENING = datetime(2026, 2, 17, 14, 21, tzinfo=UTC)


def form(kind, treatment, value, **more):
    field = Field("ping_point", FieldClass.EVENT, FieldType(kind))
    setting = Setting(**{"day": date(2026, 2, 17), "ward": "St Edward's", "wards": {}, **more})
    return maker(field, Treatment[treatment.upper()], "A")(value, setting)


@pytest.mark.parametrize(
    ("kind", "treatment", "value", "text"),
    [
        ("time", "generalise", EVENING, "2026-02-17, 12:00–18:00"),
        ("time", "generalise", "2026-02-17T18:00:00+00:00", "2026-02-17, 18:00–24:00"),
        ("time", "generalise", datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "2026-07-01, 00:00–06:00"),
        ("date", "generalise", date(2026, 2, 17), "2026-02"),
        ("dob", "generalise", date(2009, 2, 18), "16–17"),
        ("dob", "generalise", date(2008, 2, 17), "18–24"),
        ("dob", "generalise", date(2020, 2, 17), "under 10"),
        ("amount", "generalise", 4999, "under £50"),
        ("amount", "generalise", 5000, "under £200"),
        ("amount", "generalise", 99999, "under £1,000"),
        ("amount", "generalise", 100000, "under £5,000"),
        ("amount", "generalise", 500000, "£5,000 or more"),
        ("address", "generalise", "1 South Street", "St Edward's"),
        ("point", "generalise", [51.5, 0.1], "St Edward's"),
        ("name", "mask", "Ryan Thomas", "R. T."),
        ("phone", "mask", "07700 900418", "… 418"),
        ("imei", "mask", "352099001761481", "35209900…"),
        ("vrm", "mask", "LD57 ABC", "LD…"),
    ],
)
def test_forms_read_as_the_api_gives_them(kind, treatment, value, text):
    assert form(kind, treatment, value).text == text


def test_time_of_an_hour_that_comes_twice_keeps_its_own_day_and_quarter():
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert form("time", "generalise", first) == form("time", "generalise", second)


def test_ward_of_the_field_itself_goes_before_the_records():
    assert form("point", "generalise", [51.5, 0.1], wards={"ping_point": "Hylands"}).text == "Hylands"


def test_stand_in_asks_for_the_token_of_its_agreement():
    assert (
        form("name", "pseudonym", "Ryan", token=lambda agreement: f"{agreement}7F3K2").text == "Person A7F3K2"
    )


@pytest.mark.parametrize(
    ("kind", "treatment", "value", "more"),
    [
        ("address", "generalise", "1 South Street", {"ward": None}),
        ("dob", "generalise", date(2009, 2, 18), {"day": None}),
        ("dob", "generalise", date(2027, 2, 18), {}),
        ("dob", "generalise", "unreadable", {}),
        ("time", "generalise", "unreadable", {}),
        ("time", "generalise", "2026-02-17T18:00:00", {}),
        ("amount", "generalise", "a lot", {}),
        ("name", "pseudonym", "Ryan", {}),
        ("name", "mask", "418", {}),
        ("code", "mask", "robbery", {}),
    ],
)
def test_form_that_cannot_be_made_is_an_error(kind, treatment, value, more):
    with pytest.raises(UNMAKEABLE):
        form(kind, treatment, value, **more)


@pytest.mark.parametrize(
    ("kind", "value", "short"),
    [
        ("phone", "07700", True),
        ("phone", "077009", False),
        ("imei", "35209900176148", True),
        ("imei", "352099001761481", False),
        ("imei", "3520990017614812", False),
        ("vrm", "AB1", True),
        ("vrm", "A B 1 2", False),
        ("name", "A B", True),
        ("name", "Al", False),
        ("name", None, False),
        ("code", "x", False),
    ],
)
def test_value_shorter_than_twice_what_its_mask_shows(kind, value, short):
    assert too_short(FieldType(kind), value) is short


def test_mask_never_tells_a_length():
    assert form("vrm", "mask", "LD57ABC").text == form("vrm", "mask", "LD57 AB").text
