"""A session's token is new after every proof, and its person can see and end every session."""

from datetime import UTC, datetime, timedelta

import pytest

from auth.confirming import confirm_with_password
from auth.notices import read_notices
from auth.sessions import (
    Limits,
    end_other_sessions,
    end_own_session,
    find_session,
    list_sessions,
    open_session,
    rotate,
)
from foundation import clock
from foundation.database import Database
from foundation.errors import Missing, Unauthenticated
from tests.databases import postgresql_url, sqlite_url
from tests.people import DPO, OPERATOR, PASSWORD, add_people
from tests.portal import prepare_tables

START = datetime(2026, 2, 17, 14, tzinfo=UTC)
LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 3, timedelta(minutes=15))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    prepare_tables(opened)
    add_people(opened)
    with clock.stopped(START):
        yield opened
    opened.close()


def begin(database, user=OPERATOR, device="Firefox on Linux"):
    with database.transaction() as tx:
        return open_session(tx, user, LIMITS, way="password", device=device)


def who(database, token):
    found = find_session(database, token, LIMITS)
    return found.actor if found else None


def test_copy_made_before_a_rotation_opens_nothing(database):
    copied = begin(database)
    token = rotate(database, who(database, copied))
    assert who(database, copied) is None
    assert who(database, token).user_id == OPERATOR


def test_proof_makes_the_factor_fresh_and_the_token_new(database):
    before = begin(database)
    with clock.stopped(START + timedelta(minutes=10)):
        actor = who(database, before)
        token = confirm_with_password(database, actor, PASSWORD, "192.0.2.1", code="", secret_key="s" * 43)
        assert who(database, before) is None
        assert who(database, token).factor_at == START + timedelta(minutes=10)


def test_wrong_password_proves_nothing(database):
    token = begin(database)
    actor = who(database, token)
    with pytest.raises(Unauthenticated):
        confirm_with_password(database, actor, "wrong", "192.0.2.1", code="", secret_key="s" * 43)
    assert who(database, token).factor_at == START


def test_session_that_ended_in_the_meantime_is_not_revived_by_a_proof(database):
    token = begin(database)
    actor = who(database, token)
    end_own_session(database, actor, mine(database, actor)[0].id)
    with pytest.raises(Unauthenticated):
        rotate(database, actor)


def mine(database, actor):
    with database.transaction() as tx:
        return list_sessions(tx, actor)


def test_person_sees_and_ends_own_sessions_only(database):
    here, there = begin(database), begin(database, device="Chrome on Android")
    other = begin(database, user=DPO)
    actor = who(database, here)
    listed = mine(database, actor)
    assert {(each.device, each.current) for each in listed} == {
        ("Firefox on Linux", True),
        ("Chrome on Android", False),
    }
    with pytest.raises(Missing):
        end_own_session(database, who(database, other), listed[0].id)
    end_own_session(database, actor, next(each.id for each in listed if not each.current))
    assert who(database, there) is None
    assert who(database, here) is not None


def test_all_others_end_at_once(database):
    here, there = begin(database), begin(database)
    end_other_sessions(database, who(database, here))
    assert who(database, there) is None
    assert who(database, here) is not None


def test_new_browser_is_told_of_and_the_first_one_is_not(database):
    token = begin(database)
    assert [each.kind for each in read_notices(database, who(database, token))] == []
    begin(database, device="Chrome on Android")
    begin(database, device="Chrome on Android")
    told = read_notices(database, who(database, token))
    assert [(each.kind, each.seen) for each in told] == [("device-new", False)]
    assert read_notices(database, who(database, token))[0].seen


def test_police_sessions_rest_for_a_shorter_time():
    assert LIMITS.idle_of("police") == LIMITS.idle_of("transport_police") == timedelta(minutes=15)
    assert LIMITS.idle_of("council") == timedelta(minutes=30)
