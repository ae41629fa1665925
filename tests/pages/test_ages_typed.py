"""The age in a new sighting and in a report: an adult is not seen in an age under 18, and a child may be."""

import re

import pytest
from sqlalchemy import select

from sharing.records.record import link, person, record
from tests.pages.test_areas import AREA_MANAGER, REPORT, signed_in
from tests.partnership import ROBBERY

OPERATOR = "dan-osei"
SITE = {"site": "mercury-outdoor"}
SEEN = {"seen_date": "2026-02-17", "seen_time": "02:11", "address": "South Street", "account": "Hazel."}
ASKED = "You said adult, and an age under 18. Choose which of the two it was."
UNDER_AGE = ("under-10", "10-13", "14-15", "16-17")
FORMS = (("/sightings/new", SEEN), ("/report", {**REPORT, **SITE, "account": "Hazel."}))


def words(page):
    return re.sub(r"<[^>]+>|\s+", " ", page)


def browser_of(door, path):
    return signed_in(door, *((AREA_MANAGER, ROBBERY) if path == "/report" else (OPERATOR, ROBBERY)))


def sent(browser, path, fields):
    """Send the form, and a sighting's preview after it."""
    answer = browser.send(path, path, **fields)
    assert answer.status_code == 303, answer.text
    if path == "/report":
        return
    assert browser.send(answer.location, answer.location).status_code == 303


def person_kept(door):
    """Belief, years as (low, high), and the band of the only person."""
    with door.database.transaction() as tx:
        row = tx.execute(
            select(person.c.believed_child, person.c.apparent_age, link.c.apparent_age.label("band"))
            .select_from(link)
            .join(person, person.c.id == link.c.person_id)
        ).one()
    years = row.apparent_age and (row.apparent_age["low"], row.apparent_age["high"])
    return bool(row.believed_child), years, row.band


@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_adult_in_an_age_under_18_is_asked_beside_the_field_and_the_form_comes_back_filled(
    door, path, fields
):
    browser = browser_of(door, path)
    for band in UNDER_AGE:
        back = browser.send(path, path, **{**fields, "age": "adult", "apparent_age": band})
        assert back.status_code == 422
        assert ASKED in re.search(r'id="apparent_age-error">(.*?)</p>', back.text)[1]
        assert f'<option value="{band}" selected>' in back.text
        assert re.search(r'name="age" value="adult" checked', back.text)
        assert "Hazel." in back.text
    with door.database.transaction() as tx:
        assert tx.execute(select(record.c.id)).all() == []


@pytest.mark.parametrize(("path", "fields"), FORMS)
@pytest.mark.parametrize(
    ("age", "band", "kept"),
    [
        ("adult", "25-34", (False, (25, 34), "25-34")),
        ("adult", "", (False, (18, 99), None)),
        ("child", "25-34", (True, None, "25-34")),
        ("child", "14-15", (True, None, "14-15")),
        ("cannot-tell", "under-10", (False, (0, 9), "under-10")),
        ("cannot-tell", "16-17", (False, (16, 17), "16-17")),
        ("cannot-tell", "", (False, None, None)),
    ],
)
def test_what_is_kept_of_the_age(door, path, fields, age, band, kept):
    sent(browser_of(door, path), path, {**fields, "age": age, "apparent_age": band})
    assert person_kept(door) == kept


@pytest.mark.parametrize(
    ("age", "band", "told"),
    [("adult", "", "18 and over"), ("adult", "18-24", "18–24"), ("cannot-tell", "65-over", "65 and over")],
)
def test_nobody_reads_a_narrower_age_than_was_typed(door, age, band, told):
    browser = browser_of(door, "/sightings/new")
    everybody = re.findall(r'name="recipients" value="([^"]+)"', browser.get("/sightings/new").text)
    typed = {**SEEN, "age": age, "apparent_age": band, "recipients": everybody}
    preview = browser.send("/sightings/new", "/sightings/new", **typed).location
    row = re.search(r"Age band.*?</tr>", browser.get(preview).text, re.DOTALL)[0]
    assert told in words(row)
    assert set(re.findall(r"\d+(?:–\d+| and over)", row)) == {told}
    sent = browser.send(preview, preview).location
    assert told in words(browser.get(sent).text)
