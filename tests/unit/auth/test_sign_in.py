"""Signing in waits longer after refusals, tells nobody which accounts exist, and never locks out for good."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from auth import sign_in as module
from auth.sessions import Limits, find_session
from auth.sign_in import PER_ACCOUNT, REFUSED, Attempts, sign_in
from auth.tables import sign_in_attempt
from foundation import clock
from foundation.database import Database
from foundation.errors import Throttled, Unauthenticated
from tests.asking import as_server
from tests.databases import postgresql_url, sqlite_url
from tests.people import OPERATOR, PASSWORD, add_people
from tests.portal import prepare_tables

LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
EMAIL = "dan.osei@havering.example"
START = datetime(2026, 2, 17, 14, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def owner(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    prepare_tables(opened)
    add_people(opened)
    yield opened
    opened.close()


@pytest.fixture
def database(owner):
    """As the server's own work reaches it."""
    with as_server(owner) as opened:
        yield opened


@pytest.fixture
def quick(monkeypatch):
    """The work on passwords is not what these tests are about."""
    monkeypatch.setattr(
        module, "password_is_good", lambda stored, password: bool(stored) and password == PASSWORD
    )


def refuse(database, times, *, email=EMAIL, origin="192.0.2.1"):
    for _ in range(times):
        with pytest.raises(Unauthenticated, match=REFUSED):
            sign_in(database, email, "wrong", origin, LIMITS)


def test_good_password_opens_a_session_of_that_user(database):
    token = sign_in(database, f" {EMAIL.upper()} ", PASSWORD, "192.0.2.1", LIMITS).session
    standing = find_session(database, token, LIMITS)
    assert (standing.actor.user_id, standing.actor.purpose, standing.policy_epoch) == (OPERATOR, None, 7)


def test_wrong_password_and_unknown_account_give_the_same_words(database):
    for email in (EMAIL, "nobody@havering.example", "ruth@havering.example"):
        with pytest.raises(Unauthenticated) as caught:
            sign_in(database, email, "wrong", "192.0.2.1", LIMITS)
        assert str(caught.value) == REFUSED


def test_hasher_works_as_hard_for_an_unknown_account(database, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "password_is_good", lambda stored, _: asked.append(stored) or False)
    refuse(database, 1, email="nobody@havering.example")
    refuse(database, 1)
    assert asked[0] is None
    assert asked[1].startswith("$argon2id$")


def test_refusals_at_an_account_make_every_next_try_wait_longer(database, quick):
    with clock.stopped(START):
        refuse(database, PER_ACCOUNT.free)
        with pytest.raises(Throttled) as first:
            sign_in(database, EMAIL, PASSWORD, "198.51.100.7", LIMITS)
    with clock.stopped(START + timedelta(seconds=2)):
        refuse(database, 1)
        with pytest.raises(Throttled) as second:
            sign_in(database, EMAIL, PASSWORD, "198.51.100.7", LIMITS)
    assert (first.value.retry_after, second.value.retry_after) == (1, 2)


def test_after_the_wait_the_right_password_gets_in(database, quick):
    with clock.stopped(START):
        refuse(database, PER_ACCOUNT.free)
    with clock.stopped(START + timedelta(seconds=1)):
        assert sign_in(database, EMAIL, PASSWORD, "198.51.100.7", LIMITS)


def test_password_is_good_however_old_it_is(database, quick):
    with clock.stopped(START + timedelta(days=3650)):
        assert sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).session


def test_try_that_came_too_soon_is_not_counted(database, quick):
    with clock.stopped(START):
        refuse(database, PER_ACCOUNT.free)
        for _ in range(5):
            with pytest.raises(Throttled):
                sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS)
    with database.transaction() as tx:
        assert tx.execute(select(func.count()).select_from(sign_in_attempt)).scalar_one() == PER_ACCOUNT.free


def test_wait_has_an_end_however_many_refusals():
    assert PER_ACCOUNT.wait(Attempts(10_000, START)) == timedelta(seconds=PER_ACCOUNT.most)
    assert PER_ACCOUNT.wait(Attempts(PER_ACCOUNT.free - 1, START)) == timedelta()


def test_place_known_for_the_account_is_not_held_up_by_strangers(database, quick):
    with clock.stopped(START):
        sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS)
        refuse(database, PER_ACCOUNT.free, origin="203.0.113.9")
        with pytest.raises(Throttled):
            sign_in(database, EMAIL, PASSWORD, "203.0.113.9", LIMITS)
        assert sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS)


def test_address_that_tries_many_accounts_waits(database, quick, monkeypatch):
    monkeypatch.setattr(module, "PER_ORIGIN", module.Throttle(timedelta(hours=1), free=3, most=180))
    with clock.stopped(START):
        for number in range(3):
            refuse(database, 1, email=f"guess{number}@havering.example")
        with pytest.raises(Throttled):
            sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS)
        assert sign_in(database, EMAIL, PASSWORD, "198.51.100.7", LIMITS)


def test_guessing_from_everywhere_slows_strangers_down(database, quick, monkeypatch):
    monkeypatch.setattr(module, "FOR_ALL", module.Throttle(timedelta(hours=1), free=3, most=5))
    with clock.stopped(START):
        for number in range(3):
            refuse(database, 1, email=f"guess{number}@x.example", origin=f"203.0.113.{number}")
        with pytest.raises(Throttled):
            sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS)
