"""Two people, of the owner's, approve exactly what was prepared: once, in time, and nobody for themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from auth.tables import user
from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Missing
from sharing.records.record import link
from sharing.requests.answering import prepare, refuse
from sharing.requests.approving import approve
from sharing.requests.reading import read_request
from sharing.requests.tables import proposal
from tests.unit.sharing.requests.approving import approved_by, denied, nothing_changed, prepared
from tests.unit.sharing.requests.scene import (
    APPROVER,
    BCRP,
    COUNCIL,
    DPO,
    MEMBER,
    MET,
    OFFICER,
    PREPARER,
    RAIL,
    answer,
    events,
    key_of,
    person,
)

MANY = 50


def test_another_person_approves_and_it_opens(database, about, key, asked):
    prepare(database, person(PREPARER), asked, answer(key, note="He has form."))
    assert prepared(database, asked).second
    (made,) = approved_by(database, person(APPROVER), asked)
    page = read_request(database, person(MEMBER), asked)
    assert (page.line.state, page.row["answer_text"]) == ("granted", "Granted to serve the notice.")
    assert page.decided_by == "DC Aaron Field, Investigator"
    assert "He has form." not in str(page)
    assert read_request(database, person(PREPARER), asked).note == "He has form."
    (entry,) = [each for each in events(database, "sharing:grant:made") if made in each["detail"]["grants"]]
    assert entry["agencies"] == sorted([MET, BCRP])
    assert entry["detail"]["fields"] == {key: "disclose"}


def test_what_the_owner_alone_may_know_stands_in_entries_of_the_owner_alone(database, about, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    digest = prepared(database, asked).digest
    approved_by(database, person(APPROVER), asked)
    for name in ("sharing:answer:prepared", "sharing:answer:approved"):
        (entry,) = [each for each in events(database, name) if each["detail"]["request"] == asked]
        assert entry["agencies"] == [MET]
        assert entry["detail"]["digest"] == digest
    assert entry["detail"]["prepared_by"] == PREPARER


@pytest.mark.parametrize("who", [DPO, "neil-garroway", APPROVER])
def test_officers_signatories_and_investigators_may_be_the_second(database, key, asked, who):
    prepare(database, person(PREPARER), asked, answer(key))
    assert approved_by(database, person(who), asked)


def test_nobody_approves_what_they_prepared(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    with nothing_changed(database), pytest.raises(Denied, match="You prepared this"):
        approved_by(database, person(PREPARER), asked)
    assert denied(database, asked) == ["prepared-it"]


def test_role_that_may_not_approve_does_not(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    with nothing_changed(database), pytest.raises(Denied, match="role"):
        approved_by(database, person(OFFICER), asked)


@pytest.mark.parametrize("who", [MEMBER, "priya-nair", RAIL, COUNCIL, "miriam-stokes"])
def test_only_the_owners_staff_approve(database, key, asked, who):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    stranger = person(who)
    if who == "miriam-stokes":
        stranger = replace(stranger, agency_id="havering")
    with nothing_changed(database), pytest.raises((Missing, Denied)):
        approved_by(database, stranger, asked, found)


def test_whoever_asked_and_then_joined_the_owner_answers_nothing(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    joined = replace(person(APPROVER), user_id=MEMBER)
    with nothing_changed(database):
        with pytest.raises(Missing):
            approved_by(database, joined, asked, found)
        with pytest.raises(Missing):
            prepare(database, joined, asked, answer(key))
        with pytest.raises(Missing):
            refuse(database, joined, asked, "Reasons enough.")
        with pytest.raises(Missing):
            read_request(database, joined, asked)


def test_database_itself_refuses_one_person_for_two(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    for who in (PREPARER, MEMBER):
        with pytest.raises(IntegrityError), database.transaction() as tx:
            tx.execute(update(proposal).where(proposal.c.request_id == asked).values(approved_by=who))


def test_old_proof_is_asked_for_again_and_a_key_has_none(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    long_ago = clock.now() - timedelta(minutes=5)
    with nothing_changed(database):
        with pytest.raises(FactorRequired):
            approved_by(database, person(APPROVER, proved=long_ago), asked)
        with pytest.raises(Denied):
            approved_by(database, key_of(APPROVER), asked)


def test_what_a_program_prepared_a_person_has_to_prepare_again(database, key, asked):
    prepare(database, key_of(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    for who in (PREPARER, APPROVER):
        with nothing_changed(database), pytest.raises(Denied, match="program"):
            approved_by(database, person(who), asked, found)
    prepare(database, person(PREPARER), asked, answer(key))
    assert approved_by(database, person(APPROVER), asked)


def test_edit_after_preparing_voids_what_was_read(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key, days=2))
    read = prepared(database, asked)
    prepare(database, person(PREPARER), asked, answer(key, days=200))
    edited = prepared(database, asked)
    assert read.digest != edited.digest
    with nothing_changed(database):
        with pytest.raises(Conflict):
            approved_by(database, person(APPROVER), asked, read)
        with pytest.raises(Conflict, match="not what you read"):
            approve(database, person(APPROVER), asked, edited.id, read.digest)
    assert denied(database, asked) == ["gone", "changed"]


def test_content_changed_behind_the_digest_is_not_approved(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    widened = {**found.content, "until": "2036-01-01T00:00:00+00:00"}
    with database.transaction() as tx:
        tx.execute(update(proposal).where(proposal.c.id == found.id).values(content=widened))
    with nothing_changed(database), pytest.raises(Conflict, match="not what you read"):
        approved_by(database, person(APPROVER), asked, found)


def test_approval_is_used_once(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    approved_by(database, person(APPROVER), asked, found)
    with nothing_changed(database), pytest.raises(Conflict):
        approved_by(database, person(DPO), asked, found)
    assert denied(database, asked) == ["answered"]


def test_prepared_answer_expires_after_a_day(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    with clock.stopped(found.expires_at), nothing_changed(database), pytest.raises(Conflict, match="expired"):
        approved_by(database, person(APPROVER), asked, found)
    with clock.stopped(found.expires_at - timedelta(microseconds=1)):
        assert approved_by(database, person(APPROVER), asked, found)


def test_person_who_has_left_the_asking_agency_is_granted_nothing(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    for change in ({"disabled": True}, {"agency_id": "east-bank-bcrp", "member": False}):
        with database.transaction() as tx:
            before = tx.execute(select(user).where(user.c.id == MEMBER)).mappings().one()
            kept = {name: before[name] for name in change}
            tx.execute(update(user).where(user.c.id == MEMBER).values(**change))
        try:
            with nothing_changed(database), pytest.raises(Conflict, match="left"):
                approved_by(database, person(APPROVER), asked, found)
        finally:
            with database.transaction() as tx:
                tx.execute(update(user).where(user.c.id == MEMBER).values(**kept))


def test_answer_that_would_open_something_else_now_is_not_approved(database, about, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    with database.transaction() as tx:
        tx.execute(update(link).where(link.c.id == about.adult).values(categories=["suspect", "victim"]))
    with nothing_changed(database), pytest.raises(Conflict, match="no longer open"):
        approved_by(database, person(APPROVER), asked)
    assert denied(database, asked) == ["opens-otherwise"]
