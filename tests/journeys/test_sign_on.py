"""An administrator sets up the agency's own sign-in, links his account and comes in by it."""

import os
import re
import time
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect

from tests.journeys.conftest import People, enter
from tests.journeys.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ADMINISTRATOR = "Colm Daly"
RUNNING = "Running the partnership"


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A portal of its own, since others should not find a way in that leads elsewhere."""
    started = Server(tmp_path_factory.mktemp("sign-on"), CONCORDAT_SIGN_ON_LOOPBACK="yes")
    started.load_demonstration()
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def issuer():
    people = [User(sub="colm", claims={"auth_time": int(time.time()) + 30})]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def visitors(own_server, chromium):
    made = People(chromium, own_server.address.replace("127.0.0.1", "localhost"))
    yield made
    made.leave()
    assert made.complaints == []


def look(page: Page, name: str) -> None:
    """Keep pictures of the page at both widths where LOOK names a folder."""
    if folder := os.environ.get("LOOK"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def at_the_provider(page: Page) -> None:
    """On from the notice that one leaves, with nothing done before, and in at the provider."""
    expect(page.get_by_role("heading", level=1)).to_have_text("You are leaving Concordat")
    look(page, "leaving")
    page.get_by_role("link", name="Continue to localhost").click()
    press_in(page)


def press_in(page: Page) -> None:
    page.wait_for_url(re.compile("/oauth2/authorize"))
    page.get_by_role("button", name="colm").click()


def test_set_up_link_sign_in_and_prove_again(visitors, issuer):
    page = visitors.context().new_page()
    enter(page, ADMINISTRATOR, RUNNING)
    page.goto("/sign-on")
    look(page, "new")
    page.get_by_label("Issuer").fill(issuer)
    page.get_by_label("Client", exact=True).fill("concordat")
    page.get_by_label("Client secret").fill("a secret")
    page.get_by_role("button", name="Ask the provider and keep it").click()
    expect(page.locator(".notice")).to_contain_text("answers as agreed")
    page.goto("/account")
    page.get_by_role("button", name="Link my account").click()
    at_the_provider(page)
    expect(page.locator("main")).to_contain_text("Linked to your account at")
    look(page, "account")
    page.get_by_role("button", name="Sign out").click()
    look(page, "sign-in")
    page.get_by_role("button", name=re.compile("^Sign in with (?!a )")).click()
    at_the_provider(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you here to do?")
    page.get_by_label(RUNNING, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.goto("/sign-on")
    expect(page.locator("main")).to_contain_text("Close the other ways")
    look(page, "set-up")
    page.goto(page.url.replace("/sign-on", "/sign-in/agency/00000000-0000-4000-8000-000000000000/return"))
    look(page, "missing")


def test_who_goes_back_is_where_they_were_and_who_wants_no_notice_again_gets_none(visitors):
    """After the journey above: the agency is set up, and the administrator linked."""
    page = visitors.context().new_page()
    page.goto("/sign-in")
    way = re.compile("^Sign in with (?!a )")
    page.get_by_role("button", name=way).click()
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_role("button", name=way).click()
    page.get_by_role("button", name="Continue, and do not show this again in this browser").click()
    press_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you here to do?")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name=way).click()
    press_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you here to do?")
