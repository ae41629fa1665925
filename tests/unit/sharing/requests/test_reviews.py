"""Broken glass afterwards: who is told, the review by another person, and a second person when it is late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from auth.tables import user
from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing
from sharing.agreements.tables import break_glass
from sharing.requests.glass import break_the_glass, confirm
from sharing.requests.notices import Told, mark_seen, unmailed
from sharing.requests.reviews import list_reviews, read_desk, read_glass, review
from sharing.requests.tables import notice
from sharing.waiting import count_waiting, list_waiting
from tests.unit.sharing.requests.breaking import REASON, broken, declared, read
from tests.unit.sharing.requests.scene import (
    COUNCIL,
    DPO,
    MET,
    PREPARER,
    RAIL_DPO,
    RAIL_INSPECTOR,
    events,
    person,
    robbery,
)

pytestmark = pytest.mark.usefixtures("unbroken")

RAIL_SIGNATORY = "della-rowe"
SECOND = "kate-lindqvist"
BTP = "british-transport-police"


def test_owner_and_both_data_protection_officers_are_told_at_once(database, hidden):
    before = {who: count_waiting(database, person(who)) for who in (DPO, RAIL_DPO, PREPARER, COUNCIL)}
    made = broken(database, hidden)
    for who, more in ((DPO, 1), (PREPARER, 1), (RAIL_DPO, 2), (COUNCIL, 0)):
        assert count_waiting(database, person(who)) == before[who] + more, who
    kinds = {each.kind for each in list_waiting(database, person(RAIL_DPO)) if each.id == made.id}
    assert kinds == {"glass-broken", "review-glass"}
    page = read_glass(database, person(DPO), made.id)
    assert (page.line.user, page.line.reason, page.owners) == ("Insp. Gareth Lunn", REASON, True)
    for stranger in (COUNCIL, "priya-nair", "yusra-malik", "imran-sadiq"):
        with pytest.raises(Missing):
            read_glass(database, person(stranger), made.id)
    mark_seen(database, person(DPO), made.id)
    assert not read_glass(database, person("neil-garroway"), made.id).unseen
    assert read_glass(database, person(PREPARER), made.id).unseen
    with pytest.raises(Missing):
        mark_seen(database, person(COUNCIL), made.id)
    with database.transaction() as tx:
        told = [each for each in unmailed(tx, 1000) if each.about == made.id]
    assert {(each.to.agency, each.to.audience.value) for each in told} == {
        (MET, "answerable"), (MET, "staff"), (BTP, "answerable"),
    }  # fmt: skip


def test_review_is_anothers_once_and_its_outcome_goes_back(database, hidden):
    made = broken(database, hidden)
    read(database, hidden)
    with pytest.raises(Denied):
        review(database, person(RAIL_INSPECTOR), made.id, "justified", "I had to do it.")
    own = replace(person(RAIL_DPO), user_id=RAIL_INSPECTOR)
    with pytest.raises(Denied, match="one of those who broke"):
        review(database, own, made.id, "justified", "I had to do it.")
    with pytest.raises(Missing):
        review(database, person(DPO), made.id, "justified", "We are the owner, not they.")
    with pytest.raises(Invalid) as found:
        review(database, person(RAIL_DPO), made.id, "fine", "")
    assert set(found.value.problems) == {"finding", "text"}
    page = read_glass(database, person(RAIL_DPO), made.id)
    assert (page.may_review, len(page.looks)) == (True, 1)
    review(database, person(RAIL_DPO), made.id, "justified", "The call and the log agree.")
    with pytest.raises(Conflict):
        review(database, person(RAIL_SIGNATORY), made.id, "mistaken", "I see it otherwise.")
    (line,) = [each for each in list_reviews(database, person(RAIL_SIGNATORY)) if each.id == made.id]
    assert (line.finding, line.reviewed_by, line.overdue) == ("justified", "Noor Haddad", False)
    with database.transaction() as tx:
        told = tx.execute(select(notice).where(notice.c.about == made.id)).all()
    reviewed = {(row.agency_id, row.user_id) for row in told if row.kind == Told.GLASS_REVIEWED}
    assert reviewed == {(MET, None), (BTP, RAIL_INSPECTOR)}
    (entry,) = [
        each for each in events(database, "sharing:glass:reviewed") if each["detail"]["glass"] == made.id
    ]
    assert entry["agencies"] == sorted([MET, BTP])


@pytest.fixture
def overdue(database):
    """A review that has been due for an hour."""
    made = broken(database, robbery(database, to=()))
    with database.transaction() as tx:
        then = clock.now() - timedelta(hours=73)
        change = update(break_glass).where(break_glass.c.id == made.id)
        tx.execute(change.values(at=then, asked_at=then, factor_at=then))
        tx.execute(update(user).where(user.c.id == SECOND).values(roles=["duty_inspector"]))
    return made


def second(**more):
    """Somebody else of the transport police who holds the same role."""
    return replace(person(SECOND, **more), roles=person(RAIL_INSPECTOR).roles)


def test_with_a_review_overdue_a_second_person_opens_it(database, hidden, overdue):
    assert read_desk(database, person(RAIL_INSPECTOR)).review_overdue
    made = broken(database, hidden)
    assert made.waits
    with pytest.raises(Missing):
        read(database, hidden)
    with pytest.raises(Denied, match="You asked for this"):
        confirm(database, person(RAIL_INSPECTOR), made.id)
    for wrong in (person(RAIL_DPO), person("imran-sadiq"), person("ivy-marchetti")):
        with pytest.raises((Denied, Missing)):
            confirm(database, wrong, made.id)
    with pytest.raises(FactorRequired):
        confirm(database, second(proved=clock.now() - timedelta(minutes=6)), made.id)
    assert made.id in {each.id for each in list_waiting(database, second())}
    opened = confirm(database, second(), made.id)
    assert not opened.waits
    assert read(database, hidden).broken == opened.until
    with pytest.raises(Missing):
        read(database, hidden, second())
    with pytest.raises(Conflict):
        confirm(database, second(), made.id)
    with pytest.raises(Denied):
        review(database, replace(person(RAIL_DPO), user_id=SECOND), made.id, "justified", "I was there.")


def test_pending_break_lapses_with_the_first_persons_proof(database, hidden, overdue):
    made = broken(database, hidden)
    with clock.stopped(made.until):
        later = second()
        with pytest.raises(Conflict, match="lapsed"):
            confirm(database, later, made.id)
        assert made.id not in {each.id for each in list_waiting(database, later)}


def test_second_person_who_loses_the_role_closes_it(database, hidden, overdue):
    made = broken(database, hidden)
    confirm(database, second(), made.id)
    with database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == SECOND).values(roles=["analyst"]))
    with pytest.raises(Missing):
        read(database, hidden)


def test_overdue_review_that_is_done_makes_one_person_enough_again(database, hidden, overdue):
    review(database, person(RAIL_DPO), overdue.id, "justified", "Late, but looked at.")
    assert not broken(database, hidden).waits


def test_another_agencys_review_holds_nobody_up(database, overdue):
    about = robbery(database, to=())
    with pytest.raises(Missing):
        broken(database, about, "ivy-marchetti")  # of the owner
    assert not break_the_glass(
        database,
        person("celia-brandt", purpose="safeguarding-children"),
        declared(about, danger="missing_child"),
    ).waits
