"""There and back at a provider that others wrote, and which knows nothing of this portal."""

import time
from urllib.parse import parse_qsl, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from oidc_provider_mock import User, run_server_in_thread

from auth.sign_on.refusals import REASONS
from tests.pages.sign_on.conftest import ADMIN, World
from tests.people import INVENTED
from tests.providers import CLIENT, SECRET

#: The provider uses names that the library under it has given up; that is its own affair.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def issuer():
    people = [
        User(sub=name, claims={"email": "ann@x.example", "auth_time": int(time.time())})
        for name in ("ann", "stranger")
    ]
    people.append(User(sub="keyed", claims={"acr": "phrh", "auth_time": int(time.time())}))
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def let_in(address, subject):
    """Press the provider's button, and give what the browser would bring back."""
    opener = build_opener(NoRedirect)
    opener.error = lambda _kind, _request, answer, *_: answer
    answer = opener.open(Request(address, data=f"sub={subject}".encode()))  # noqa: S310 - a loopback address
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def test_somebody_links_signs_in_and_a_stranger_with_the_same_address_does_not(world, issuer):
    admin = world.browser(ADMIN)
    kept = admin.send("/sign-on", "/sign-on", issuer=issuer, client_id=CLIENT, client_secret=SECRET)
    assert kept.status_code == 303
    browser = world.browser(INVENTED)
    address = world.address(browser.send("/account", "/account/agency"))
    assert "Your account is linked" in world.come_back(browser, address, let_in(address, "ann")).text
    browser = world.browser()
    address = world.set_out(browser)
    assert "You are signed in" in world.come_back(browser, address, let_in(address, "ann")).text
    assert "Ann Vent" in browser.get("/purpose").text
    browser = world.browser()
    address = world.set_out(browser)
    page = world.come_back(browser, address, let_in(address, "stranger"))
    assert REASONS["not-linked"] in page.text


@pytest.mark.parametrize(
    ("acr", "subject", "wanted", "onward"),
    [
        ("", "ann", "two", "/account"),
        ("phrh", "keyed", "two", None),
        ("", "keyed", "hardware", "/account"),
        ("phrh", "keyed", "hardware", None),
    ],
)
def test_it_counts_for_as_much_as_the_agency_asks_for(world, issuer, asking, acr, subject, wanted, onward):
    admin = world.browser(ADMIN)
    form = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "acr": acr}
    assert admin.send("/sign-on", "/sign-on", **form).status_code == 303
    browser = world.browser(INVENTED)
    address = world.address(browser.send("/account", "/account/agency"))
    assert "Your account is linked" in world.come_back(browser, address, let_in(address, subject)).text
    strict = World(asking[wanted], None)
    browser = strict.browser()
    address = strict.set_out(browser)
    assert "You are signed in" in strict.come_back(browser, address, let_in(address, subject)).text
    assert browser.get("/purpose").location == onward


def test_whoever_comes_without_the_strength_that_is_asked_for_is_refused(world, issuer):
    form = {"issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "acr": "phrh"}
    assert world.browser(ADMIN).send("/sign-on", "/sign-on", **form).status_code == 303
    browser = world.browser(INVENTED)
    address = world.address(browser.send("/account", "/account/agency"))
    assert REASONS["strength"] in world.come_back(browser, address, let_in(address, "ann")).text
