"""Many at once: one approval makes one grant, and one answer is prepared."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from foundation.errors import Conflict
from sharing.agreements.tables import grant
from sharing.requests.answering import prepare
from sharing.requests.asking import withdraw
from sharing.requests.tables import proposal, request
from tests.unit.sharing.requests.approving import approved_by, denied, prepared
from tests.unit.sharing.requests.scene import (
    APPROVER,
    DPO,
    MEMBER,
    PREPARER,
    answer,
    events,
    person,
)

MANY = 50


def test_fifty_approvals_at_once_make_one_grant(database, about, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    together = Barrier(MANY)

    def try_it(number):
        together.wait()
        try:
            return approved_by(database, person((APPROVER, DPO)[number % 2]), asked, found)
        except Conflict:
            return None

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(try_it, range(MANY)))
    assert Counter(each is not None for each in answers) == {True: 1, False: MANY - 1}
    with database.transaction() as tx:
        assert len(tx.execute(select(grant).where(grant.c.request_id == asked)).all()) == 1
    made = [each for each in events(database, "sharing:grant:made") if each["detail"]["request"] == asked]
    assert len(made) == 1
    assert len(denied(database, asked)) == MANY - 1


def test_approving_and_withdrawing_at_once_end_in_one_of_both(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    together = Barrier(2)

    def one(act):
        together.wait()
        try:
            act()
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(
                one,
                (
                    lambda: approved_by(database, person(APPROVER), asked, found),
                    lambda: withdraw(database, person(MEMBER), asked),
                ),
            )
        )
    assert sum(done) == 1
    with database.transaction() as tx:
        state = tx.execute(select(request.c.state).where(request.c.id == asked)).scalar_one()
        grants = tx.execute(select(grant).where(grant.c.request_id == asked)).all()
    assert (state, len(grants)) in {("granted", 1), ("withdrawn", 0)}


def test_two_who_prepare_at_once_leave_one_that_waits(database, key, asked):
    together = Barrier(8)

    def try_it(number):
        together.wait()
        try:
            return prepare(database, person(PREPARER), asked, answer(key, days=1 + number))
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(try_it, range(8)))
    with database.transaction() as tx:
        states = tx.execute(select(proposal.c.state).where(proposal.c.request_id == asked)).scalars().all()
    assert states.count("waiting") == 1
