"""Passkeys with Chromium's own authenticator, an authenticator app, and what each refuses."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import CDPSession, Page, expect

pytestmark = pytest.mark.browser

#: A code that is good for fewer seconds may run out on its way.
_LEAST_LEFT = 10

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def authenticator(page: Page, **more: object) -> tuple[CDPSession, str]:
    """A virtual authenticator of the page's browser; gives the way to it, and its id."""
    way = page.context.new_cdp_session(page)
    way.send("WebAuthn.enable")
    made = way.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, **more}})
    return way, made["authenticatorId"]


def at_the_public_address(people, server) -> None:
    """Passkeys belong to a name, and the demonstration's public name is localhost."""
    people.address = server.address.replace("127.0.0.1", "localhost")


def enrol(page: Page, name: str) -> None:
    page.goto("/account")
    page.get_by_label("Name, so that you know which it is").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".notice")).to_contain_text("The passkey is added.")


def code_of_now(app: pyotp.TOTP) -> str:
    """What the app shows, when it is good for long enough to be sent."""
    left = 30 - time.time() % 30
    if left < _LEAST_LEFT:
        time.sleep(left + 0.2)
    return app.now()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def use(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()


def test_two_passkeys_are_added_used_listed_and_removed(people, server):
    at_the_public_address(people, server)
    page = people.sign_in("Tomas Varga")
    way, first = authenticator(page)
    enrol(page, "Blue key")
    sign_out(page)
    use(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you here to do?")
    page.get_by_label("Preventing and detecting robbery").check()
    page.get_by_role("button", name="Continue").click()
    way.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": first})
    authenticator(page)
    enrol(page, "Telephone")
    listed = page.locator("section", has=page.get_by_role("heading", name="Passkeys")).locator("li")
    expect(listed.nth(0)).to_contain_text(re.compile(r"Blue key added .*, last used "))
    expect(listed.nth(1)).to_contain_text(re.compile(r"Telephone added .*, not used yet"))
    listed.nth(0).get_by_role("button", name="Remove").click()
    expect(page.locator(".notice")).to_contain_text("The passkey is removed.")
    expect(listed).to_have_count(1)
    expect(page.locator("main")).to_contain_text("A passkey was added to your account.")


def test_removed_passkey_opens_nothing(people, server):
    at_the_public_address(people, server)
    page = people.sign_in("Tomas Varga")
    authenticator(page)
    enrol(page, "Short-lived")
    one = page.locator("li", has_text="Short-lived")
    one.get_by_role("button", name="Remove").click()
    sign_out(page)
    use(page)
    expect(page.locator("main")).to_contain_text("The passkey was not accepted. Nothing was done.")


def test_answer_is_good_once_and_for_the_browser_that_asked(people, server):
    at_the_public_address(people, server)
    page = people.sign_in("Beth Aldous", "Running the partnership")
    authenticator(page)
    enrol(page, "Key")
    sign_out(page)
    page.goto("/sign-in")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/passkey") else None)
    use(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What are you here to do?")
    answer = dict(pair.split("=", 1) for pair in sent[0].post_data.split("&"))["answer"]
    thief = people.context().new_page()
    for stolen in (page, thief):
        stolen.goto("/sign-in")
        token = stolen.locator("input[name=csrf_token]").first.get_attribute("value")
        back = stolen.request.post(
            f"{people.address}/sign-in/passkey",
            data=f"csrf_token={token}&answer={answer}",
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            },
            max_redirects=0,
        )
        assert back.status == 422
        assert "The passkey was not accepted" in back.text()


def test_passkey_that_does_not_verify_its_person_is_refused(people, server):
    at_the_public_address(people, server)
    page = people.sign_in("Beth Aldous", "Running the partnership")
    way, key = authenticator(page)
    enrol(page, "Unlocked by finger")
    sign_out(page)
    way.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    use(page)
    expect(page.locator("[data-told]")).to_contain_text("No passkey was used. Nothing was done.")


def test_passkey_proves_who_one_is_before_an_act_that_binds(people, server):
    at_the_public_address(people, server)
    page = people.sign_in("Beth Aldous", "Running the partnership")
    authenticator(page)
    enrol(page, "Key")
    before = page.context.cookies()
    page.goto("/confirm?next=/account")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    named = {each["name"]: each["value"] for each in before}
    assert all(
        each["value"] != named["concordat"] for each in page.context.cookies() if each["name"] == "concordat"
    )


def test_authenticator_app_and_recovery_codes_are_made(people):
    page = people.sign_in("Yusra Malik", "Running the partnership")
    page.goto("/account")
    page.get_by_role("button", name="Add an app").click()
    secret = page.locator("code").inner_text()
    page.get_by_label("The six digits").fill("000000")
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator("main")).to_contain_text("The code is not right")
    secret = page.locator("code").inner_text()
    page.get_by_label("The six digits").fill(code_of_now(pyotp.TOTP(secret)))
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator(".notice")).to_contain_text("The authenticator app is added.")
    page.get_by_role("button", name="Make ten new codes").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have written them down").click()
    expect(page.locator("main")).to_contain_text("10 recovery codes left.")


def test_page_of_another_address_gets_no_passkey(people, server):
    page = people.sign_in("Beth Aldous", "Running the partnership")  # by the number, not by the public name
    authenticator(page)
    page.goto("/account")
    page.get_by_label("Name, so that you know which it is").fill("Elsewhere")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("[data-told]").first).to_contain_text("No passkey was used. Nothing was done.")
    expect(page.locator("li", has_text="Elsewhere")).to_have_count(0)
