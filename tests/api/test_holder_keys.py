"""A key is bound to its holder when it is made, stays so when it is replaced, and the pages say to whom."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from auth.roles import Role
from foundation import clock
from foundation.errors import Invalid, Misconfigured
from foundation.settings import Settings
from sharing.people.keys import NewKey, list_service_accounts, make_key, rotate_key
from tests.api.doors import open_door_at, problem
from tests.api.signing import Program, send
from tests.api.test_holders import REFUSED, bound, row_of
from tests.api.test_keys import AGREEMENT, READ, administrator, ask, key_of
from tests.databases import sqlite_url
from tests.partnership import ROBBERY
from tests.portal import Browser


@pytest.fixture(scope="module")
def program():
    return Program()


def test_a_bound_key_is_replaced_with_the_same_public_key_or_another(each_sharing, program):
    _, key, first = bound(each_sharing, program)
    boss, other = administrator(), Program()
    _, second = rotate_key(each_sharing.database, boss, key)
    third_key, third = rotate_key(each_sharing.database, boss, key, other.pem)

    def reads(who, token):
        return send(each_sharing, who.headers(token)).status_code == 200

    assert [reads(program, each) for each in (first, second, third)] == [True, True, False]
    assert [reads(other, each) for each in (first, second, third)] == [False, False, True]
    assert row_of(each_sharing, third_key).holder_key != row_of(each_sharing, key).holder_key
    made = [each for each in each_sharing.entries() if each["event"] == "sharing:key:made"][-1]["detail"]
    assert made["bounds"]["holder"] == other.thumbprint


@pytest.mark.parametrize("wrong", ["a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_what_is_no_public_key_binds_nothing(sharing, program, wrong):
    _, key, _ = bound(sharing, program)
    with pytest.raises(Invalid) as refusal:
        key_of(sharing, holder_key=wrong)
    assert set(refusal.value.problems) == {"holder_key"}
    with pytest.raises(Invalid):
        rotate_key(sharing.database, administrator(), key, wrong)
    (account,) = [
        each
        for each in list_service_accounts(sharing.database, administrator())
        if key in {own.id for own in each.keys}
    ]
    assert len(account.keys) == 1


def test_a_portal_that_requires_it_takes_and_makes_no_key_that_is_bound_to_nobody(tmp_path, program):
    door = open_door_at(tmp_path, sqlite_url(tmp_path), CONCORDAT_KEYS_BOUND="required")
    *_, token = bound(door, program)
    assert send(door, program.headers(token)).status_code == 200
    account, key, unbound = key_of(door, "havering", Role.OPERATOR)
    refused = ask(door, unbound)
    assert problem(refused) == REFUSED
    assert "bound to their holder" in refused.json["detail"]
    boss = replace(administrator(), factor_at=clock.now())
    plain = NewKey("x", (ROBBERY,), (READ,), (AGREEMENT,), (), 1)
    for act in (
        lambda: make_key(door.database, boss, account, plain, bound_only=True),
        lambda: rotate_key(door.database, boss, key, bound_only=True),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert set(refusal.value.problems) == {"holder_key"}
    browser = Browser(door.app)
    browser.sign_in_as("colm-daly")
    path = f"/service-accounts/{account}/keys/new"
    wrong = browser.send(path, path, name="Feed", actions=READ, days="30", purposes=ROBBERY)
    assert (wrong.status_code, "takes only keys that are bound" in wrong.text) == (422, True)
    door.database.close()


def test_setting_that_is_neither_is_refused(tmp_path):
    told = {"CONCORDAT_ENVIRONMENT": "demonstration", "CONCORDAT_DATA_DIR": str(tmp_path)}
    with pytest.raises(Misconfigured, match="CONCORDAT_KEYS_BOUND must be allowed or required"):
        Settings.without_secret({**told, "CONCORDAT_KEYS_BOUND": "yes"})


def shown(answer):
    assert answer.status_code == 201
    return re.search(r'<p class="secret"><code>([\w-]{43})</code>', answer.text)[1]


def test_on_the_pages_a_key_is_bound_and_the_form_says_whose_its_successor_is(tmp_path, program):
    door = open_door_at(tmp_path, sqlite_url(tmp_path))
    browser = Browser(door.app)
    browser.sign_in_as("colm-daly")
    path = browser.send(
        "/service-accounts/new", "/service-accounts/new", name="Control room", roles="operator"
    ).location
    form = {"name": "Feed", "actions": READ, "days": "30", "purposes": ROBBERY, "agreements": AGREEMENT}
    secret = program.private_pem.decode()
    for later in (timedelta(), timedelta(minutes=6)):  # when a proof of now would be asked for first
        with clock.stopped(clock.now() + later):
            wrong = browser.send(path, path, **form, holder_key=secret)
        assert (wrong.status_code, "This is a private key" in wrong.text) == (422, True)
        assert secret.splitlines()[1] not in wrong.text
    token = shown(browser.send(path, path, **form, holder_key=program.pem))
    assert send(door, program.headers(token)).status_code == 200
    assert problem(ask(door, token)) == REFUSED
    listed = browser.get("/service-accounts").text
    assert program.thumbprint in listed
    assert "Refused unsigned" in listed
    rotate = re.search(r"/service-accounts/keys/[\w-]+/rotate", listed)[0]
    assert program.thumbprint in browser.get(rotate).text
    other = Program()
    for said, words in (
        ({}, "Say whether the same program uses the new key."),
        ({"holder": "replace"}, "Give the other public key"),
        ({"holder": "keep", "holder_key": other.pem}, "only where another is to hold"),
        ({"holder": "replace", "holder_key": secret}, "This is a private key"),
    ):
        answer = browser.send(rotate, rotate, **said)
        assert (answer.status_code, words in answer.text) == (422, True)
        assert secret.splitlines()[1] not in answer.text
    kept = shown(browser.send(rotate, rotate, holder="keep"))
    assert send(door, program.headers(kept)).status_code == 200
    replaced = shown(browser.send(rotate, rotate, holder="replace", holder_key=other.pem))
    assert send(door, other.headers(replaced)).status_code == 200
    assert problem(send(door, program.headers(replaced))) == REFUSED
    listing = door.get("service-accounts", "colm-daly", purpose=None).json["accounts"]
    assert {each["holder"] for each in listing[0]["keys"]} == {program.thumbprint, other.thumbprint}
    door.database.close()
