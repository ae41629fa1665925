"""A provider that does one thing wrong at a time: a sentence, an entry, and nobody is let in."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from auth.sign_on.refusals import REASONS
from auth.tables import user
from foundation import clock
from tests.pages.sign_on.conftest import ADMIN, OTHER
from tests.people import INVENTED
from tests.portal import database_of
from tests.providers import SigningKey

NOW = time.time


def claims(**bent):
    return lambda provider: provider.claims.update(bent)


def header(**bent):
    return lambda provider: provider.header.update(bent)


def algorithm(name):
    return lambda provider: setattr(provider, "algorithm", name)


def stranger_signs(provider):
    provider.key = SigningKey("first")


WRONG = {
    "wrong issuer": (claims(iss="https://evil.example"), "issuer"),
    "issuer with a stroke more": (lambda p: p.claims.update(iss=p.issuer + "/"), "issuer"),
    "wrong audience": (claims(aud="another-service"), "audience"),
    "one audience more": (claims(aud=["concordat", "another-service"]), "audience"),
    "other authorised party": (claims(azp="another-service"), "audience"),
    "wrong nonce": (claims(nonce="another"), "nonce"),
    "no nonce": (claims(nonce=None), "nonce"),
    "expired": (lambda p: p.claims.update(exp=NOW() - 90), "expired"),
    "no expiry": (claims(exp=None), "time"),
    "endless expiry": (claims(exp=float("1e300")), "time"),
    "made in the future": (lambda p: p.claims.update(iat=NOW() + 120), "time"),
    "made long ago": (lambda p: p.claims.update(iat=NOW() - 1200), "time"),
    "not yet good": (lambda p: p.claims.update(nbf=NOW() + 120), "time"),
    "proven in the future": (lambda p: p.claims.update(auth_time=NOW() + 120), "time"),
    "no subject": (claims(sub=None), "subject"),
    "a subject that is no text": (claims(sub=7), "subject"),
    "an overlong subject": (claims(sub="s" * 256), "subject"),
    "no signature": (algorithm("none"), "algorithm"),
    "public key as a shared secret": (algorithm("HS256"), "algorithm"),
    "an algorithm that is not allowed": (header(alg="RS512"), "algorithm"),
    "another key type's algorithm": (header(alg="ES256"), "key"),
    "critical header": (header(crit=["exp"]), "algorithm"),
    "unknown key": (header(kid="another"), "key"),
    "a stranger's signature": (stranger_signs, "signature"),
    "a logout token": (header(typ="logout+jwt"), "token-type"),
    "an access token": (header(typ="at+jwt"), "token-type"),
    "an event": (claims(events={}), "token-type"),
    "no ID token": (lambda p: p.said.update(id_token=None), "code"),
    "no token at all": (lambda p: p.said.update(id_token="not.a-token"), "token-form"),
    "an overlong token": (claims(padding="x" * 20_000), "token-form"),
    "a huge answer": (lambda p: p.said.update(padding="x" * 300_000), "provider-unreachable"),
}
BACK = {
    "no issuer though it says so": ({"iss": None}, "issuer-missing"),
    "another issuer": ({"iss": "https://evil.example"}, "mix-up"),
    "an error": ({"error": "access_denied"}, "provider-refused"),
    "no code": ({"code": None}, "code"),
    "a made-up code": ({"code": "made-up"}, "code"),
    "another state": ({"state": "made-up"}, "state"),
    "no state": ({"state": None}, "state"),
}


@pytest.fixture
def linked(world):
    """Ann is linked to the subject s-1, and nobody is signed in."""
    world.set_up()
    browser, page = world.link(INVENTED)
    assert "Your account is linked" in page.text
    assert world.sessions() != []
    browser.send("/account", "/sign-out")
    return world


def refused(world, page, reason):
    assert page.status_code == 403
    assert REASONS[reason] in page.text
    assert [each["reason"] for each in world.events("auth:sign-on:refused")] == [reason]
    assert INVENTED not in {each.user_id for each in world.sessions()}
    cookies = page.headers.getlist("Set-Cookie")
    assert not any("concordat=" in each and "Max-Age=0" not in each for each in cookies)


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_token_lets_nobody_in(linked, provider, what):
    bend, reason = WRONG[what]
    bend(provider)
    refused(linked, linked.sign_in()[1], reason)


@pytest.mark.parametrize("what", BACK)
def test_a_wrong_return_lets_nobody_in(linked, what):
    bent, reason = BACK[what]
    refused(linked, linked.sign_in(**bent)[1], reason)


def test_a_weak_key_lets_nobody_in(linked, provider):
    provider.key = SigningKey("first", 1024)
    provider.published = [provider.key.public()]
    with clock.stopped(clock.now() + timedelta(minutes=11)):  # so that the keys are fetched anew
        page = linked.sign_in()[1]
    refused(linked, page, "key")


def test_an_answer_counts_once_and_only_in_the_browser_that_set_out(linked, provider):
    browser = linked.browser()
    address = linked.set_out(browser)
    back = provider.authorize(address)
    assert linked.come_back(linked.browser(), address, back).status_code == 403
    assert linked.come_back(browser, address, back).status_code == 200
    again = linked.come_back(browser, address, back)
    assert (again.status_code, REASONS["state"] in again.text) == (403, True)
    assert [each["reason"] for each in linked.events("auth:sign-on:refused")] == ["state", "state"]


def test_a_replayed_code_is_not_taken_in_a_new_trip(linked, provider):
    browser = linked.browser()
    address = linked.set_out(browser)
    back = provider.authorize(address)
    assert linked.come_back(browser, address, back).status_code == 200
    other = linked.browser()
    address = linked.set_out(other)
    page = linked.come_back(other, address, {**provider.authorize(address), "code": back["code"]})
    assert (page.status_code, REASONS["code"] in page.text) == (403, True)


def test_a_stolen_code_does_not_fit_the_verifier_of_another_browser(linked, provider):
    victim = linked.browser()
    stolen = provider.authorize(linked.set_out(victim))["code"]
    thief = linked.browser()
    address = linked.set_out(thief)
    refused(linked, linked.come_back(thief, address, {**provider.authorize(address), "code": stolen}), "code")


def test_a_request_whose_challenge_was_stripped_on_the_way_gives_no_session(linked, provider):
    browser = linked.browser()
    address = linked.set_out(browser)
    assert "code_challenge_method=S256" in address
    stripped = "&".join(part for part in address.split("&") if not part.startswith("code_challenge"))
    refused(linked, linked.come_back(browser, address, provider.authorize(stripped)), "code")


def test_a_trip_of_more_than_ten_minutes_is_over(linked, provider):
    browser = linked.browser()
    address = linked.set_out(browser)
    with clock.stopped(clock.now() + timedelta(minutes=10, seconds=1)):
        refused(linked, linked.come_back(browser, address, provider.authorize(address)), "state")


def test_a_parameter_that_comes_twice_counts_as_none(linked, provider):
    browser = linked.browser()
    address = linked.set_out(browser)
    back = list(provider.authorize(address).items())
    refused(linked, linked.come_back(browser, address, [*back, ("code", "another")]), "state")


def test_the_return_address_of_another_agency_does_not_take_the_answer(linked, provider, two):
    """Mix-up: an honest code of one provider is sent to where the other one's answers go."""
    linked.set_up(OTHER, two[1])
    other_address = linked.set_out(linked.browser(), "London Borough of Newham")
    browser = linked.browser()
    address = linked.set_out(browser)
    refused(linked, linked.come_back(browser, other_address, provider.authorize(address)), "mix-up")


def test_the_same_subject_at_another_agency_is_somebody_else(linked, provider, two):
    linked.set_up(OTHER, two[1])
    browser = linked.browser()
    address = linked.set_out(browser, "London Borough of Newham")
    refused(linked, linked.come_back(browser, address, two[1].authorize(address, "s-1")), "not-linked")


def test_an_address_that_is_somebodys_here_opens_nothing(linked, provider):
    provider.claims.update(email="ann@x.example", email_verified=True, preferred_username="ann@x.example")
    refused(linked, linked.sign_in("s-2")[1], "not-linked")


def test_whoever_has_moved_or_left_is_not_let_in(linked):
    with database_of(linked.app).transaction() as tx:
        tx.execute(update(user).where(user.c.id == INVENTED).values(agency_id="newham"))
    refused(linked, linked.sign_in()[1], "not-linked")


def test_no_more_than_thirty_refusals_from_one_address_are_answered(linked):
    browser = linked.browser()
    path = linked.set_out(browser).split("redirect_uri=")[1].split("&")[0].split("%2Fsign-in")[1]
    path = "/sign-in" + path.replace("%2F", "/")
    answers = [browser.get(path).status_code for _ in range(31)]
    assert answers == [403] * 30 + [429]
    assert len(linked.events("auth:sign-on:refused")) == 30


def test_the_entry_names_the_agency_and_nothing_that_was_received(linked, provider):
    provider.claims.update(sub="somebody-secret", email="ann@x.example")
    linked.sign_in()
    [entry] = linked.events("auth:sign-on:refused")
    assert set(entry) >= {"provider", "reason"}
    assert "somebody-secret" not in str(linked.ledger())
    assert "ann@x.example" not in str(linked.ledger())
    assert ADMIN not in str(entry)
