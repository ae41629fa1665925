"""An owner corrects what was shared; who was shown it reads that, answers, and the owner sees who has not."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import ROBBERY, RUNNING
from tests.journeys.test_accessible import faults

pytestmark = pytest.mark.browser


def open_incident(page, reference):
    page.goto(f"/search?q={reference}")
    page.get_by_role("link", name=re.compile("^Robbery")).first.click()
    expect(page.locator("main")).to_contain_text(reference)
    return page.url


def test_correction_is_rehearsed_made_answered_and_seen(people):
    aaron, imran = people.sign_in("DC Aaron Field"), people.sign_in("PS Imran Sadiq", ROBBERY, 390)
    address = open_incident(imran, "7QF4-K2")
    aaron.goto(address)
    aaron.get_by_role("link", name="Recall or correct").click()
    aaron.locator("summary", has_text="Correct or delete a field").click()
    aaron.get_by_label("Offence class", exact=True).check()
    aaron.get_by_role("button", name="Continue").click()
    aaron.get_by_label("What is right").select_option("39")
    aaron.get_by_role("button", name="See who is told").click()
    expect(aaron.locator("#effect")).to_contain_text("PS Imran Sadiq")
    expect(aaron.locator("#effect")).to_contain_text("Nothing was done yet.")
    assert faults(aaron) == []
    aaron.get_by_label("Why, for your agency’s own file").fill("Reviewed by the crime registrar.")
    aaron.get_by_role("button", name="Correct it now").click()
    expect(aaron.locator(".notice")).to_contain_text("Recalled.")
    expect(aaron.locator("main")).to_contain_text("PS Imran Sadiq")
    assert faults(aaron) == []
    recall = aaron.url

    imran.goto("/")
    imran.get_by_role("link", name=re.compile("Recall 7QF4-K2")).first.click()
    expect(imran.locator("main")).to_contain_text("Offence class")
    expect(imran.locator("main")).not_to_contain_text("crime registrar")
    assert faults(imran) == []
    imran.get_by_label("I made no copy and told nobody").check()
    imran.get_by_role("button", name="Send the answer").click()
    expect(imran.locator(".notice")).to_contain_text("Your answer is kept.")
    aaron.goto(recall)
    expect(aaron.locator("main")).to_contain_text("I made no copy and told nobody")


def test_recalls_of_the_demonstration_wait_and_one_is_late(people):
    imran = people.sign_in("PS Imran Sadiq")
    imran.goto("/recalls")
    expect(imran.locator("main")).to_contain_text("Incident 9HB5-W8")
    femi = people.sign_in("DS Femi Oyelaran")
    femi.goto("/")
    expect(femi.locator("#needs-you")).to_contain_text("Recall of 5MD8-T1")
    femi.get_by_role("link", name="Recall of 5MD8-T1").first.click()
    expect(femi.get_by_role("row", name=re.compile("Dan Osei"))).to_contain_text("late by")
    noor = people.sign_in("Noor Haddad", RUNNING)
    noor.goto("/recalls")
    expect(noor.locator("main")).not_to_contain_text("9HB5-W8")


def test_conditions_orders_and_intelligence_are_accessible_and_fit_a_phone(people):
    niamh = people.sign_in("DC Niamh Corrigan")
    niamh.goto("/records/intelligence")
    niamh.get_by_role("link", name=re.compile("Stolen telephones")).first.click()
    niamh.get_by_role("link", name="Marking, label and conditions").click()
    expect(niamh.get_by_label("British Transport Police")).to_be_checked()
    niamh.get_by_role("button", name="See who loses what").click()
    expect(niamh.locator("#changes")).to_contain_text("it changes nothing that anybody sees now")
    assert faults(niamh) == []
    for address in ("/intelligence/new", "/anonymity-orders", "/receipts", "/recalls"):
        niamh.goto(address)
        assert faults(niamh) == [], address
    niamh.goto("/search?q=9HB5-W8")
    niamh.get_by_role("link", name=re.compile("^Robbery")).first.click()
    expect(niamh).to_have_url(re.compile("/records/incidents/"))
    assert faults(niamh) == []
    niamh.goto(f"{niamh.url}/audiences")
    assert faults(niamh) == []
    niamh.go_back()
    niamh.get_by_role("link", name="Marking, label and conditions").click()
    niamh.get_by_role("link", name="Enter an order").first.click()
    expect(niamh).to_have_url(re.compile("/anonymity-order"))
    assert faults(niamh) == []
