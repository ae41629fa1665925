"""What waits for whom: the queue, the second person, whom an overdue request goes to, and the answer."""

from datetime import timedelta

import pytest

from foundation import clock
from sharing.requests.answering import prepare, refuse
from sharing.requests.approving import approve
from sharing.requests.asking import ask
from sharing.requests.reading import read_request
from sharing.waiting import count_waiting, list_waiting
from tests.unit.sharing.requests.scene import (
    APPROVER,
    COUNCIL,
    DPO,
    MEMBER,
    OFFICER,
    PREPARER,
    RAIL,
    answer,
    form,
    key_of,
    person,
)

SIGNATORY = "neil-garroway"


@pytest.fixture
def asked(database, about):
    return ask(database, person(MEMBER), form(about.id, about.key("adult", "family_name"), urgency="urgent"))


def kinds(database, who, asked):
    """The kinds under which the request waits for somebody, and by when."""
    return {each.kind for each in list_waiting(database, person(who)) if each.id == asked}


def test_new_request_waits_for_those_who_answer(database, asked):
    assert kinds(database, PREPARER, asked) == kinds(database, OFFICER, asked) == {"request"}
    for other in (DPO, SIGNATORY, MEMBER, RAIL, COUNCIL):
        assert kinds(database, other, asked) == set(), other
    (line,) = [each for each in list_waiting(database, person(OFFICER)) if each.id == asked]
    assert line.title == "Romford BCRP"
    assert line.by == read_request(database, person(OFFICER), asked).line.due_at


def test_overdue_request_goes_to_the_officer_for_data_protection_and_the_signatories(database, asked):
    with clock.stopped(clock.now() + timedelta(days=5)):
        assert kinds(database, DPO, asked) == kinds(database, SIGNATORY, asked) == {"overdue"}
        assert kinds(database, PREPARER, asked) == {"request"}
        assert kinds(database, "ruth-okafor", asked) == set()


def test_prepared_answer_waits_for_another_person_only(database, about, asked):
    prepare(database, person(PREPARER), asked, answer(about.key("adult", "family_name")))
    assert kinds(database, PREPARER, asked) == set()
    assert kinds(database, OFFICER, asked) == set()
    for second in (APPROVER, DPO, SIGNATORY):
        assert kinds(database, second, asked) == {"approval"}, second
    with clock.stopped(clock.now() + timedelta(hours=25)):
        assert kinds(database, APPROVER, asked) == {"request"}


def test_what_a_program_prepared_still_waits_for_a_person(database, about, asked):
    prepare(database, key_of(PREPARER), asked, answer(about.key("adult", "family_name")))
    assert kinds(database, PREPARER, asked) == {"request"}
    assert kinds(database, DPO, asked) == set()


def test_answer_waits_for_who_asked_until_they_have_seen_it(database, about, asked):
    prepare(database, person(PREPARER), asked, answer(about.key("adult", "family_name")))
    found = read_request(database, person(APPROVER), asked).prepared
    approve(database, person(APPROVER), asked, found.id, found.digest)
    assert kinds(database, MEMBER, asked) == {"answered"}
    read_request(database, person(PREPARER), asked)
    assert kinds(database, MEMBER, asked) == {"answered"}
    read_request(database, person(MEMBER), asked)
    assert kinds(database, MEMBER, asked) == set()
    assert kinds(database, PREPARER, asked) == set()


def test_refusal_waits_too(database, asked):
    refuse(database, person(OFFICER), asked, "He has not been charged.")
    assert kinds(database, MEMBER, asked) == {"answered"}


def test_number_is_that_of_the_list(database, asked):
    for who in (MEMBER, PREPARER, DPO, SIGNATORY, RAIL, COUNCIL, "helen-marsh", "colm-daly", "gareth-lunn"):
        assert count_waiting(database, person(who)) == len(list_waiting(database, person(who))), who
