"""Nobody is led to another host without a notice that names it, and a way back."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest

from tests.architecture.sources import ROOT
from tests.pages.sign_on.conftest import OTHER
from tests.people import INVENTED

COOKIE = "concordat-leaving"
#: What leads a browser on: a link, a form, something loaded, or the page by itself.
LEADING = re.compile(r"""(?:href|action|src|formaction)=["'](?P<to>[^"']*)|url=(?P<refresh>[^"'&]+)""")


@pytest.fixture
def ready(world):
    world.set_up()
    world.link(INVENTED)
    return world


def begin(world, browser, agency="London Borough of Havering", **fields):
    """Press the agency's button on the page for signing in."""
    page = browser.get("/sign-in").text
    form = next(each for each in page.split("<form") if agency in each and "/sign-in/agency/" in each)
    return browser.send("/sign-in", re.search(r'action="([^"]+)"', form)[1], **fields)


def leads_elsewhere(page):
    """The addresses of other hosts to which the page leads: by itself, and if somebody presses."""
    found = [each.groupdict() for each in LEADING.finditer(page)]
    by_itself = [unescape(each["refresh"]) for each in found if each["refresh"]]
    pressed = [unescape(each["to"]) for each in found if each["to"]]
    return [each for each in by_itself if urlsplit(each).netloc], [
        each for each in pressed if urlsplit(each).netloc
    ]


def test_notice_names_the_place_and_leads_nowhere_by_itself(ready, provider):
    page = begin(ready, ready.browser())
    by_itself, pressed = leads_elsewhere(page.text)
    assert by_itself == []
    [address] = pressed
    assert address.startswith(f"{provider.issuer}/authorize?")
    assert "You are leaving Concordat" in page.text
    assert f"You go to <strong>{urlsplit(provider.issuer).hostname}</strong>" in page.text
    assert "Location" not in page.headers
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("page", "path", "fields", "back"),
    [
        ("/account", "/account/agency", {}, "/account"),
        ("/confirm", "/confirm/agency", {"then": "/purpose"}, "/purpose"),
        ("/confirm", "/confirm/agency", {}, "/account"),
        ("/confirm", "/confirm/agency", {"then": "https://evil.example/"}, "/account"),
        ("/confirm", "/confirm/agency", {"then": "//evil.example"}, "/account"),
    ],
)
def test_every_way_out_has_a_notice_and_a_way_back_to_us(ready, provider, page, path, fields, back):
    notice = ready.browser(INVENTED).send(page, path, **fields).text
    by_itself, [pressed] = leads_elsewhere(notice)
    assert (by_itself, pressed.startswith(provider.issuer)) == ([], True)
    assert f'href="{back}">Back</a>' in notice
    assert "evil.example" not in notice


def test_back_leads_to_signing_in_with_where_one_was_going(ready):
    notice = begin(ready, ready.browser(), next="/account").text
    assert 'href="/sign-in?next=/account">Back</a>' in notice
    assert '<input type="hidden" name="next" value="/account">' in notice
    notice = begin(ready, ready.browser(), next="https://evil.example").text
    assert "evil.example" not in notice


def test_whoever_chose_so_is_led_on_at_once_in_that_browser_and_to_that_host_alone(ready, provider, two):
    browser = ready.browser()
    page = begin(ready, browser, unasked="yes", next="/account")
    assert leads_elsewhere(page.text)[0][0].startswith(provider.issuer)
    kept = next(each for each in page.headers.getlist("Set-Cookie") if each.startswith(f"{COOKIE}="))
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {each.strip() for each in kept.split(";")}
    assert leads_elsewhere(begin(ready, browser).text)[0][0].startswith(provider.issuer)
    address = ready.set_out(browser)
    assert "You are signed in" in ready.come_back(browser, address, provider.authorize(address)).text
    assert leads_elsewhere(begin(ready, ready.browser()).text)[0] == []
    browser.client.set_cookie(COOKIE, "login.agency.example")
    assert leads_elsewhere(begin(ready, browser).text)[0] == []


def test_who_goes_back_has_changed_nothing(ready):
    before = len(ready.ledger())
    sessions = ready.sessions()
    begin(ready, ready.browser())
    assert (len(ready.ledger()), ready.sessions()) == (before, sessions)


def test_choice_of_one_person_opens_no_page_of_anybody(ready):
    browser = ready.browser()
    begin(ready, browser, unasked="yes")
    assert browser.get("/account").status_code == 302


def test_no_other_page_leads_to_another_host():
    """The templates hold no address of elsewhere, and one page alone shows one that it was given."""
    given = re.compile(r"""(?:href|action|url)=["']?\{\{ address \}\}""")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text("utf-8")
        assert not any(urlsplit(each["to"] or "").netloc for each in LEADING.finditer(text)), path
        if "http-equiv" in text:
            assert path.parent.name == "sign_on", path
    assert given.search((ROOT / "templates/pages/sign_on/leave.html").read_text("utf-8"))


def test_places_of_two_agencies_are_told_apart(ready, two):
    ready.set_up(OTHER, two[1])
    notice = begin(ready, ready.browser(), "London Borough of Newham").text
    assert leads_elsewhere(notice)[1][0].startswith(two[1].issuer)
