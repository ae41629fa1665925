"""Sessions end: by sign-out, by idling, by age, by too many, by the user's disabling."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update

from auth import events
from auth.keys import find_key, issue_key
from auth.sessions import Limits, choose_purpose, end_session, find_session, open_session, sweep
from auth.tables import session, user
from foundation import clock
from foundation.database import Database
from foundation.errors import Denied, Invalid
from tests.asking import as_server
from tests.databases import postgresql_url, sqlite_url
from tests.people import OPERATOR, SERVICE, add_people
from tests.portal import prepare_tables

LIMITS = Limits(timedelta(minutes=30), timedelta(hours=12), 2)
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
def entries(monkeypatch):
    """What the ledger was given, in order."""
    given = []
    keep = events.append
    monkeypatch.setattr(events, "append", lambda tx, entry: given.append(entry) or keep(tx, entry))
    return given


def opened(database, at=START):
    with clock.stopped(at), database.transaction() as tx:
        return open_session(tx, OPERATOR, LIMITS, way="password")


def found(database, token, after):
    with clock.stopped(START + after):
        return find_session(database, token, LIMITS)


def test_session_ends_after_idling(database):
    token = opened(database)
    assert found(database, token, timedelta(minutes=30)).actor.user_id == OPERATOR
    assert found(database, token, timedelta(minutes=60)) is not None
    assert found(database, token, timedelta(minutes=90, seconds=1)) is None
    assert found(database, token, timedelta(minutes=61)) is None, "a session that ran out does not revive"


def test_session_ends_after_its_length_however_busy(database):
    token = opened(database)
    for minutes in range(20, 720, 20):
        assert found(database, token, timedelta(minutes=minutes)) is not None
    assert found(database, token, timedelta(hours=12, seconds=1)) is None


def test_third_session_ends_the_oldest(database):
    tokens = [opened(database, START + timedelta(seconds=number)) for number in range(3)]
    assert [found(database, token, timedelta(minutes=1)) is not None for token in tokens] == [
        False,
        True,
        True,
    ]


def test_disabling_the_user_ends_every_session_at_once(database, owner):
    token = opened(database)
    with owner.transaction() as tx:
        tx.execute(update(user).where(user.c.id == OPERATOR).values(disabled=True))
    assert found(database, token, timedelta()) is None


def test_sign_out_ends_the_session_and_says_so_in_the_ledger(database, entries):
    token = opened(database)
    actor = found(database, token, timedelta()).actor
    end_session(database, actor)
    assert found(database, token, timedelta()) is None
    assert [entry.event for entry in entries] == ["auth:session:opened", "auth:session:ended"]
    assert {entry.session for entry in entries} == {actor.session}
    assert token not in str(entries)


def test_who_asks_and_the_policy_epoch_come_from_one_statement(database):
    token = opened(database)
    statements = []
    listener = lambda *given: statements.append(given[2])  # noqa: E731 - kept by name to be removed
    event.listen(database.engine, "before_cursor_execute", listener)
    standing = found(database, token, timedelta(seconds=30))
    event.remove(database.engine, "before_cursor_execute", listener)
    assert standing.policy_epoch == 7
    assert len([each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]) == 1


def test_purpose_is_one_that_the_roles_may_state(database, entries):
    token = opened(database)
    actor = found(database, token, timedelta()).actor
    with pytest.raises(Invalid):
        choose_purpose(database, actor, "running-the-partnership")
    choose_purpose(database, actor, "excluding-repeat-offenders")
    assert found(database, token, timedelta()).actor.purpose == "excluding-repeat-offenders"
    assert [dict(entry.detail) for entry in entries][1:] == [{"purpose": "excluding-repeat-offenders"}]


def test_sweep_deletes_only_what_has_run_out(database):
    opened(database)
    with clock.stopped(START + timedelta(minutes=29)):
        sweep(database, LIMITS)
        assert count(database) == 1
    with clock.stopped(START + timedelta(minutes=31)):
        sweep(database, LIMITS)
        assert count(database) == 0


def count(database):
    with database.transaction() as tx:
        return tx.execute(select(func.count()).select_from(session)).scalar_one()


def test_key_lets_its_account_in_until_it_expires_and_for_its_purposes_only(database, entries):
    with clock.stopped(START):
        token = issue_key(database, SERVICE, ["reducing-robbery"], START + timedelta(days=1))
        standing = find_key(database, token, "reducing-robbery")
        assert (standing.actor.user_id, standing.actor.purpose) == (SERVICE, "reducing-robbery")
        assert find_key(database, token, None).actor.purpose is None
        with pytest.raises(Denied):
            find_key(database, token, "safeguarding-children")
        assert find_key(database, token + "x", None) is None
    with clock.stopped(START + timedelta(days=1)):
        assert find_key(database, token, None) is None
    assert [entry.event for entry in entries] == ["auth:key:issued", "auth:key:first-used"]


def test_event_with_other_keys_than_its_own_is_refused(database):
    with database.transaction() as tx, pytest.raises(ValueError, match="takes"):
        events.security_event(tx, events.SESSION_ENDED, None, why="tired")
