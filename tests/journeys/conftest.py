"""One server with the demonstration for all journeys, one Chromium, and people who sign in with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.server import Server
from tests.pages.chromium import FLAGS, WHERE

VENDOR = Path(__file__).parents[2] / "portal" / "static" / "vendor"

ROBBERY = "Preventing and detecting robbery"
EXCLUDING = "Excluding repeat offenders"
RUNNING = "Running the partnership"
REDUCING = "Reducing robbery"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not VENDOR.exists():
        pytest.skip("browser tests need the styles: run python -m portal.cli.assets")
    started = Server(tmp_path_factory.mktemp("portal"))
    started.load_demonstration()
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not WHERE.exists():
        pytest.skip(f"browser tests need Chromium at {WHERE}")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(WHERE), args=FLAGS)
        yield started
        started.close()


class People:
    """Signs people in, each in a browser context of their own, and remembers what their browsers said."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def context(self, width: int = 1280, *, touch: bool = False) -> BrowserContext:
        made = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": 900},
            has_touch=touch,
            is_mobile=touch,
        )
        made.set_default_timeout(10_000)
        made.on("console", lambda said: self._hear(said.type, said.text))
        made.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        self.contexts.append(made)
        return made

    def _hear(self, kind: str, text: str) -> None:
        # a status such as 404 or 422 that a test asked for is no fault of the page
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def sign_in(self, person: str, purpose: str = ROBBERY, width: int = 1280, *, touch: bool = False) -> Page:
        page = self.context(width, touch=touch).new_page()
        enter(page, person, purpose)
        return page

    def leave(self) -> None:
        for each in self.contexts:
            each.close()
        self.contexts.clear()


def enter(page: Page, person: str, purpose: str) -> None:
    """Sign in as an invented person and choose a purpose, by the pages."""
    page.goto("/sign-in")
    for more in page.locator("main details").all():
        more.evaluate("each => { each.open = true }")
    page.get_by_role("button", name=f"Sign in as {person}", exact=True).click()
    page.get_by_label(purpose, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".purpose")).to_contain_text(purpose)


@pytest.fixture
def people(server: Server, chromium: Browser) -> Iterator[People]:
    made = People(chromium, server.address)
    yield made
    made.leave()
    assert made.complaints == []


def facts(page: Page) -> dict[str, str]:
    """The rows of the open record: label -> everything beside it; of a label used twice, the first."""
    page.locator("main .facts__row").first.wait_for()  # a click does not wait for the page it leads to
    rows = page.locator("main .facts__row").evaluate_all(
        "rows => rows.map(row => [row.querySelector('dt').textContent, row.querySelector('dd').textContent])"
    )
    found: dict[str, str] = {}
    for label, text in rows:
        found.setdefault(" ".join(label.split()), " ".join(text.split()))
    return found


def withheld(page: Page) -> dict[str, str]:
    """The withheld lines of the open record: the labels of each group -> its sentence."""
    rows = page.locator("main .facts__row--withheld").evaluate_all(
        "rows => rows.map(row => [row.querySelector('dt').textContent,"
        " row.querySelector('.withheld__sentence').textContent])"
    )
    return {
        name.strip().lower(): " ".join(sentence.split())
        for labels, sentence in rows
        for name in labels.split(",")
    }
