"""A data protection officer shortens a period, sees what falls due by it, holds one record and lets it go."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from foundation import clock
from tests.journeys.conftest import RUNNING
from tests.journeys.test_accessible import faults

pytestmark = pytest.mark.browser

WHY = "The case about this theft is before the court."


def keep_line(page: Page, period: str) -> None:
    page.get_by_label("Records", exact=True).select_option("Sighting")
    page.get_by_label("Kept for").select_option(label=period)
    page.get_by_role("button", name="Keep the line").click()
    expect(page.locator(".notice")).to_contain_text("The schedule is kept")


def test_a_period_is_set_what_falls_due_is_reviewed_and_one_is_held(people):
    page = people.sign_in("Ruth Okafor", RUNNING)
    page.get_by_role("link", name="Retention", exact=True).click()
    expect(page.locator("main")).to_contain_text("Nothing falls due")
    assert faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    keep_line(page, "31 days")
    due = page.get_by_role("table", name="Records that fall due")
    expect(due.locator("tbody tr").first).to_contain_text("Sighting")
    expect(due.locator("tbody tr").first).to_contain_text("kept for 31 days")
    due.get_by_role("link", name="Hold").first.click()
    reference = page.get_by_label("Reference or id")
    assert len(reference.input_value()) == 36
    page.get_by_label("Why it has to stay").fill(WHY)
    page.get_by_role("button", name="Hold it").click()
    expect(page.locator(".wrong")).to_contain_text("within the next 12 months")
    assert page.get_by_label("Why it has to stay").input_value() == WHY
    assert faults(page) == []
    page.get_by_label("Until").fill((clock.today() + timedelta(days=200)).isoformat())
    page.get_by_role("button", name="Hold it").click()
    held = page.get_by_role("table", name="Legal holds")
    expect(held.locator("tbody tr")).to_have_count(1)
    expect(held).to_contain_text(WHY)
    expect(due.locator("tbody tr", has_text="Legal hold")).to_contain_text("Stays")
    assert faults(page) == []
    if folder := os.environ.get("SCREENSHOTS"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"retention-{width}.png", full_page=True)
    page.get_by_role("button", name="Release").click()
    expect(page.locator("main")).to_contain_text("No record is held.")
    keep_line(page, "As the portal says")
    expect(page.locator("main")).to_contain_text("Nothing falls due")
