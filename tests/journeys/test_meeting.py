"""The chair opens the meeting and moves an action on; its owner answers; two tabs do not lose a word."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from foundation import clock
from tests.journeys.conftest import ROBBERY, RUNNING

pytestmark = pytest.mark.browser

OWNER = "PC Leanne Whitby"


def set_action(helen: Page, title: str) -> str:
    helen.goto("/meetings")
    helen.get_by_role("link", name="Half-term robbery review").click()
    helen.get_by_label("What is to be done").fill(title)
    helen.get_by_label("How it is known to be done").fill("A note from the sergeant")
    helen.get_by_label("Owner").select_option(label=f"{OWNER}, Met East Area")
    helen.get_by_label("Due").fill((clock.today() + timedelta(days=20)).isoformat())
    helen.get_by_role("button", name="Set the action").click()
    expect(helen.locator(".notice")).to_contain_text("The action is set.")
    return helen.url


def answer(page: Page, move: str, text: str) -> None:
    page.get_by_label(move).check()
    page.get_by_label("What was done, or why not").fill(text)
    page.get_by_role("button", name="Keep the answer").click()


def test_action_is_set_answered_and_closed_and_its_colour_follows(people):
    helen = people.sign_in("Helen Marsh", RUNNING)
    address = set_action(helen, "Walk the route to the bus stops after school")
    colour = ".facts .tag"
    expect(helen.locator(colour)).to_have_text("Green")

    owner = people.sign_in(OWNER, ROBBERY)
    owner.goto("/")
    expect(owner.locator("#needs-you")).to_contain_text("Walk the route to the bus stops after school")
    owner.goto(address)
    answer(owner, "Not possible, because", "No officer is on that shift before December.")
    expect(owner.locator(".notice")).to_contain_text("Your answer is kept.")
    expect(owner.locator(colour)).to_have_text("Blue")

    helen.goto("/actions")
    blue = helen.locator("#blue")
    expect(blue).to_contain_text("Walk the route to the bus stops after school")
    expect(blue).to_contain_text("No officer is on that shift before December.")
    helen.goto(address)
    answer(helen, "Close: the meeting agrees", "Agreed; put to the next rota.")
    expect(helen.locator(colour)).to_have_text("Closed")
    helen.goto("/actions")
    expect(helen.locator("main")).not_to_contain_text("Walk the route to the bus stops after school")


def test_lost_race_says_so_and_keeps_what_was_typed(people):
    helen = people.sign_in("Helen Marsh", RUNNING)
    address = set_action(helen, "Ask for lights at the station exit")
    first = people.sign_in(OWNER, ROBBERY)
    first.goto(address)
    second = first.context.new_page()
    second.goto(address)
    answer(first, "At risk, because", "Waits for the railway.")
    expect(first.locator(".notice")).to_contain_text("Your answer is kept.")
    answer(second, "Done, with evidence", "Photograph of the lamps, typed at length.")
    wrong = second.locator(".wrong")
    expect(wrong).to_contain_text("You changed this action first: “At risk, because”, ")
    expect(wrong).to_contain_text("Your answer was not taken in. What you typed is kept below")
    typed = second.get_by_label("What was done, or why not")
    assert typed.input_value() == "Photograph of the lamps, typed at length."
    expect(second.locator("main")).to_contain_text("Waits for the railway.")
    second.get_by_role("button", name="Keep the answer").click()
    expect(second.locator(".notice")).to_contain_text("Your answer is kept.")
    expect(second.locator(".facts .tag")).to_have_text("Blue")


def test_action_without_an_owner_says_so_and_keeps_what_was_typed(people):
    helen = people.sign_in("Helen Marsh", RUNNING)
    helen.goto("/meetings")
    helen.get_by_role("link", name="Half-term robbery review").click()
    helen.get_by_label("What is to be done").fill("Nobody’s yet")
    helen.get_by_role("button", name="Set the action").click()
    expect(helen.locator(".wrong")).to_contain_text("Choose an owner.")
    assert helen.get_by_label("What is to be done").input_value() == "Nobody’s yet"
