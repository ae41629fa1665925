"""Where hardware is asked for: only a passkey that stays on its device opens the portal."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.conftest import People
from tests.journeys.server import Server
from tests.journeys.test_factors import authenticator, enrol, use

pytestmark = pytest.mark.browser

STAYS: dict[str, object] = {"defaultBackupEligibility": False, "defaultBackupState": False}
COPIED: dict[str, object] = {"defaultBackupEligibility": True, "defaultBackupState": True}


@pytest.fixture(scope="module")
def asking(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own that asks for hardware; where there are no styles there is none of either kind."""
    started = Server(tmp_path_factory.mktemp("hardware"), CONCORDAT_FACTORS="hardware")
    started.load_demonstration()
    started.start()
    yield started
    started.stop()


@pytest.fixture
def person(asking: Server, chromium: Browser) -> Iterator[Page]:
    """Somebody who has just come in; passkeys belong to a name, and the public one is localhost."""
    people = People(chromium, asking.address.replace("127.0.0.1", "localhost"))
    yield people.context().new_page()
    people.leave()
    assert people.complaints == []


def come_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    for more in page.locator("main details").all():
        more.evaluate("each => { each.open = true }")
    page.get_by_role("button", name=f"Sign in as {name}", exact=True).click()


def opens(page: Page) -> bool:
    """Whether what others share is open, rather than the account or the second factor."""
    page.goto("/purpose")
    return "What are you here to do?" in page.get_by_role("heading", level=1).inner_text()


def taken(way: CDPSession, key: str) -> list[dict[str, object]]:
    """The credentials of an authenticator, which is put away."""
    held: list[dict[str, object]] = way.send("WebAuthn.getCredentials", {"authenticatorId": key})[
        "credentials"
    ]
    way.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    return held


def put_back(page: Page, credentials: list[dict[str, object]]) -> tuple[CDPSession, str]:
    way, key = authenticator(page)
    for each in credentials:
        way.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": each})
    return way, key


def come_back(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    use(page)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def test_copied_passkey_opens_the_account_alone_and_one_that_stays_opens_everything(person):
    come_in(person, "Tomas Varga")
    expect(person.get_by_role("heading", level=1)).to_have_text("Your account")
    expect(person.locator("main")).to_contain_text("Add a passkey that stays on its device first")
    way, key = authenticator(person, **COPIED)
    enrol(person, "In step")
    expect(person.locator(".notice")).to_contain_text("Its provider copies it to other devices")
    copied = taken(way, key)
    assert not opens(person)
    way, key = authenticator(person, **STAYS)
    enrol(person, "Security key")
    stays = taken(way, key)
    assert opens(person)
    person.goto("/account")
    listed = person.locator("section", has=person.get_by_role("heading", name="Passkeys")).locator("li")
    expect(listed.nth(0)).to_contain_text("copied by its provider")
    expect(listed.nth(1)).to_contain_text("stays on this device")

    way, key = put_back(person, copied)
    come_back(person)
    assert not opens(person)
    expect(person.get_by_role("heading", level=1)).to_have_text("Now your second factor")
    person.goto("/account")
    expect(person.get_by_role("heading", level=1)).to_have_text("Now your second factor")
    taken(way, key)
    put_back(person, stays)
    person.get_by_role("button", name="Use a passkey").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Your account")
    assert opens(person)
    come_back(person)
    assert opens(person)


def test_passkey_that_says_another_day_that_it_stays_is_refused(person):
    come_in(person, "Beth Aldous")
    way, key = authenticator(person, **COPIED)
    enrol(person, "In step")
    [held] = way.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    said = {"backupEligibility": False, "backupState": False}
    way.send(
        "WebAuthn.setCredentialProperties",
        {"authenticatorId": key, "credentialId": held["credentialId"], **said},
    )
    person.get_by_role("button", name="Sign out").click()
    use(person)
    expect(person.locator("main")).to_contain_text("The passkey was not accepted")
    assert not opens(person)
