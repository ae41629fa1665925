"""Who signs in is told of many tries at their account that were refused, and of a few is not."""

import pytest
from sqlalchemy import select

from auth.sign_in import sign_in
from auth.tables import account_notice
from foundation.errors import Unauthenticated
from tests.people import OPERATOR, PASSWORD
from tests.unit.auth.test_sign_in import EMAIL, LIMITS, database, owner, quick

__all__ = ["database", "owner", "quick"]


def refuse(opened, times, email=EMAIL):
    for number in range(times):
        with pytest.raises(Unauthenticated):
            sign_in(opened, email, "wrong", f"192.0.2.{number}", LIMITS)


def told(opened):
    with opened.transaction() as tx:
        mine = account_notice.c.user_id == OPERATOR
        return list(tx.execute(select(account_notice.c.kind).where(mine)).scalars())


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch, quick):
    monkeypatch.setattr("auth.sign_in._refuse_too_soon", lambda *_: None)


def test_many_refusals_are_told_once_to_whoever_signs_in(database):
    refuse(database, 5)
    sign_in(database, EMAIL, PASSWORD, "192.0.2.200", LIMITS)
    assert told(database) == ["sign-in-refused"]
    sign_in(database, EMAIL, PASSWORD, "192.0.2.200", LIMITS)
    assert told(database) == ["sign-in-refused"]


def test_slips_of_ones_own_and_tries_at_others_are_not_told(database):
    refuse(database, 4)
    refuse(database, 9, "ruth@havering.example")
    refuse(database, 9, "nobody@havering.example")
    sign_in(database, EMAIL, PASSWORD, "192.0.2.200", LIMITS)
    assert told(database) == []
