"""Somebody is invited and joins, loses every factor and begins anew; access is reviewed. Letters go."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect

from foundation import clock
from tests.journeys.conftest import RUNNING, People, enter
from tests.journeys.server import Server, free_port
from tests.journeys.test_factors import authenticator, code_of_now, sign_out, use
from tests.letters import Sink

pytestmark = pytest.mark.browser

ADMINISTRATOR, SECOND = "Colm Daly", "Ruth Okafor"
PASSWORD = "three-herons-on-a-weir"
#: A letter is handed over by a job of the server's own.
_PATIENCE = 30


@pytest.fixture(scope="module")
def letters():
    made, port = Sink(), free_port()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    made.port = port
    controller.start()
    yield made
    controller.stop()


@pytest.fixture(scope="module")
def own_server(tmp_path_factory, letters):
    """A portal of its own, which sends letters, and whose people come and go."""
    mail = {"CONCORDAT_MAIL_HOST": "127.0.0.1", "CONCORDAT_MAIL_PORT": str(letters.port)}
    started = Server(tmp_path_factory.mktemp("people"), **mail, CONCORDAT_MAIL_SECURITY="none")
    started.load_demonstration()
    started.start()
    yield started
    started.stop()


@pytest.fixture
def visitors(own_server, chromium):
    made = People(chromium, own_server.address.replace("127.0.0.1", "localhost"))
    yield made
    made.leave()
    assert made.complaints == []


def link_of(letters: Sink, kind: str, to: str) -> str:
    """The path of the link in the newest letter to this address."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        texts = [each.get_content() for each in letters.messages() if each["To"] == to]
        paths = [found[0] for text in texts if (found := re.search(rf"/{kind}/\S+", text))]
        if paths:
            return paths[-1]
        time.sleep(0.1)
    raise AssertionError(f"no letter with a link to {kind} came to {to}")


def in_as(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you here to do?")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("header")).to_contain_text(name)


def test_invited_by_letter_joins_with_a_passkey_and_signs_in_with_it(visitors, letters):
    page = visitors.sign_in(ADMINISTRATOR, RUNNING)
    page.goto("/people/new")
    page.get_by_label("Name", exact=True).fill("Nadia Ferreira")
    page.get_by_label("Work email address").fill("nadia.ferreira@havering.example")
    page.get_by_label("CCTV operator").check()
    page.get_by_text("Vetting", exact=True).click()  # operators of the council need a check
    page.get_by_label("Check that they have passed").select_option("Non-police personnel vetting, level 2")
    page.get_by_label("It ends on").fill(f"{clock.today() + timedelta(days=365)}")
    page.get_by_role("button", name=re.compile("^Invite")).click()
    expect(page.locator(".notice")).to_contain_text("The invitation is on its way.")
    link = link_of(letters, "join", "nadia.ferreira@havering.example")

    new = visitors.context().new_page()
    way, key = authenticator(new)
    new.goto(link)
    expect(new.locator("main")).to_contain_text("CCTV operator")
    new.get_by_role("button", name="Join with a passkey").click()
    in_as(new, "Nadia Ferreira")
    (kept,) = way.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert kept["isResidentCredential"]
    sign_out(new)
    use(new)
    in_as(new, "Nadia Ferreira")
    new.goto(link)
    expect(new.get_by_role("heading", level=1)).to_have_text("This link opens nothing")


def test_access_is_reviewed_and_who_is_removed_is_out_at_once(visitors):
    page = visitors.sign_in(ADMINISTRATOR, RUNNING)
    theirs = visitors.sign_in("Anil Mehta", "Preventing and detecting robbery")
    page.goto("/people/review")
    rows = page.locator("main tbody tr")
    before = rows.count()
    assert before > 3
    rows.filter(has_text="Dan Osei").get_by_role("button", name="Still right").click()
    expect(page.locator(".notice")).to_contain_text("Confirmed. It is asked again in three months.")
    expect(rows).to_have_count(before - 1)
    rows.filter(has_text="Anil Mehta").get_by_role("button", name="Remove").click()
    page.get_by_label("Who takes over what waits for them").select_option("Dan Osei")
    page.get_by_role("button", name="End the account").click()
    expect(page.locator(".notice")).to_contain_text("Anil Mehta is signed out everywhere")
    theirs.goto("/account")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Sign in")


def lose_every_factor(visitors: People, letters: Sink, name: str, to: str) -> tuple[str, str]:
    """Two people of the agency say so; gives the link of the letter and the code that is said."""
    first = visitors.sign_in(ADMINISTRATOR, RUNNING)
    first.goto("/people?q=" + name.replace(" ", "+"))
    first.get_by_role("link", name=name).click()
    first.get_by_role("button", name="Ask for a second person").click()
    expect(first.locator(".notice")).to_contain_text("asked to vouch for them")
    second = visitors.context().new_page()
    enter(second, SECOND, RUNNING)
    second.goto("/")
    second.get_by_role("link", name=re.compile(f"{name} has lost every factor")).first.click()
    second.get_by_role("button", name="I have spoken to them, and vouch for them").click()
    return link_of(letters, "regain", to), second.locator(".secret code").inner_text()


def test_lost_factor_is_regained_with_a_passkey_by_letter_and_spoken_code(visitors, letters):
    watched = visitors.sign_in("Owen Fairlie")
    link, code = lose_every_factor(visitors, letters, "Owen Fairlie", "owen-fairlie@havering.example")
    watched.goto("/account")
    expect(watched.get_by_role("heading", level=1)).to_have_text("Sign in")
    page = visitors.context().new_page()
    authenticator(page)
    page.goto(link)
    page.locator("#passkey-code").fill("AAAA-AAAA")
    page.get_by_role("button", name="Add a passkey and sign in").click()
    expect(page.locator("main")).to_contain_text("The code is not right.")
    page.locator("#passkey-code").fill(code)
    page.get_by_role("button", name="Add a passkey and sign in").click()
    in_as(page, "Owen Fairlie")
    sign_out(page)
    use(page)
    in_as(page, "Owen Fairlie")


def test_password_with_an_app_and_with_a_recovery_code_each_counts_once(visitors, letters):
    address = "sarah-quill@havering.example"
    link, code = lose_every_factor(visitors, letters, "Sarah Quill", address)
    page = visitors.context().new_page()
    page.goto(link)
    page.get_by_label("The code that was said to you").last.fill(code)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    in_as(page, "Sarah Quill")
    app, codes = add_app_and_codes(page)
    sign_out(page)
    await_next_code()  # that of now was used to add the app
    used = app.now()
    for said in (used, codes[0]):
        give_password(page, address)
        give_code(page, said)
        in_as(page, "Sarah Quill")
        sign_out(page)
    for said in (used, codes[0]):
        give_password(page, address)
        give_code(page, said)
        expect(page.locator("main")).to_contain_text("The code is not right")


def add_app_and_codes(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """An authenticator app, and ten recovery codes."""
    page.goto("/account")
    page.get_by_role("button", name="Add an app").click()
    app = pyotp.TOTP(page.locator("code").inner_text())
    page.get_by_label("The six digits").fill(code_of_now(app))
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator(".notice")).to_contain_text("The authenticator app is added.")
    page.get_by_role("button", name="Make ten new codes").click()
    return app, page.locator(".codes li").all_inner_texts()


def await_next_code() -> None:
    """Wait until an app shows its next code, which then has nearly 30 seconds to be used."""
    time.sleep(30.2 - time.time() % 30)


def give_password(page: Page, address: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Work email address").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")


def give_code(page: Page, code: str) -> None:
    page.locator("input[name=code]").fill(code)
    page.get_by_role("button", name="Continue").click()
