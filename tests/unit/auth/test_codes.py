"""Codes of authenticator apps and recovery codes: each once, and never after the other has won."""

import threading
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from auth import queries
from auth.codes import (
    begin_authenticator,
    code_is_good,
    finish_authenticator,
    has_authenticator,
    make_recovery_codes,
    recovery_codes_left,
    remove_authenticator,
)
from auth.notices import read_notices
from auth.sessions import Limits, find_session
from auth.sign_in import finish_sign_in, sign_in
from auth.tables import recovery_code, totp
from foundation import clock
from foundation.database import Database
from foundation.errors import FactorRequired, Invalid, Throttled, Unauthenticated
from tests.databases import postgresql_url, sqlite_url
from tests.people import OPERATOR, PASSWORD, add_people
from tests.portal import prepare_tables

SECRET = "s" * 43
NOW = datetime(2026, 2, 17, 23, tzinfo=UTC)
LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
EMAIL = "dan.osei@havering.example"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    prepare_tables(opened)
    add_people(opened)
    with clock.stopped(NOW):
        yield opened
    opened.close()


@pytest.fixture
def actor(database):
    token = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).session
    return find_session(database, token, LIMITS).actor


@pytest.fixture
def app(database, actor):
    """The person's authenticator app, which has confirmed itself two steps ago."""
    address = begin_authenticator(database, actor, SECRET)
    made = pyotp.parse_uri(address)
    finish_authenticator(database, actor, SECRET, made.at(NOW))
    return made


def later(seconds):
    return clock.stopped(NOW + timedelta(seconds=seconds))


def good(database, code):
    with database.transaction() as tx:
        return code_is_good(tx, OPERATOR, SECRET, code)


def test_secret_is_kept_sealed(database, app):
    with database.transaction() as tx:
        stored = tx.execute(select(totp.c.secret)).scalar_one()
    assert app.secret not in stored
    assert app.secret.encode().hex() not in stored


def test_code_is_good_once(database, app):
    with later(60):
        code = app.at(NOW + timedelta(seconds=60))
        assert good(database, code)
        assert not good(database, code)


def test_code_of_a_step_before_the_last_one_used_is_refused(database, app):
    with later(60):
        assert good(database, app.at(NOW + timedelta(seconds=60)))
        assert not good(database, app.at(NOW + timedelta(seconds=30)))


@pytest.mark.parametrize("away", [-60, -30, -1, 30, 60])
def test_code_of_another_step_is_refused(database, app, away):
    with later(120):
        assert not good(database, app.at(NOW + timedelta(seconds=120 + away)))
        assert good(database, app.at(NOW + timedelta(seconds=120)))


def test_code_is_good_to_the_end_of_its_thirty_seconds(database, app):
    code = app.at(NOW + timedelta(seconds=120))
    with later(119.9):
        assert not good(database, code)
    with later(149.9):
        assert good(database, code)


def test_code_that_ran_out_is_refused_with_a_sentence_that_says_so(database, app):
    with later(149):
        step = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).step
    with later(150), pytest.raises(Invalid) as refused:
        finish_sign_in(database, step, app.at(NOW + timedelta(seconds=120)), SECRET, LIMITS)
    assert "good for 30 seconds" in refused.value.problems["code"]


def test_of_two_equal_codes_in_parallel_one_wins(database, app):
    code, won, barrier = app.at(NOW + timedelta(seconds=60)), [], threading.Barrier(8)

    def use():
        barrier.wait()
        won.append(good(database, code))

    with later(60):
        threads = [threading.Thread(target=copy_context().run, args=(use,)) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert sorted(won) == [False] * 7 + [True]


def test_app_that_was_not_confirmed_counts_for_nothing(database, actor):
    address = begin_authenticator(database, actor, SECRET)
    with pytest.raises(Invalid):
        finish_authenticator(database, actor, SECRET, "000000")
    with database.transaction() as tx:
        assert not has_authenticator(tx, OPERATOR)
    assert not good(database, pyotp.parse_uri(address).at(NOW))


def test_password_with_an_app_opens_nothing_without_its_code(database, app):
    with later(60):
        done = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS)
        assert done.session is None
        assert find_session(database, done.step, LIMITS) is None
        with pytest.raises(Invalid):
            finish_sign_in(database, done.step, "123456", SECRET, LIMITS)
        code = app.at(NOW + timedelta(seconds=60))
        token = finish_sign_in(database, done.step, code, SECRET, LIMITS)
        assert find_session(database, token, LIMITS).actor.user_id == OPERATOR
        with pytest.raises(Unauthenticated):
            finish_sign_in(database, done.step, app.at(NOW + timedelta(seconds=90)), SECRET, LIMITS)


def test_step_runs_out(database, app):
    with later(60):
        step = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).step
    with later(60 + 301), pytest.raises(Unauthenticated, match="password again"):
        finish_sign_in(database, step, app.at(NOW + timedelta(seconds=361)), SECRET, LIMITS)


def test_guessing_codes_waits_longer_each_time(database, app):
    with later(60):
        step = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).step
        for _ in range(5):
            with pytest.raises(Invalid):
                finish_sign_in(database, step, "000000", SECRET, LIMITS)
        with pytest.raises(Throttled):
            finish_sign_in(database, step, "000000", SECRET, LIMITS)


def test_recovery_code_signs_in_once_and_is_told(database, actor, app):
    codes = make_recovery_codes(database, actor)
    assert len(set(codes)) == 10
    with later(60):
        step = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).step
        assert finish_sign_in(database, step, codes[3].lower().replace("-", " "), SECRET, LIMITS)
        again = sign_in(database, EMAIL, PASSWORD, "192.0.2.1", LIMITS).step
        with pytest.raises(Invalid):
            finish_sign_in(database, again, codes[3], SECRET, LIMITS)
        assert "recovery-used" in {notice.kind for notice in read_notices(database, actor)}
    with database.transaction() as tx:
        assert recovery_codes_left(tx, OPERATOR) == 9
        stored = set(tx.execute(select(recovery_code.c.hash)).scalars())
    assert not {code.replace("-", "") for code in codes} & stored


def test_new_recovery_codes_end_the_old_ones(database, actor, app):
    old = make_recovery_codes(database, actor)
    make_recovery_codes(database, actor)
    assert not good(database, old[0])


def test_factors_change_only_after_a_fresh_proof(database, actor):
    with later(300):
        for change in (
            lambda: begin_authenticator(database, actor, SECRET),
            lambda: make_recovery_codes(database, actor),
            lambda: remove_authenticator(database, actor),
        ):
            with pytest.raises(FactorRequired):
                change()


def test_short_password_does_not_come_to_stand_alone(database, actor, app):
    with database.transaction() as tx:
        tx.exec_driver_sql('UPDATE "user" SET password_alone = false')
    with pytest.raises(Invalid, match="15 characters first"):
        remove_authenticator(database, actor)
    with database.transaction() as tx:
        assert has_authenticator(tx, OPERATOR)
        assert queries.account_of(tx, OPERATOR) is not None
