"""Where a code has to follow, a right password is a half: wrong codes count, it makes no address known."""

import pytest
from sqlalchemy import select

from auth.confirming import confirm_with_password
from auth.sessions import find_session
from auth.sign_in import PER_ACCOUNT, REFUSED, finish_sign_in, sign_in
from auth.tables import sign_in_attempt
from foundation import clock
from foundation.errors import Invalid, Throttled, Unauthenticated
from tests.asking import as_server
from tests.ledgers import entries_waiting
from tests.people import PASSWORD
from tests.unit.auth.test_codes import EMAIL, LIMITS, SECRET, actor, app, later
from tests.unit.auth.test_codes import database as owner
from tests.unit.auth.test_sign_in import quick, refuse

__all__ = ["actor", "app", "owner", "quick"]

HOME = "192.0.2.1"  # whence the actor came in before the account had an app
ELSEWHERE = "198.51.100.7"
STRANGER = "203.0.113.9"


@pytest.fixture
def database(owner, quick):
    """As the server's own work reaches it."""
    with as_server(owner) as opened:
        yield opened


def confirm(database, actor, code, *, password=PASSWORD, origin=HOME):
    return confirm_with_password(database, actor, password, origin, code=code, secret_key=SECRET)


def begin(database, origin):
    return sign_in(database, EMAIL, PASSWORD, origin, LIMITS).step


def finish(database, step, code):
    return finish_sign_in(database, step, code, SECRET, LIMITS)


def refusals(database):
    """How many refusals the ledger keeps, and how many the throttles count."""
    kept = [entry for entry in entries_waiting(database) if entry["event"] == "auth:sign-in:refused"]
    with database.transaction() as tx:
        counted = tx.execute(select(sign_in_attempt.c.id).where(sign_in_attempt.c.good.is_(False))).all()
    return len(kept), len(counted)


def test_guessing_codes_beside_a_right_password_waits_and_each_guess_is_kept(database, actor, app):
    with later(60):
        for number in range(PER_ACCOUNT.free):
            with pytest.raises(Invalid, match="not right"):
                confirm(database, actor, f"{number:06}")
        assert refusals(database) == (PER_ACCOUNT.free, PER_ACCOUNT.free)
        with pytest.raises(Throttled):
            confirm(database, actor, app.at(clock.now()))
    assert refusals(database) == (PER_ACCOUNT.free, PER_ACCOUNT.free)
    with later(61):
        assert confirm(database, actor, app.at(clock.now()))


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_code_that_was_left_out_is_asked_for_and_is_no_try(database, actor, app, password):
    with later(60):
        for _ in range(PER_ACCOUNT.free + 1):
            with pytest.raises(Invalid) as refused:
                confirm(database, actor, " ", password=password)
            assert refused.value.problems == {"code": "Enter the code of your app, or a recovery code."}
        assert refusals(database) == (0, 0)
        assert confirm(database, actor, app.at(clock.now()))


def test_password_and_code_that_are_right_count_against_nobody(database, actor, app):
    for step in range(PER_ACCOUNT.free + 2):
        with later(60 + 30 * step):
            token = confirm(database, actor, app.at(clock.now()))
            actor = find_session(database, token, LIMITS).actor
    assert refusals(database) == (0, 0)


def test_wrong_password_with_a_right_code_counts_once_and_leaves_the_code_good(database, actor, app):
    with later(60):
        with pytest.raises(Unauthenticated, match=REFUSED):
            confirm(database, actor, app.at(clock.now()), password="wrong")
        assert refusals(database) == (1, 1)
        assert confirm(database, actor, app.at(clock.now()))


def held_up(database, origin):
    """Whether refusals of a stranger make the account wait at the address, where none were."""
    refuse(database, PER_ACCOUNT.free, origin=STRANGER)
    try:
        sign_in(database, EMAIL, PASSWORD, origin, LIMITS)
    except Throttled:
        return True
    return False


def test_right_password_makes_no_address_known_where_a_code_has_to_follow(database, app):
    with later(60):
        begin(database, ELSEWHERE)
        assert held_up(database, ELSEWHERE)


def test_code_after_the_password_makes_the_address_known(database, app):
    with later(60):
        finish(database, begin(database, ELSEWHERE), app.at(clock.now()))
        assert not held_up(database, ELSEWHERE)


def test_password_makes_the_address_known_where_nothing_follows_it(database, actor):
    assert not held_up(database, HOME)


def test_wrong_code_within_a_session_makes_no_address_known(database, actor, app):
    with later(60), pytest.raises(Invalid):
        confirm(database, actor, "000000", origin=ELSEWHERE)
    with later(60 + PER_ACCOUNT.window.total_seconds()):
        assert held_up(database, ELSEWHERE)


def test_right_code_within_a_session_makes_the_address_known(database, actor, app):
    with later(60):
        confirm(database, actor, app.at(clock.now()), origin=ELSEWHERE)
        assert not held_up(database, ELSEWHERE)


def test_codes_are_not_guessed_from_many_addresses_by_who_knows_the_password(database, app):
    with later(60):
        steps = [begin(database, f"198.51.100.{place}") for place in range(10)]
        for step in steps[: PER_ACCOUNT.free]:
            with pytest.raises(Invalid):
                finish(database, step, "000000")
        for step in steps:
            with pytest.raises(Throttled):
                finish(database, step, "000000")
    assert refusals(database) == (PER_ACCOUNT.free, PER_ACCOUNT.free)


def test_first_halves_are_no_refusals(database, app):
    with later(60):
        for _ in range(PER_ACCOUNT.free + 2):
            assert begin(database, ELSEWHERE)
    assert refusals(database) == (0, 0)
