"""A member asks for a name, two people of the owner's answer, it opens to her alone, and ends at its time."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from foundation import clock
from sharing.agreements.tables import grant
from tests.journeys.conftest import ROBBERY, RUNNING, facts

pytestmark = pytest.mark.browser

ASKED = "Given name, family name"
REASONS = "You may use the name to serve your exclusion notice."


def robbery(page: Page) -> None:
    """Open the robbery 7QF4-K2 by its reference."""
    page.goto("/search?q=7QF4-K2")
    page.get_by_role("link", name=re.compile("^Robbery, ")).first.click()
    expect(page.locator(".page-head")).to_contain_text("7QF4-K2")


def prove(page: Page) -> None:
    """Prove who one is, if the page asks for it, and send what was typed."""
    if page.get_by_role("heading", name="Prove that it is you").count():
        page.get_by_role("button", name="It is me").click()
        page.get_by_role("button", name="Send it").click()


def test_request_is_answered_by_two_people_opens_to_one_and_ends(people, server):
    magda = people.sign_in("Magda Kowalska", ROBBERY)
    robbery(magda)
    expect(magda.locator("details.withheld", has_text="You asked on")).to_have_count(1)
    expect(magda.locator("#requests")).to_contain_text("Waiting for an answer")

    femi = people.sign_in("DS Femi Oyelaran", ROBBERY)
    femi.goto("/")
    expect(femi.locator("#needs-you")).to_contain_text("Romford BCRP asks for what is withheld")
    femi.goto("/requests")
    femi.locator("#to-answer").get_by_role("link", name=re.compile("Ryan Tetlow")).click()
    address = femi.url
    femi.locator("#answering").get_by_label("Reasons that they will read").fill(REASONS)
    femi.get_by_role("button", name="Prepare this answer").click()
    expect(femi.locator(".notice").first).to_contain_text("It is granted when it is approved.")
    expect(femi.locator("#prepared")).to_contain_text("Another person of your agency has to approve this.")
    expect(femi.get_by_role("button", name="Approve and grant")).to_have_count(0)
    robbery(magda)
    assert "Ryan" not in magda.locator("main").inner_text()

    neil = people.sign_in("Supt. Neil Garroway", RUNNING)
    neil.goto("/")
    expect(neil.locator("#needs-you")).to_contain_text("An answer to Romford BCRP, prepared")
    neil.goto(address)
    neil.get_by_role("button", name="Approve and grant").click()
    prove(neil)
    expect(neil.locator("#answer")).to_contain_text("Granted")

    magda.goto("/")
    expect(magda.locator("#needs-you")).to_contain_text("Met East Area has answered")
    magda.goto(address)
    expect(magda.locator("#answer")).to_contain_text(REASONS)
    robbery(magda)
    shown = facts(magda)
    assert re.fullmatch(r"Tetlow Granted to you until \d+ \w+ \d{4}, \d\d:\d\d", shown["Family name"])
    sunil = people.sign_in("Sunil Dhar", ROBBERY)
    robbery(sunil)
    assert "Tetlow" not in sunil.locator("main").inner_text()

    end(server, address)
    robbery(magda)
    assert "Tetlow" not in magda.locator("main").inner_text()
    magda.goto("/grants")
    expect(magda.locator("main table")).to_contain_text("Ended")


def end(server, address: str) -> None:
    """Let the grant's time be over now."""
    database = server.database()
    request_id = address.rpartition("/")[2]
    with database.transaction() as tx:
        made = tx.execute(select(grant.c.id).where(grant.c.request_id == request_id)).scalar_one()
        tx.execute(
            update(grant).where(grant.c.id == made).values(until_at=clock.now() - timedelta(seconds=1))
        )
    database.close()


def test_withheld_field_is_asked_for_from_its_own_panel_with_what_was_typed(people):
    sunil = people.sign_in("Sunil Dhar", ROBBERY)
    robbery(sunil)
    line = sunil.locator("details.withheld", has_text="Crime reference").first
    line.locator("summary").click()
    line.get_by_label("Crime reference").check()
    line.get_by_label("Why do you need it?").fill("Our insurer asks which robbery it was.")
    line.get_by_role("button", name="Continue to your request").click()
    expect(sunil.get_by_role("heading", level=1)).to_have_text("Ask for what is withheld")
    assert sunil.get_by_label("Crime reference").is_checked()
    assert sunil.get_by_label("Why do you need it?").input_value() == "Our insurer asks which robbery it was."
    sunil.get_by_role("button", name="Send the request").click()
    expect(sunil.locator(".wrong")).to_contain_text("Choose the lawful basis")
    sunil.get_by_label("Why would nothing less do?").fill("Three robberies fit the day and the ward.")
    sunil.get_by_label("Lawful basis").select_option("gdpr-legitimate")
    sunil.get_by_label("Power or condition").select_option("dpa-sch1-10")
    sunil.keyboard.press("Control+Enter")
    expect(sunil.locator(".notice").first).to_contain_text("The owner has been asked.")
    sunil.get_by_role("button", name="Withdraw the request").click()
    expect(sunil.locator("main")).to_contain_text("Withdrawn")


def test_inspector_breaks_the_glass_for_half_an_hour_and_both_sides_are_told(people):
    ivy = people.sign_in("Insp. Ivy Marchetti", ROBBERY)
    ivy.goto("/break-glass")
    ivy.get_by_label("A life is in danger now").check()
    ivy.get_by_label("Whose record is it?").select_option(label="British Transport Police")
    ivy.get_by_label("Its exact reference").fill("P-STATION")
    ivy.get_by_label("Why do you need this record now?").fill("Somebody has been stabbed at the entrance.")
    ivy.get_by_role("button", name="Open the record").click()
    prove(ivy)
    expect(ivy.locator(".notice").first).to_contain_text("Open because of a danger to life.")
    for person in ("Miriam Stokes", "Noor Haddad"):
        told = people.sign_in(person, RUNNING)
        told.goto("/")
        expect(told.locator("#needs-you")).to_contain_text("The glass was broken")
    told.goto("/break-glass/reviews")
    expect(told.locator("main table")).to_contain_text("Serious harm is likely now")
