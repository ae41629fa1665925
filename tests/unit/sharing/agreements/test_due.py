"""What is due of whom: the same list for what waits for somebody and for reminders."""

from datetime import timedelta

import pytest

from foundation import clock
from sharing.agreements import lifecycle
from sharing.agreements.due import Kind, due_of, list_due
from sharing.agreements.reviewing import record_review
from sharing.agreements.withdrawing import withdraw
from sharing.waiting import count_waiting, list_waiting
from tests.negotiating import COUNCIL, DRAFTER, POLICE, SHOPS, SIGNATORY, actor, person


def due(database, talks):
    """(kind, agency) of everything that is due because of the agreement."""
    with database.transaction() as tx:
        return {(each.kind, each.agency) for each in list_due(tx) if each.agreement == talks.id}


def mine(database, user, talks):
    with database.transaction() as tx:
        return {each.kind for each in due_of(tx, actor(user)) if each.agreement == talks.id}


def test_version_in_review_waits_for_parties_that_have_said_nothing(database, talks):
    talks.reviewed()
    assert due(database, talks) == {(Kind.READ, POLICE), (Kind.READ, SHOPS)}
    lifecycle.comment(database, actor("priya-nair"), talks.id, 1, text="Fine.")
    assert due(database, talks) == {(Kind.READ, POLICE), (Kind.SETTLE, COUNCIL)}


def test_version_that_was_sent_back_waits_for_its_drafter(database, talks):
    talks.draft()
    assert due(database, talks) == set()
    talks.draft(2)
    lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 2, edition=1)
    lifecycle.send_back(database, person(SIGNATORY[POLICE]), talks.id, 2, reason="No.")
    assert due(database, talks) == {(Kind.REDRAFT, COUNCIL)}


def test_comments_of_an_earlier_round_do_not_count_as_said(database, talks):
    talks.reviewed()
    lifecycle.comment(database, actor("priya-nair"), talks.id, 1, text="Too wide.")
    lifecycle.send_back(database, actor("priya-nair"), talks.id, 1, reason="Too wide.")
    lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 1, edition=1)
    assert (Kind.READ, SHOPS) in due(database, talks)


def test_signature_waits_for_the_signatories_of_parties_that_have_yet_to_sign(database, talks):
    talks.frozen()
    talks.sign(COUNCIL)
    assert due(database, talks) == {(Kind.SIGN, POLICE), (Kind.SIGN, SHOPS)}
    assert mine(database, SIGNATORY[POLICE], talks) == {Kind.SIGN}
    for user in (SIGNATORY[COUNCIL], "miriam-stokes", "leanne-whitby", "paul-winstanley", "magda-kowalska"):
        assert mine(database, user, talks) == set()


def test_what_waits_names_the_version_and_counts_as_many(database, talks):
    talks.frozen(from_at=clock.now() + timedelta(days=9))
    who = actor(SIGNATORY[POLICE])
    found = list_waiting(database, who)
    (each,) = [each for each in found if each.id == talks.id]
    assert (each.kind, each.version) == ("agreement-sign", 1)
    assert each.due == clock.today() + timedelta(days=9)
    assert count_waiting(database, who) == len(found)


@pytest.mark.parametrize(("days", "is_due"), [(29, False), (28, True), (-3, True)])
def test_review_is_due_from_28_days_before_until_it_is_done(database, talks, days, is_due):
    talks.concluded(review_due=clock.today() + timedelta(days=days))
    assert ((Kind.REVIEW, POLICE) in due(database, talks)) is is_due
    later = clock.today() + timedelta(days=200)
    record_review(database, actor(DRAFTER), talks.id, findings="It holds.", next_due=later)
    assert (Kind.REVIEW, POLICE) not in due(database, talks)


@pytest.mark.parametrize(("days", "is_due"), [(61, False), (59, True)])
def test_end_is_told_of_60_days_before_unless_a_later_version_is_signed(database, talks, days, is_due):
    ends = clock.now() + timedelta(days=days)
    talks.concluded(until_at=ends)
    assert ((Kind.RENEW, POLICE) in due(database, talks)) is is_due
    talks.concluded(2, from_at=ends)
    assert (Kind.RENEW, POLICE) not in due(database, talks)


def test_party_that_withdrew_is_asked_nothing_of_the_agreement(database, talks):
    talks.concluded(review_due=clock.today())
    withdraw(database, person(SIGNATORY[POLICE]), talks.id, reason="Leaving.")
    assert {agency for _, agency in due(database, talks)} == {COUNCIL, SHOPS}
