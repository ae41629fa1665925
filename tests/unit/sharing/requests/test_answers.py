"""What an answer gives: within what was asked, past a floor only with why, in part, or nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from foundation import clock
from foundation.errors import Conflict, FactorRequired, Invalid
from foundation.ledger.tables import ledger_pending
from sharing.agreements.tables import grant, necessity_note
from sharing.disclosure import read_record
from sharing.records.record import link
from sharing.requests.answering import prepare, refuse
from sharing.requests.approving import send_back
from sharing.requests.asking import ask
from sharing.requests.reading import read_request
from sharing.requests.tables import proposal
from tests.unit.sharing.requests.approving import approved_by, nothing_changed, prepared
from tests.unit.sharing.requests.scene import (
    APPROVER,
    BCRP,
    COUNCIL,
    MEMBER,
    MET,
    OFFICER,
    PREPARER,
    answer,
    events,
    form,
    granted,
    person,
)

MANY = 50


def test_prepared_answer_is_sent_back_with_why(database, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    found = prepared(database, asked)
    with pytest.raises(Invalid):
        send_back(database, person(APPROVER), asked, found.id, " ")
    send_back(database, person(APPROVER), asked, found.id, "Fewer days.")
    with nothing_changed(database), pytest.raises(Conflict):
        approved_by(database, person(APPROVER), asked, found)
    assert read_request(database, person(PREPARER), asked).returned == "Fewer days."
    assert "Fewer days." not in str(read_request(database, person(MEMBER), asked))


def test_council_officer_is_granted_a_suspects_name_by_one_person_who_proves_it(database, about, key):
    asked = ask(database, person(COUNCIL), form(about.id, key))
    prepare(database, person(OFFICER), asked, answer(key, users=(COUNCIL,)))
    found = read_request(database, person(OFFICER), asked).prepared
    assert not found.second
    old = person(OFFICER, proved=clock.now() - timedelta(minutes=6))
    with pytest.raises(FactorRequired):
        approved_by(database, old, asked, found)
    assert approved_by(database, person(OFFICER), asked, found)


def test_protected_person_is_passed_only_with_why_and_by_two(database, about):
    key = about.key("victim", "family_name")
    asked = ask(database, person(MEMBER), form(about.id, key))
    needed = ((about.victim, "protected"),)
    assert read_request(database, person(PREPARER), asked).passes == needed
    for passes in ({}, {needed[0]: "short"}):
        with pytest.raises(Invalid) as found:
            prepare(database, person(PREPARER), asked, answer(key, passes=passes))
        assert list(found.value.problems) == [f"pass {about.victim} protected"]
    more = {needed[0]: "She asked us herself to tell them.", (about.adult, "protected"): "Not needed at all."}
    prepare(database, person(PREPARER), asked, answer(key, passes=more))
    approved_by(database, person(APPROVER), asked)
    with database.transaction() as tx:
        (row,) = tx.execute(select(grant).where(grant.c.request_id == asked))
    assert [(each["link"], each["floor"]) for each in row.passes] == [*needed]
    (entry,) = [
        each for each in events(database, "sharing:answer:approved") if each["detail"]["request"] == asked
    ]
    assert (entry["detail"]["floors"], entry["agencies"]) == ([f"{about.victim} protected"], [MET])
    page = read_record(database, person(MEMBER), "incident", about.id)
    assert "Quillfeather" in str([dict(each.fields) for each in page.record.persons])


def test_child_is_granted_to_a_business_only_past_a_signed_note(database, about):
    key = about.key("child", "phone")
    asked = ask(database, person(MEMBER), form(about.id, key))
    with pytest.raises(Invalid) as found:
        prepare(database, person(PREPARER), asked, answer(key))
    assert "note of necessity" in found.value.problems[f"field {key}"]
    now = clock.now()
    with database.transaction() as tx:
        person_id = tx.execute(select(link.c.person_id).where(link.c.id == about.child)).scalar_one()
        note = {
            "id": asked, "record_id": about.id, "person_id": person_id, "recipients": [BCRP],
            "classes": ["contact"], "reason": "To keep him from harm.", "from_at": now,
            "until_at": now + timedelta(days=20), "approver": "marcus-sallis",
        }  # fmt: skip
        tx.execute(insert(necessity_note), note)
    why = {(about.child, "child"): "The note says why, and so do we."}
    prepare(database, person(PREPARER), asked, answer(key, passes=why))
    assert approved_by(database, person(APPROVER), asked)


def test_part_is_less_than_was_asked_for(database, about, key):
    other = about.key("adult", "home_address")
    asked = ask(database, person("priya-nair"), form(about.id, key, other, users=("tom-brandreth",)))
    granted(database, asked, answer(key, users=("priya-nair",), treatment="mask"))
    page = read_request(database, person("priya-nair"), asked)
    assert (page.line.state, [each.treatment for each in page.grants]) == ("part", ["mask"])
    shown = read_record(database, person("priya-nair"), "incident", about.id)
    (adult,) = [each for each in shown.record.persons if each.link == about.adult]
    assert str(adult.fields["family_name"].text) == "S."
    assert "home_address" in adult.withheld
    assert "family_name" not in str(
        [
            dict(each.fields)
            for each in read_record(database, person("tom-brandreth"), "incident", about.id).record.persons
        ]
    )


@pytest.mark.parametrize(
    ("more", "part"),
    [({"users": ("sunil-dhar",)}, "users"), ({"users": ()}, "users"), ({"everybody": True}, "users"),
     ({"days": -1}, "until"), ({"days": 400}, "until"), ({"reasons": " "}, "reasons"),
     ({"treatment": "withhold"}, "fields"), ({"note": "x" * 2001}, "note")],
)  # fmt: skip
def test_answer_stays_within_what_was_asked(database, key, asked, more, part):
    with nothing_changed(database), pytest.raises(Invalid) as found:
        prepare(database, person(PREPARER), asked, answer(key, **more))
    assert list(found.value.problems) == [part]


def test_field_that_was_not_asked_for_is_not_granted(database, about, asked):
    with nothing_changed(database), pytest.raises(Invalid):
        prepare(database, person(PREPARER), asked, answer(about.key("adult", "home_address")))


def test_refusal_gives_reasons_once(database, about, key, asked):
    prepare(database, person(PREPARER), asked, answer(key))
    with pytest.raises(Invalid):
        refuse(database, person(PREPARER), asked, "No.")
    refuse(database, person(OFFICER), asked, "He has not been charged.", note="Ask again in May.")
    page = read_request(database, person(MEMBER), asked)
    assert (page.line.state, page.row["answer_text"]) == ("refused", "He has not been charged.")
    assert "May" not in str(page)
    with nothing_changed(database), pytest.raises(Conflict):
        refuse(database, person(OFFICER), asked, "He has not been charged.")
    with database.transaction() as tx:
        states = tx.execute(select(proposal.c.state).where(proposal.c.request_id == asked)).scalars().all()
        kept = "\n".join(tx.execute(select(ledger_pending.c.detail)).scalars())
    assert states == ["void"]
    assert "charged" not in kept
