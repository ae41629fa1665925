"""Signing in at one's agency, linking, proving again, closing other ways, and signing out from there."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, update

from auth.sign_on.refusals import REASONS
from auth.tables import identity_provider, session
from foundation import clock
from tests.pages.sign_on.conftest import ADMIN, OTHER
from tests.people import INVENTED, OPERATOR, PASSWORD
from tests.portal import database_of
from tests.providers import CLIENT, LOGOUT, SECRET, SigningKey


@pytest.fixture
def ready(world):
    world.set_up()
    assert "Your account is linked" in world.link(INVENTED)[1].text
    return world


def test_the_linked_person_is_let_in_with_the_time_of_their_proof_there(ready, provider):
    at = int(clock.now().timestamp()) - 3600
    provider.claims["auth_time"] = at
    browser, page = ready.sign_in()
    assert "You are signed in" in page.text
    assert "Ann Vent" in browser.get("/purpose").text
    newest = max(ready.sessions(), key=lambda each: each.created_at)
    assert (newest.way, int(newest.factor_at.timestamp())) == ("agency", at)
    assert ready.events("auth:session:opened")[-1]["way"] == "agency"
    assert "Prove that it is you" in browser.send("/account", "/account/recovery-codes").text


def test_a_provider_that_does_not_say_when_proves_nothing_fresh(ready, provider):
    provider.claims["auth_time"] = None
    browser, _ = ready.sign_in()
    assert browser.send("/account", "/account/recovery-codes").status_code == 401


def test_no_token_code_or_secret_is_kept(ready, provider):
    ready.sign_in()
    with database_of(ready.app).transaction() as tx:
        kept = str(tx.execute(select(identity_provider)).mappings().all())
    everything = kept + str(ready.sessions()) + str(ready.ledger())
    assert SECRET not in everything
    assert "sid-1" not in everything
    assert "eyJ" not in everything  # how every JWT begins


def test_a_link_wants_a_fresh_proof_here_and_there(world, provider):
    world.set_up()
    browser = world.browser(INVENTED)
    with database_of(world.app).transaction() as tx:
        long_ago = clock.now() - timedelta(minutes=6)
        tx.execute(update(session).values(factor_at=long_ago))
    assert browser.send("/account", "/account/agency").status_code == 401
    browser.sign_in_as(INVENTED)
    address = world.address(browser.send("/account", "/account/agency"))
    assert "prompt=login" in address
    assert "max_age=0" in address
    for at in (None, int(clock.now().timestamp()) - 120):
        provider.claims["auth_time"] = at
        page = world.come_back(browser, address, provider.authorize(address))
        assert REASONS["not-fresh"] in page.text
        address = world.address(browser.send("/account", "/account/agency"))
    assert world.events("auth:identity:linked") == []


def test_a_subject_is_one_person_and_a_person_one_subject(ready):
    page = ready.link(ADMIN, "s-1")[1]
    assert REASONS["taken"] in page.text
    assert REASONS["taken"] in ready.link(INVENTED, "s-2")[1].text


def test_the_account_page_shows_the_link(ready):
    page = ready.browser(INVENTED).get("/account").text
    assert "Linked to your account at London Borough of Havering" in page
    assert "Your account was linked to your agency" in page


def test_the_proof_is_renewed_at_the_agency_by_the_same_person_alone(ready, provider):
    browser = ready.browser(INVENTED)
    with database_of(ready.app).transaction() as tx:
        tx.execute(update(session).values(factor_at=clock.now() - timedelta(minutes=6)))
    for subject, told in (("s-9", REASONS["other-person"]), ("s-1", "says that it is you")):
        address = ready.address(browser.send("/confirm", "/confirm/agency"))
        page = ready.come_back(browser, address, provider.authorize(address, subject))
        assert told in page.text
    page = browser.send("/account", "/account/recovery-codes")
    assert page.status_code == 200
    assert [each["way"] for each in ready.events("auth:factor:proven")] == ["agency"]


def test_what_was_typed_goes_on_once_the_agency_has_said_so(ready):
    browser = ready.browser(INVENTED)
    with database_of(ready.app).transaction() as tx:
        tx.execute(update(session).values(factor_at=clock.now() - timedelta(minutes=6)))
    kept = {"then": "/account/recovery-codes", "post": "yes", "proven": "yes"}
    assert "has not said yet" in browser.send("/confirm", "/confirm", **kept).text
    with database_of(ready.app).transaction() as tx:
        tx.execute(update(session).values(factor_at=clock.now()))
    assert browser.send("/confirm", "/confirm", **kept).status_code == 200


def close(world):
    """The administrator links, comes in by the agency, and closes the other ways."""
    world.link(ADMIN, "s-admin")
    browser, _ = world.sign_in("s-admin")
    assert browser.send("/sign-on", "/sign-on/only", only="yes").status_code == 303
    return browser


def test_the_other_ways_are_closed_only_by_somebody_who_came_in_by_this_one(ready):
    browser = ready.browser(ADMIN)
    assert browser.send("/sign-on", "/sign-on/only", only="yes").status_code == 409
    assert ready.events("auth:provider:enforced") == []


def test_closed_ways_answer_403_as_for_somebody_unknown(ready):
    close(ready)
    assert {each.way for each in ready.sessions()} == {"agency"}
    tried = [
        ("dan.osei@havering.example", PASSWORD),
        ("dan.osei@havering.example", "no"),
        ("x@y.example", "no"),
    ]
    pages = []
    for email, password in tried:
        answer = ready.browser().send("/sign-in", "/sign-in", email=email, password=password)
        assert answer.status_code == 403
        pages.append("The email address or the password is not right." in answer.text)
    assert pages == [True, True, True]
    assert OPERATOR not in {each.user_id for each in ready.sessions()}


def test_no_password_is_set_or_proven_where_the_ways_are_closed(ready):
    browser = close(ready)
    assert "New password" not in browser.get("/account").text
    words = "nine-otters-under-a-bridge"
    answer = browser.send("/account", "/account/password", password=words, password_again=words)
    assert answer.status_code == 403


def test_a_rotated_key_is_fetched_and_the_old_one_forgotten(ready, provider):
    old, provider.key = provider.key, SigningKey("second")
    provider.published = [provider.key.public()]
    with clock.stopped(clock.now() + timedelta(seconds=40)):
        assert ready.sign_in()[1].status_code == 200
    provider.key = old
    with clock.stopped(clock.now() + timedelta(seconds=50)):
        assert REASONS["key"] in ready.sign_in()[1].text


def test_made_up_key_names_do_not_send_the_portal_to_the_provider(ready, provider):
    provider.header["kid"] = "made-up"
    provider.asked.clear()
    for _ in range(3):
        ready.sign_in()
    assert provider.asked.count("/keys") == 0


@pytest.mark.parametrize(
    ("bent", "field"),
    [
        ({"issuer": "https://evil.example"}, "not as agreed"),
        ({"jwks_uri": "http://169.254.169.254/keys"}, "not as agreed"),
        ({"token_endpoint": "https://inside.example/token"}, "not as agreed"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "not as agreed"),
        ({"code_challenge_methods_supported": ["plain"]}, "not as agreed"),
        ({"token_endpoint_auth_methods_supported": ["none"]}, "not as agreed"),
    ],
)
def test_a_provider_that_says_the_wrong_things_of_itself_is_not_kept(world, provider, bent, field):
    provider.metadata.update(bent)
    browser = world.browser(ADMIN)
    answer = browser.send(
        "/sign-on", "/sign-on", issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET
    )
    assert (answer.status_code, field in answer.text) == (422, True)
    assert SECRET not in answer.text
    assert world.events("auth:provider:changed") == []


@pytest.mark.parametrize("issuer", ["https://login.example", "http://10.0.0.1", "file:///etc/passwd", "x"])
def test_no_host_is_asked_that_the_settings_do_not_allow(world, issuer):
    browser = world.browser(ADMIN)
    answer = browser.send("/sign-on", "/sign-on", issuer=issuer, client_id=CLIENT, client_secret=SECRET)
    assert answer.status_code == 422


def test_an_issuer_is_one_agencys_and_does_not_change(world, two):
    browser = world.set_up()
    other = {"client_id": CLIENT, "client_secret": SECRET}
    answer = browser.send("/sign-on", "/sign-on", issuer=two[1].issuer, **other)
    assert "Remove the provider first" in answer.text
    answer = world.browser(OTHER).send("/sign-on", "/sign-on", issuer=two[0].issuer, **other)
    assert "another agency" in answer.text


def test_unlinking_and_removing_end_the_sessions(ready):
    ready.sign_in()
    admin = ready.browser(ADMIN)
    assert admin.send("/sign-on", f"/sign-on/people/{INVENTED}/unlink").status_code == 303
    assert {each.user_id for each in ready.sessions()} == {ADMIN}
    assert REASONS["not-linked"] in ready.sign_in()[1].text
    assert admin.send("/sign-on", f"/sign-on/people/{INVENTED}/unlink").status_code == 404
    assert admin.send("/sign-on", "/sign-on/remove").status_code == 303
    assert "Sign in with your agency" not in ready.browser().get("/sign-in").text


def test_only_administrators_see_the_page_and_only_their_own_agency(ready):
    assert ready.browser(INVENTED).get("/sign-on").status_code == 403
    page = ready.browser(OTHER).get("/sign-on").text
    assert ready.provider.issuer not in page
    assert ready.browser(OTHER).send("/sign-on", f"/sign-on/people/{INVENTED}/unlink").status_code == 404


def sign_out_path(world):
    page = world.browser(ADMIN).get("/sign-on").text
    return "/sign-in/agency/" + page.split("/sign-in/agency/")[1].split("/")[0] + "/sign-out"


def send_out(world, path, token):
    return world.browser().post(path, data={"logout_token": token}, headers={"Sec-Fetch-Site": "cross-site"})


def test_the_provider_ends_one_session_or_all_of_a_subject(ready, provider):
    path = sign_out_path(ready)
    ready.sign_in()
    provider.claims["sid"] = "sid-2"
    ready.sign_in()
    answer = send_out(ready, path, provider.logout_token(sid="sid-1", sub=None))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    ways = [each.way for each in ready.sessions() if each.user_id == INVENTED]
    assert ways.count("agency") == 1
    assert send_out(ready, path, provider.logout_token()).status_code == 200
    assert [each for each in ready.sessions() if each.user_id == INVENTED] == []
    assert ready.events("auth:sign-on:ended")[-1]["sessions"] == 1


@pytest.mark.parametrize(
    ("bent", "reason"),
    [
        ({"events": None}, "logout-events"),
        ({"events": {"another": {}}}, "logout-events"),
        ({"events": {LOGOUT: "yes"}}, "logout-events"),
        ({"nonce": "n"}, "logout-nonce"),
        ({"sub": None}, "logout-who"),
        ({"jti": None}, "token-form"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"exp": 1}, "expired"),
        ({"iat": None}, "time"),
    ],
)
def test_a_wrong_logout_token_ends_nothing(ready, provider, bent, reason):
    path = sign_out_path(ready)
    ready.sign_in()
    before = len(ready.sessions())
    answer = send_out(ready, path, provider.logout_token(**bent))
    assert (answer.status_code, answer.json["error_description"]) == (400, REASONS[reason])
    assert len(ready.sessions()) == before
    assert ready.events("auth:sign-on:refused")[-1]["reason"] == reason


@pytest.mark.parametrize(
    ("header", "reason"), [({"typ": "JWT"}, "token-type"), ({"typ": None}, "token-type")]
)
def test_an_id_token_does_not_sign_anybody_out(ready, provider, header, reason):
    path = sign_out_path(ready)
    provider.header.update(header)
    answer = send_out(ready, path, provider.logout_token())
    assert answer.json["error_description"] == REASONS[reason]


def test_a_logout_token_counts_once(ready, provider):
    path, token = sign_out_path(ready), provider.logout_token()
    assert send_out(ready, path, token).status_code == 200
    ready.sign_in()
    answer = send_out(ready, path, token)
    assert answer.json["error_description"] == REASONS["logout-replayed"]
    assert INVENTED in {each.user_id for each in ready.sessions()}


def test_a_stronger_sign_in_is_required_where_the_agency_asks_for_it(world, provider):
    browser = world.set_up()
    form = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": "", "acr": "phr"}
    assert browser.send("/sign-on", "/sign-on", **form).status_code == 303
    assert REASONS["strength"] in world.link(INVENTED)[1].text
    provider.claims["acr"] = "phr"
    assert "Your account is linked" in world.link(INVENTED)[1].text


def test_no_more_is_asked_for_than_who_it_is(ready):
    address = ready.set_out(ready.browser())
    assert parse_qs(urlsplit(address).query)["scope"] == ["openid"]
