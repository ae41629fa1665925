"""Every page that a person of any role reaches: axe finds nothing, all fits a phone, keys do the jobs."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from auth.roles import Role
from tests.journeys.conftest import EXCLUDING, REDUCING, ROBBERY, RUNNING

pytestmark = pytest.mark.browser

#: One person of each role of the permission table, with a purpose under which they see most.
PEOPLE = {
    Role.ADMINISTRATOR: ("Colm Daly", RUNNING),
    Role.ANALYST: ("Kate Lindqvist", ROBBERY),
    Role.AUDITOR: ("Beth Aldous", RUNNING),
    Role.CHAIR: ("Helen Marsh", RUNNING),
    Role.COORDINATOR: ("Abigail Frost", REDUCING),
    Role.DPO: ("Ruth Okafor", RUNNING),
    Role.DUTY_INSPECTOR: ("Insp. Ivy Marchetti", ROBBERY),
    Role.INTELLIGENCE: ("DC Niamh Corrigan", ROBBERY),
    Role.INVESTIGATOR: ("DC Aaron Field", ROBBERY),
    Role.MEMBER: ("Magda Kowalska", EXCLUDING),
    Role.OFFICER: ("PS Imran Sadiq", ROBBERY),
    Role.OPERATOR: ("Dan Osei", ROBBERY),
    Role.PARTNERSHIP_MANAGER: ("Priya Nair", EXCLUDING),
    Role.PRACTITIONER: ("Joan Adeyinka", ROBBERY),
    Role.SAFEGUARDING_LEAD: ("Celia Brandt", "Safeguarding children"),
    Role.SIGNATORY: ("Supt. Neil Garroway", RUNNING),
}
#: Reached by no link of the menu, or only now and then.
ALSO = ("/search?q=hood", "/purpose", "/records/nonsense")
RECORDS = ("incidents", "sightings", "subjects", "vehicles", "items", "premises", "cameras", "intelligence")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: What is in order is not described node by node, which would take more than half the time.
ASKED = {"runOnly": LEVELS, "resultTypes": ["violations"]}
_WIDE: set[str] = set()
_ID = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}|/[A-Z]+-[A-Z0-9-]+(?=/|$)|(?<=/versions)/\d+")


def links(page: Page) -> list[str]:
    found = page.locator("a[href^='/']:not([download])").evaluate_all(
        "all => all.map(each => each.getAttribute('href'))"
    )
    return [address.partition("#")[0] for address in found]


def kind(address: str) -> str:
    """What stands for all pages of its kind: an address without ids and questions."""
    return _ID.sub("/*", address.partition("?")[0])


def reached(page: Page) -> Iterator[str]:
    """Opens one page of each kind that links lead to, starting at home."""
    seen: set[str] = set()
    waiting = ["/", *ALSO]
    if page.locator("nav a", has_text=re.compile("Incidents|Sightings|Gallery")).count():
        waiting += [f"/records/{plural}" for plural in RECORDS]
    while waiting:
        address = waiting.pop(0)
        if not address or kind(address) in seen:
            continue
        seen.add(kind(address))
        page.goto(address)
        yield address
        waiting += links(page)


def faults(page: Page) -> list[str]:
    """What axe finds at two widths, and whether the page scrolls sideways at the narrow one."""
    found: list[str] = []
    page.set_viewport_size({"width": 320, "height": 900})
    if page.evaluate("document.documentElement.scrollWidth") > 320:
        found.append("scrolls sideways at 320")
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    # wide once for each kind of page; narrow, where more can go wrong, for every role
    wide = kind(page.url) not in _WIDE
    _WIDE.add(kind(page.url))
    for width in (1280, 320) if wide else (320,):
        page.set_viewport_size({"width": width, "height": 900})
        violations = Axe().run(page, options=ASKED).response["violations"]
        found += [f"{width} {each['id']}: {each['nodes'][0]['html'][:200]}" for each in violations]
    return found


def test_every_role_has_somebody():
    assert set(PEOPLE) == set(Role)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_of_the_role_is_accessible_and_fits_a_phone(people, role):
    page = people.sign_in(*PEOPLE[role])
    found = {address: wrong for address in reached(page) if (wrong := faults(page))}
    assert found == {}


def test_pages_before_signing_in_are_accessible(people):
    page = people.context().new_page()
    for address in ("/sign-in", "/help", "/help/accessibility", "/help/privacy", "/help/recorded"):
        page.goto(address)
        assert faults(page) == [], address


@pytest.mark.parametrize(
    ("person", "purpose", "address"),
    [
        ("Dan Osei", EXCLUDING, "/sightings/new"),
        ("Magda Kowalska", EXCLUDING, "/report"),
        ("Helen Marsh", RUNNING, "meeting"),
    ],
)
def test_every_control_of_a_job_is_reached_by_tab(people, person, purpose, address):
    page = people.sign_in(person, purpose)
    if address == "meeting":
        page.goto("/meetings")
        page.get_by_role("link", name="Half-term robbery review").click()
    else:
        page.goto(address)
    wanted = page.evaluate(
        """() => { const shown = each => each.getClientRects().length && !each.disabled;
        const main = document.querySelector('main');
        const all = [...main.querySelectorAll('a[href], button, input, select, textarea')]
            .filter(each => each.type !== 'hidden' && shown(each));
        // one of a group of radios takes the key; the arrows do the rest
        const name = each => each.type === 'radio'
            ? 'radio ' + each.name : each.id || each.outerHTML;
        return [...new Set(all.map(name))]; }"""
    )
    got = set()
    for _ in range(len(wanted) * 4 + 60):
        page.keyboard.press("Tab")
        got.add(
            page.evaluate(
                "() => { const each = document.activeElement;"
                " return each.type === 'radio' ? 'radio ' + each.name : each.id || each.outerHTML; }"
            )
        )
        if got >= set(wanted):
            break
    assert set(wanted) - got == set()


def test_sighting_is_finished_with_the_keyboard_alone(people):
    page = people.sign_in("Dan Osei", EXCLUDING)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("New sighting")
    while page.evaluate("document.activeElement.id") != "camera":
        page.keyboard.press("Tab")
    page.keyboard.type("R014")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("1")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What each will see")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice")).to_contain_text("Sent. The reference is ")
