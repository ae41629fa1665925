"""The preview of a sighting shows its still and its vehicle, and warns of a street in its text."""

import re

import pytest

from tests.api.doors import MANAGER, OFFICER, OPERATOR, open_door_at
from tests.databases import sqlite_url
from tests.pages.test_areas import signed_in
from tests.pages.test_typed_again import picture, send
from tests.partnership import ROBBERY
from tests.portal import close

POLICE, SCHEME = "HAV-CSP-01|metropolitan-east-area", "HAV-CSP-01|romford-bcrp"
SEEN = {
    "seen_date": "2026-02-17",
    "seen_time": "02:11",
    "address": "14 South Street, Romford",
    "age": "adult",
}
FORM = "/sightings/new"


@pytest.fixture
def door(tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path))
    yield made
    close(made.app)


def previewed(door, still=None, **typed):
    """The address of the preview, and its page."""
    browser = signed_in(door, OPERATOR, ROBBERY)
    made = send(browser, FORM, {**SEEN, "recipients": [POLICE, SCHEME], **typed}, still)
    assert made.status_code == 303, made.text
    return browser, made.location, browser.get(made.location).text


def lines(page):
    """The cells of each line by its label, one for each audience, in plain words."""
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    rows = [re.sub(r"<(?!/?t[hd])[^>]+>", " ", row) for row in body.split("</tr>") if "<th" in row]
    cells = [[" ".join(cell.split()) for cell in re.split(r"</?t[hd][^>]*>", row)] for row in rows]
    return {row[1]: [each for each in row[2:] if each] for row in cells}


def test_mark_of_the_vehicle_stands_in_the_preview_as_each_will_see_it(door):
    browser, preview, page = previewed(door, mark="LK21 ?A")
    police, scheme = lines(page)["Vehicle: Partial registration"]
    assert "LK21" in police
    sent = browser.send(preview, preview).location
    for who, told in ((OFFICER, police), (MANAGER, scheme)):
        shown = signed_in(door, who, ROBBERY).get(sent).text
        assert ("LK21" in shown) == ("LK21" in told)


def test_still_stands_in_the_preview_as_each_will_see_it(door):
    colours = "Nothing of the picture but its colours"
    for looked_over in ({}, {"looked_over": "y"}):
        browser, preview, page = previewed(door, picture(), **looked_over)
        police, scheme = lines(page)["Still"]
        assert (police == colours) == (not looked_over)
        sent = browser.send(preview, preview).location
        for who, told in ((OFFICER, police), (MANAGER, scheme)):
            shown = signed_in(door, who, ROBBERY).get(sent).text
            assert ('<img src="/stills/' in shown) == (told != "Not shown" and "Withheld" not in told)
    assert "Still" not in lines(previewed(door)[2])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("He went off along Mawney Road.", "Mawney Road"),
        ("Outside 14 south street he ran.", "14 South Street"),
    ],
)
def test_street_in_the_text_for_sharing_is_said_to_reach_who_is_not_given_the_address(door, text, named):
    page = previewed(door, text=text)[2]
    warned = re.search(r'<div class="notice notice--warning">(.*?)</div>', page, re.DOTALL)[1]
    assert f"The text for sharing names {named}." in warned
    assert "Romford Business" in warned
    assert "Metropolitan" not in warned


def test_text_that_names_no_street_or_goes_to_nobody_without_the_address_is_not_warned_of(door):
    for typed in ({"text": "He went down the street."}, {"text": "On Mawney Road.", "recipients": [POLICE]}):
        assert "notice--warning" not in previewed(door, **typed)[2].partition("<h1>")[2]
