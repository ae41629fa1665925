"""The page of published counts: figures, sums, editions, and what it says when it has none."""

import json
import re

import pytest

from sharing.insight.imports import Options, import_counts
from sharing.insight.loading import Importer
from tests.people import INVENTED
from tests.portal import database_of
from tests.unit.sharing.insight.places import CAMERAS, COUNT_FILES, written


@pytest.fixture(scope="module")
def some_files():
    return [path for path in COUNT_FILES if "havering_newham" in path.name]


@pytest.fixture
def imported(portal, some_files):
    import_counts(database_of(portal), Importer(), some_files, Options())
    return portal


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_robbery_in_havering_opens_with_its_sums(imported, browser):
    browser.sign_in_as(INVENTED)
    page = browser.get("/insight")
    assert page.status_code == 200
    said = words(page)
    assert "645 in the 12 months to November 2025. A year before, 563. 82 more, or +14.6 per cent." in said
    assert "645 less 563, divided by 563." in said
    assert "OFFICIAL Counts only, no people" in said
    assert "Open Government Licence v3.0" in said


def test_editions_that_disagree_stand_side_by_side(imported, browser):
    browser.sign_in_as(INVENTED)
    said = words(browser.get("/insight"))
    assert "The police restate history" in said
    assert "2011/12 499 490" in said


def test_twelve_months_to_january_2024_give_505_and_the_rate_a_day(imported, browser):
    browser.sign_in_as(INVENTED)
    said = words(browser.get("/insight?area=Havering&crime=robbery&to=2024-01"))
    assert "505 in the 12 months to January 2024." in said
    assert "1.38 a day: 505 divided by 365 days." in said


def test_every_number_of_the_chart_stands_in_the_table(imported, browser):
    browser.sign_in_as(INVENTED)
    html = browser.get("/insight").text
    bars = re.findall(r'text-anchor="middle">(\d+)</text>', html)
    cells = re.findall(r'class="number"[^>]*><div>(\d+)</div></td>', html)
    assert len(bars) == 16
    assert set(bars) <= set(cells)
    assert "style=" not in html


def test_unknown_area_keeps_what_was_typed_and_says_what_to_do(imported, browser):
    browser.sign_in_as(INVENTED)
    page = browser.get("/insight?area=Atlantis&crime=robbery&to=2024-01")
    assert page.status_code == 422
    assert "There are no published figures for Atlantis. Choose an area from the list." in words(page)
    assert 'value="2024-01"' in page.text
    assert '<option value="Atlantis" selected>' in page.text


def test_before_any_import_the_page_says_who_to_ask(portal, browser):
    browser.sign_in_as(INVENTED)
    assert "No figures have been imported yet." in words(browser.get("/insight"))


def test_nobody_signed_in_is_sent_to_sign_in(imported, browser):
    answer = browser.get("/insight")
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


def test_command_gives_rows_of_edition_period_and_count(imported):
    asked = ["insight", "recorded", "--area", "Havering", "--crime", "robbery", "--json"]
    done = imported.test_cli_runner().invoke(args=[*asked, "--by", "financial-year"])
    rows = [(row["edition"], row["period"], row["count"]) for row in json.loads(done.output)]
    assert ("2023-07", "2011/12", 499) in rows
    assert ("2025-11", "2011/12", 490) in rows


def test_command_says_plainly_what_it_does_not_hold(imported):
    done = imported.test_cli_runner().invoke(
        args=["insight", "recorded", "--area", "Atlantis", "--crime", "robbery"]
    )
    assert done.exit_code == 1
    assert "There are no published figures for Atlantis." in done.output


def test_import_command_reports_bad_lines_and_loads_the_rest(portal, tmp_path):
    header = "MajorText,MinorText,BoroughName,202511"
    path = written(tmp_path, header, "Theft,Shoplifting,Havering,1", "Theft,Shoplifting,Newham,x")
    done = portal.test_cli_runner().invoke(args=["import", "mps", str(path), "--json"])
    assert done.exit_code == 0
    (report,) = json.loads(done.stdout)["files"]
    assert (report["loaded"], [each["line"] for each in report["problems"]]) == (1, [3])


def test_import_of_a_file_that_gives_nothing_ends_with_1(portal, tmp_path):
    done = portal.test_cli_runner().invoke(args=["import", "police-uk", str(written(tmp_path, "a,b"))])
    assert done.exit_code == 1
    assert "line 1: The first line does not name the column" in done.output


def test_register_of_cameras_comes_in_once(portal):
    asked = ["import", "cameras", str(CAMERAS), "--agency", "havering", "--json"]
    reports = [portal.test_cli_runner().invoke(args=asked) for _ in range(2)]
    figures = [json.loads(done.stdout)["files"][0] for done in reports]
    assert [(each["loaded"], each["held"]) for each in figures] == [(163, 0), (0, 163)]


def test_cameras_of_an_unknown_agency_are_refused_in_a_sentence(portal):
    done = portal.test_cli_runner().invoke(args=["import", "cameras", str(CAMERAS), "--agency", "atlantis"])
    assert done.exit_code == 1
    assert "There is no such agency." in done.output
