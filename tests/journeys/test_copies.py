"""Copies, in a real browser: a file that is waited for, and what paper shows of a page."""

import io
import re

import pypdf
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import EXCLUDING, ROBBERY
from tests.journeys.test_accessible import faults

pytestmark = pytest.mark.browser

INVESTIGATOR = "DC Hugh Barrow"
NOTICE = "This page is not for paper."


def paper(page):
    """The text of every sheet that the browser would print of the page."""
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    return [" ".join(sheet.extract_text().split()) for sheet in sheets]


def open_first(page, plural="incidents"):
    page.goto(f"/records/{plural}")
    page.locator("main table th a").first.click()
    page.wait_for_url(re.compile(r"/records/\w+/[0-9a-f-]{36}$"))


def test_an_export_is_made_while_its_page_waits_and_is_saved_as_a_file(people, tmp_path):
    page = people.sign_in(INVESTIGATOR, ROBBERY)
    page.goto("/records/sightings")
    page.get_by_role("button", name="CSV").click()
    fetch = page.get_by_role("link", name="Fetch").first
    expect(fetch).to_be_visible(timeout=60_000)
    assert faults(page) == []
    with page.expect_download() as saved:
        fetch.click()
    saved.value.save_as(tmp_path / "file.csv")
    assert saved.value.suggested_filename.startswith("concordat-export-")
    head = (tmp_path / "file.csv").read_text("utf-8-sig").splitlines()[0]
    assert head.startswith('"Record","Owner"')
    assert head.endswith('"Handling","Given"')


@pytest.mark.parametrize("path", ["/", "/records/incidents", "record"])
def test_a_page_that_is_not_for_paper_prints_a_notice_and_nothing_else(people, path):
    page = people.sign_in("Magda Kowalska", EXCLUDING)
    page.goto("/" if path == "record" else path)
    if path == "record":
        open_first(page)
    shown = page.locator("main h1").inner_text()
    (sheet,) = paper(page)
    assert sheet.startswith(NOTICE)
    assert shown not in sheet
    page.emulate_media(media="print")
    left = page.locator("body *:visible").evaluate_all("all => all.map(each => each.className)")
    assert left == ["print-notice"]


def test_a_record_on_paper_has_its_marking_and_its_reader_on_every_sheet(people):
    page = people.sign_in(INVESTIGATOR, ROBBERY)
    open_first(page)
    page.get_by_role("link", name="Print this record").click()
    title = page.locator("main h1").inner_text()
    expect(page.get_by_role("button", name="Print this record")).to_be_visible()
    sheets = paper(page)
    assert title in sheets[0]
    for sheet in sheets:
        assert sheet.count("OFFICIAL-SENSITIVE Recipients only") == 2
        assert sheet.count(f"Given to {INVESTIGATOR}, British Transport Police") == 2
        assert "Print this record" not in sheet
    assert faults(page) == []
