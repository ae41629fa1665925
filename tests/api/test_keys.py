"""A key does the one job that it is for: its actions, purposes, agreements, addresses and time."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.roles import Action, Role
from auth.tables import api_key
from foundation import clock
from foundation.errors import Denied, FactorRequired, Invalid, Missing
from sharing.people.changing import end_account
from sharing.people.keys import (
    NewKey,
    end_key,
    list_service_accounts,
    make_key,
    make_service_account,
    rotate_key,
)
from tests.api.doors import EVERYBODY, OPERATOR, REDUCING, open_door_at, problem, sighting
from tests.databases import sqlite_url
from tests.partnership import ROBBERY, actor
from tests.portal import Browser

TRANSPORT_POLICE = "british-transport-police"
READ = Action.RECORD_READ.value
AGREEMENT = "HAV-CSP-01"


def administrator(agency="havering"):
    """Colm Daly, or the same at another agency."""
    boss = replace(actor("colm-daly", None), factor_at=clock.now())
    return boss if agency == "havering" else replace(boss, agency_id=agency)


def key_of(door, agency=TRANSPORT_POLICE, role=Role.OFFICER, **more):
    """A new account of an agency's program, with a key; gives the ids of both, and the key."""
    boss = administrator(agency)
    account = make_service_account(door.database, boss, "Feed", [role])
    wanted = {"name": "Read", "purposes": (ROBBERY,), "actions": (READ,), "agreements": (AGREEMENT,),
              "addresses": (), "days": 90, **more}  # fmt: skip
    return (account, *make_key(door.database, boss, account, NewKey(**wanted)))


def ask(door, token, method="GET", path="sightings", purpose=ROBBERY, **more):
    said = {"Authorization": f"Bearer {token}", "Sharing-Purpose": purpose}
    return door.app.test_client().open(
        f"/api/v1/{path}", method=method, base_url="http://localhost", headers=said, **more
    )


def test_a_key_reads_under_its_agreements_and_under_no_other(each_sharing):
    shared = each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))

    def sees(**more):
        *_, token = key_of(each_sharing, **more)
        one, page = ask(each_sharing, token, path=f"sightings/{shared}"), ask(each_sharing, token)
        assert page.status_code == 200
        assert (one.status_code == 200) is (shared in page.text)
        return one.status_code == 200

    assert sees()
    assert not sees(agreements=())


def test_a_key_releases_under_its_agreements_only(each_sharing):
    submit = ("record:submit", "record:release", READ)
    *_, bound = key_of(each_sharing, "havering", Role.OPERATOR, actions=submit)
    *_, own = key_of(each_sharing, "havering", Role.OPERATOR, actions=submit, agreements=())
    assert ask(each_sharing, bound, "POST", json=sighting(EVERYBODY)).status_code == 201
    assert problem(ask(each_sharing, own, "POST", json=sighting(EVERYBODY))) == (403, "denied")
    assert ask(each_sharing, own, "POST", json=sighting()).status_code == 201
    assert ask(each_sharing, own, path="agreements").status_code == 403


def test_a_key_does_what_it_is_for_and_nothing_else_that_its_account_may(each_sharing):
    *_, token = key_of(each_sharing, "havering", Role.OPERATOR)
    assert ask(each_sharing, token).status_code == 200
    assert problem(ask(each_sharing, token, "POST", json=sighting())) == (403, "denied")
    assert problem(ask(each_sharing, token, path="requests"))[0] == 403


def test_a_key_is_for_its_purposes_addresses_and_time(each_sharing):
    _, key, token = key_of(each_sharing, addresses=("192.0.2.0/24", "2001:db8::1"))
    there = {"environ_base": {"REMOTE_ADDR": "192.0.2.9"}}
    assert ask(each_sharing, token, **there).status_code == 200
    assert ask(each_sharing, token, environ_base={"REMOTE_ADDR": "::ffff:192.0.2.9"}).status_code == 200
    for elsewhere in ("198.51.100.1", "127.0.0.1", "2001:db8::2"):
        refused = ask(each_sharing, token, environ_base={"REMOTE_ADDR": elsewhere})
        assert problem(refused) == (403, "denied")
    assert each_sharing.entries()[-1]["event"] == "auth:key:refused"
    assert problem(ask(each_sharing, token, purpose=REDUCING, **there)) == (403, "denied")
    with clock.stopped(clock.now() + timedelta(days=90)):
        assert problem(ask(each_sharing, token, **there)) == (401, "unauthenticated")
    with each_sharing.database.transaction() as tx:
        row = tx.execute(select(api_key).where(api_key.c.id == key)).one()
    assert row.last_used_at is not None
    assert token not in str(row)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": ""}),
        ("purposes", {"purposes": ()}),
        ("purposes", {"purposes": ("no-such-purpose",)}),
        ("actions", {"actions": ()}),
        ("actions", {"actions": ("people:run",)}),
        ("agreements", {"agreements": ("NEWHAM-1",)}),
        ("addresses", {"addresses": ("here",)}),
        ("days", {"days": 91}),
        ("days", {"days": 0}),
    ],
)
def test_a_key_is_bound_within_what_its_account_may(sharing, field, wrong):
    with pytest.raises(Invalid) as refusal:
        key_of(sharing, **wrong)
    assert set(refusal.value.problems) == {field}


def test_a_program_gets_no_role_that_its_maker_may_not_give(sharing):
    for role in (Role.ADMINISTRATOR, Role.SIGNATORY, Role.DPO, Role.MEMBER):
        with pytest.raises(Invalid):
            make_service_account(sharing.database, administrator(), "Feed", [role])


def test_a_key_is_replaced_with_an_overlap_and_the_same_bounds(each_sharing):
    _, key, first = key_of(each_sharing, days=30)
    boss = administrator(TRANSPORT_POLICE)
    with clock.stopped(clock.now() + timedelta(days=20)):
        renewed = replace(boss, factor_at=clock.now())
        _, second = rotate_key(each_sharing.database, renewed, key)
        assert [ask(each_sharing, each).status_code for each in (first, second)] == [200, 200]
        assert problem(ask(each_sharing, second, "POST", json=sighting())) == (403, "denied")
    with clock.stopped(clock.now() + timedelta(days=27)):
        assert [ask(each_sharing, each).status_code for each in (first, second)] == [401, 200]
    with clock.stopped(clock.now() + timedelta(days=50)):
        assert ask(each_sharing, second).status_code == 401


def test_making_and_replacing_want_a_proof_of_now_that_no_key_has(sharing):
    account, key, _ = key_of(sharing)
    for at, refusal in ((clock.now() - timedelta(minutes=6), FactorRequired), (None, Denied)):
        stale = replace(administrator(TRANSPORT_POLICE), factor_at=at)
        with pytest.raises(refusal):
            make_key(sharing.database, stale, account, NewKey("x", (ROBBERY,), (READ,), (), (), 1))
        with pytest.raises(refusal):
            rotate_key(sharing.database, stale, key)


def test_another_agency_s_account_and_key_are_not_there(sharing):
    account, key, token = key_of(sharing)
    for act in (
        lambda: make_key(sharing.database, administrator(), account, NewKey("x", (), (), (), (), 1)),
        lambda: rotate_key(sharing.database, administrator(), key),
        lambda: end_key(sharing.database, administrator(), key),
    ):
        with pytest.raises(Missing):
            act()
    assert account not in {each.id for each in list_service_accounts(sharing.database, administrator())}
    assert ask(sharing, token).status_code == 200


def test_a_key_ends_at_once_and_with_its_maker_and_with_its_account(sharing):
    boss = administrator(TRANSPORT_POLICE)
    account, key, first = key_of(sharing)
    end_key(sharing.database, boss, key)
    _, second = make_key(
        sharing.database, boss, account, NewKey("x", (ROBBERY,), (READ,), (AGREEMENT,), (), 1)
    )
    assert [ask(sharing, each).status_code for each in (first, second)] == [401, 200]
    end_account(sharing.database, boss, account)
    assert ask(sharing, second).status_code == 401
    *_, third = key_of(sharing, "havering", Role.OPERATOR)
    signatory = replace(actor("judith-prentice", None), factor_at=clock.now())
    end_account(sharing.database, signatory, "colm-daly")
    assert ask(sharing, third).status_code == 401


def test_on_the_pages_a_key_is_made_shown_once_replaced_and_ended(tmp_path):
    door = open_door_at(tmp_path, sqlite_url(tmp_path))
    browser = Browser(door.app)
    browser.sign_in_as("colm-daly")
    made = browser.send(
        "/service-accounts/new", "/service-accounts/new", name="Control room", roles="operator"
    )
    path = made.location
    wrong = browser.send(path, path, name="Feed", actions=READ, days="91", purposes=ROBBERY)
    assert (wrong.status_code, "A key lasts from 1 to 90 days." in wrong.text) == (422, True)
    shown = browser.send(
        path, path, name="Feed", actions=READ, days="30", purposes=ROBBERY, agreements=AGREEMENT
    )
    assert shown.status_code == 201
    token = re.search(r'<p class="secret"><code>([\w-]{43})</code>', shown.text)[1]
    assert ask(door, token).status_code == 200
    listed = browser.get("/service-accounts").text
    assert token not in listed
    assert "read records" in listed
    rotated = browser.send("/service-accounts", re.search(r"/service-accounts/keys/[\w-]+/rotate", listed)[0])
    assert rotated.status_code == 201
    listing = door.get("service-accounts", "colm-daly", purpose=None).json["accounts"]
    keys = [each["id"] for each in listing[0]["keys"]]
    assert door.post(f"service-accounts/keys/{keys[-1]}/end", "colm-daly", purpose=None).status_code == 204
    assert ask(door, token).status_code == 401
    assert "Feed" in browser.get("/service-accounts").text
    assert "Control room" not in browser.get("/people").text
    door.database.close()
