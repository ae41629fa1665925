"""A member's report from a phone: sent, checked by a second person, seen by another member, counted."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import EXCLUDING, facts, withheld

pytestmark = pytest.mark.browser

PHONE = 390


def report(page: Page, who: re.Pattern[str] | None, account: str) -> str:
    """Report a theft of a speaker; gives the address of the record."""
    page.goto("/report")
    page.get_by_label("Theft", exact=True).check()
    if who is not None:
        page.get_by_label(who).check()
        page.get_by_label("I looked at the picture: it is the same person").check()
    page.locator("input[name=age][value=adult]").check()
    page.get_by_label("Age as seen").select_option("25-34")
    page.get_by_label("Electricals").check()
    page.get_by_label("Value in pounds").fill("84.50")
    page.get_by_label("What happened, in your words").fill(account)
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator(".notice").first).to_contain_text(re.compile(r"The reference is \w{4}-\w{2}\."))
    return page.url


def check(page: Page, address: str, finding: str) -> None:
    page.goto(address)
    page.get_by_label(finding).check()
    page.get_by_role("button", name="Keep the check").click()


def test_report_is_a_repeat_and_reaches_members_only_after_a_second_person(people):
    magda = people.sign_in("Magda Kowalska", EXCLUDING, PHONE)
    address = report(magda, re.compile("Known 114"), "Put a speaker under his coat: sycamore.")
    assert magda.evaluate("document.documentElement.scrollWidth") <= PHONE
    expect(magda.locator(".notice").nth(1)).to_contain_text(
        re.compile(r"Reports of this subject in 12 months: [3-9]\. This is a repeat\.")
    )
    expect(magda.get_by_role("button", name="Keep the check")).to_have_count(0)

    sunil = people.sign_in("Sunil Dhar", EXCLUDING)
    assert sunil.goto(address).status == 404

    priya = people.sign_in("Priya Nair", EXCLUDING)
    check(priya, address, "The evidence is good, and it was not paid for")
    expect(priya.locator(".notice")).to_contain_text("The check is kept.")

    assert sunil.goto(address).status == 200
    shown, held = facts(sunil), withheld(sunil)
    assert shown["Type"] == "Theft from a shop"
    assert shown["Value"].endswith("Price band, clause 2.2 of ROMFORD-SCHEME")
    assert "84.50" not in sunil.content()
    assert held["what happened"] == "The owner has written no text of this for sharing."
    assert held["given name"] == "Clause 1.6 of ROMFORD-SCHEME does not share this with your agency."
    assert held["entered by"] == "Nothing in ROMFORD-SCHEME shares this with your agency."
    why = sunil.locator(".withheld", has_text="Clause 1.6 of ROMFORD-SCHEME").first
    why.locator("summary").click()
    expect(why).to_contain_text("Romford Business Crime Reduction Partnership. They will see your name")
    expect(sunil.locator(".section__head--person")).to_contain_text(re.compile(r"Person \w{6}"))
    for forbidden in ("sycamore", "Magda", "Marden"):
        assert forbidden not in sunil.content()

    sunil.goto("/gallery")
    card = sunil.locator(".card", has_text="Known 114")
    expect(card.locator(".tag")).to_have_text(re.compile("Yellow card|Excluded"))
    expect(card.locator(".card__until")).to_contain_text(re.compile(r"Leaves the gallery \d+ \w+ 20\d\d"))
    expect(card).to_contain_text("Do not")
    card.get_by_role("link").first.click()
    expect(sunil).to_have_url(re.compile("/records/subjects/"))
    assert facts(sunil)["State"] == "Known"
    assert withheld(sunil)["family name"].startswith("Clause 1.6 of ROMFORD-SCHEME")


def test_nobody_checks_the_own_report_and_a_closed_one_stays_with_the_staff(people):
    tom = people.sign_in("Tom Brandreth", EXCLUDING)
    address = report(tom, None, "Seen at the counter of the office: hornbeam.")
    expect(tom.get_by_role("button", name="Keep the check")).to_have_count(0)
    priya = people.sign_in("Priya Nair", EXCLUDING)
    check(priya, address, "It was paid for")
    expect(priya.locator(".notice")).to_contain_text("Nobody enters the gallery by it.")
    sunil = people.sign_in("Sunil Dhar", EXCLUDING)
    assert sunil.goto(address).status == 404


def test_third_report_of_a_subject_is_the_repeat(people):
    magda = people.sign_in("Magda Kowalska", EXCLUDING, PHONE)
    said = []
    for number in range(3):
        report(magda, re.compile("Known 098"), f"Came in again, {number}.")
        said.append(magda.locator(".notice").nth(1).inner_text())
    counts = [int(re.search(r"months: (\d+)", words)[1]) for words in said]
    assert counts == [counts[0], counts[0] + 1, counts[0] + 2]
    assert ["not a repeat yet" in words for words in said] == [count < 3 for count in counts]


def test_back_and_send_again_makes_one_report(people):
    magda = people.sign_in("Magda Kowalska", EXCLUDING, PHONE)
    address = report(magda, re.compile("Known 098"), "Once, please: quincunx.")
    said = magda.locator(".notice").nth(1).inner_text()
    magda.go_back()
    expect(magda.get_by_label("What happened, in your words")).to_have_value("Once, please: quincunx.")
    magda.get_by_role("button", name="Send the report").click()
    expect(magda).to_have_url(address)
    assert magda.locator(".notice").nth(1).inner_text() == said


def test_report_without_an_age_says_so_and_keeps_what_was_typed(people):
    magda = people.sign_in("Magda Kowalska", EXCLUDING, PHONE)
    magda.goto("/report")
    magda.get_by_label("Theft", exact=True).check()
    magda.get_by_label(re.compile("Known 114")).check()
    magda.get_by_label("What happened, in your words").fill("Kept, please.")
    magda.get_by_role("button", name="Send the report").click()
    expect(magda.locator(".wrong")).to_contain_text("Say whether the person is an adult")
    assert magda.get_by_label("What happened, in your words").input_value() == "Kept, please."
    assert magda.get_by_label(re.compile("Known 114")).is_checked()
