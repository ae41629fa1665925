"""Asking: only for what one sees to be withheld, with every head filled in, once; and taking it back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from auth.once import once
from foundation import clock
from foundation.errors import Conflict, Denied, Invalid, Missing
from sharing.agreements.releases import NewRelease, revoke
from sharing.agreements.tables import release
from sharing.contribution import submit
from sharing.disclosure import read_record
from sharing.drafts.keeping import keep_draft
from sharing.requests.answering import prepare
from sharing.requests.approving import approve
from sharing.requests.asking import ask, read_form, requests_on, withdraw
from sharing.requests.periods import due_after
from sharing.requests.reading import list_requests, read_request
from sharing.requests.tables import request
from sharing.submission import NewPerson, NewRecord
from sharing.vocabulary.requests import Urgency
from tests.partnership import EXCLUDING
from tests.unit.sharing.requests.scene import (
    BCRP,
    COUNCIL,
    MANAGER,
    MEMBER,
    MET,
    OFFICER,
    PREPARER,
    RAIL,
    answer,
    events,
    form,
    granted,
    key_of,
    person,
    robbery,
)


def problems(database, new, user_id=MEMBER):
    with pytest.raises(Invalid) as found:
        ask(database, person(user_id), new)
    return found.value.problems


def test_form_offers_what_is_withheld_or_treated_and_nothing_that_is_shown(database, about):
    found = read_form(database, person(MEMBER), about.id)
    keys = {each.key: each for each in found.askable}
    assert {about.key("adult", "family_name"), "crime_reference", "address"} <= keys.keys()
    assert "crime_type" not in keys
    assert not any(key.startswith("links.") for key in keys)
    assert keys["address"].done == "Ward only"
    assert keys[about.key("adult", "family_name")].rule == "clause HAV-CSP-01 4.2"
    assert (found.agreement, found.whole_agency, found.colleagues) == ("HAV-CSP-01", False, ())


def test_colleagues_are_those_of_the_agency_who_read_records(database, about):
    offered = dict(read_form(database, person(MANAGER), about.id).colleagues)
    assert offered == {"tom-brandreth": "Tom Brandreth", "rosa-ojha": "Rosa Ojha"}
    assert read_form(database, person(COUNCIL), about.id).whole_agency


def test_request_reaches_its_two_sides_and_leaves_one_entry(database, about):
    key = about.key("adult", "family_name")
    asked = ask(database, person(MEMBER), form(about.id, key, users=()))
    mine = read_request(database, person(MEMBER), asked)
    assert (mine.own, mine.line.fields, mine.line.state) == (True, (key,), "open")
    theirs = read_request(database, person(PREPARER), asked)
    assert (theirs.own, theirs.line.by_name, theirs.position) == (False, "Magda Kowalska", "Member")
    for stranger in (MANAGER, "sunil-dhar", COUNCIL, RAIL, "colm-daly"):
        with pytest.raises(Missing):
            read_request(database, person(stranger), asked)
    (entry,) = [
        each for each in events(database, "sharing:request:asked") if each["detail"]["request"] == asked
    ]
    assert (entry["actor"], entry["agencies"]) == (MEMBER, sorted([MET, BCRP]))
    assert entry["detail"]["rules"] == {key: "clause HAV-CSP-01 4.2"}
    assert "notice" not in str(entry)


def test_what_does_not_exist_for_the_asking_person_cannot_be_asked_about(database):
    hidden = robbery(database, to=("havering",))
    key = hidden.key("adult", "family_name")
    absent = replace(hidden, id="00000000-0000-4000-8000-000000000000")
    for record in (hidden, absent):
        with pytest.raises(Missing) as found:
            ask(database, person(MEMBER), form(record.id, key))
        assert str(found.value) == "There is nothing here that you can see."
        with pytest.raises(Missing):
            read_form(database, person(MEMBER), record.id)
    missed = events(database, "sharing:record:missed")[-4:]
    assert {each["detail"]["type"] for each in missed} == {"any"}


def test_own_record_is_not_asked_for(database, about):
    with pytest.raises(Denied):
        ask(database, person(OFFICER), form(about.id, "crime_reference"))


def test_fields_that_are_shown_absent_or_of_nobody_are_refused(database, about):
    for key in ("crime_type", "risk_score", "persons.nobody.family_name", "nonsense", "links.x"):
        assert "fields" in problems(database, form(about.id, key))
    assert "fields" in problems(database, form(about.id))


@pytest.mark.parametrize(
    ("head", "value"),
    [("basis", "because"), ("gateway", ""), ("urgency", "now"), ("days", 3), ("keeping", ""),
     ("security", "safe"), ("need", "Short"), ("need", "x" * 2001), ("proportion", "  "),
     ("users", ("priya-nair",)), ("everybody", True)],
)  # fmt: skip
def test_each_head_that_does_not_hold_is_named(database, about, head, value):
    assert list(problems(database, form(about.id, "crime_reference", **{head: value}))) == [head]


def test_same_field_is_asked_for_once_until_there_is_an_answer(database, about):
    key = about.key("adult", "family_name")
    asked = ask(database, person(MEMBER), form(about.id, key))
    assert "already" in problems(database, form(about.id, key, "crime_reference"))["fields"]
    ask(database, person(MEMBER), form(about.id, "crime_reference"))
    withdraw(database, person(MEMBER), asked)
    ask(database, person(MEMBER), form(about.id, key))


def test_key_asks_once_and_is_marked_as_a_program(database, about):
    new, key = form(about.id, "crime_reference"), once("k-1", b"body")
    first = ask(database, key_of(MANAGER), new, asked=key)
    assert ask(database, key_of(MANAGER), new, asked=key) == first
    with database.transaction() as tx:
        rows = tx.execute(select(request).where(request.c.record_id == about.id)).all()
    assert [(row.id, row.by_key) for row in rows] == [(first, True)]


def test_draft_goes_with_the_request(database, about):
    draft = keep_draft(database, person(MEMBER), "request", {"record": about.id})
    ask(database, person(MEMBER), form(about.id, "crime_reference"), draft=draft)
    with pytest.raises(Missing):
        ask(database, person(MEMBER), form(about.id, "address"), draft=draft)


def test_withdrawn_request_is_open_to_no_answer(database, about):
    key = about.key("adult", "family_name")
    asked = ask(database, person(MEMBER), form(about.id, key))
    for other in (MANAGER, PREPARER):
        with pytest.raises(Missing):
            withdraw(database, person(other), asked)
    withdraw(database, person(MEMBER), asked)
    with pytest.raises(Conflict):
        granted(database, asked, answer(key))
    with pytest.raises(Conflict):
        withdraw(database, person(MEMBER), asked)


def test_page_of_the_record_knows_what_its_reader_asked(database, about):
    asked = ask(database, person(MEMBER), form(about.id, "crime_reference"))
    (mine,) = requests_on(database, person(MEMBER), about.id)
    assert (mine.id, mine.fields, mine.state) == (asked, ("crime_reference",), "open")
    assert requests_on(database, person("sunil-dhar"), about.id) == ()
    assert requests_on(database, person(PREPARER), about.id) == ()


def test_owners_list_holds_what_waits_and_the_asking_persons_only_theirs(database, about):
    asked = ask(database, person(MEMBER), form(about.id, "crime_reference"))
    assert asked in {each.id for each in list_requests(database, person(MEMBER)).mine}
    for owner in (PREPARER, OFFICER, "miriam-stokes", "neil-garroway"):
        assert asked in {each.id for each in list_requests(database, person(owner)).to_answer}, owner
    for other in ("sunil-dhar", MANAGER, RAIL, COUNCIL):
        lists = list_requests(database, person(other))
        assert asked not in {each.id for each in (*lists.mine, *lists.to_answer, *lists.answered)}, other
    with pytest.raises(Denied):
        list_requests(database, person("colm-daly"))


def test_record_taken_back_leaves_the_request_without_anything_of_it(database, about):
    asked = ask(database, person(MEMBER), form(about.id, "crime_reference"))
    assert read_request(database, person(MEMBER), asked).line.record is not None
    with database.transaction() as tx:
        for each in tx.execute(select(release.c.id).where(release.c.record_id == about.id)).scalars():
            revoke(tx, each)
    page = read_request(database, person(MEMBER), asked)
    assert page.line.record is None
    assert about.reference not in str(page)


def test_member_asks_their_own_scheme_about_another_site(database):
    shop = person("sunil-dhar", purpose=EXCLUDING)
    named = NewPerson(
        ("suspect",), {"family_name": "Suspectson", "clothing": ["coat"]}, apparent_age=(30, 40)
    )
    values = {
        "crime_type": "shoplifting",
        "occurred": clock.now() - timedelta(hours=5),
        "ward": "St Edward's",
    }
    scheme = NewRelease("ROMFORD-SCHEME", (EXCLUDING,), ("members",), text="A coat was taken.")
    made = submit(database, shop, NewRecord("incident", values, (named,), releases=(scheme,)))
    magda = person(MEMBER, purpose=EXCLUDING)
    offered = read_form(database, magda, made.id)
    key = next(each.key for each in offered.askable if each.name == "family_name")
    with pytest.raises(Denied):
        read_form(database, shop, made.id)
    asked = ask(database, magda, form(made.id, key))
    with pytest.raises(Missing):
        read_request(database, shop, asked)
    priya, tom = person(MANAGER, purpose=EXCLUDING), person("tom-brandreth", purpose=EXCLUDING)
    proposal = prepare(database, priya, asked, answer(key))
    approve(database, tom, asked, proposal, read_request(database, tom, asked).prepared.digest)
    shown = read_record(database, magda, "incident", made.id).record
    assert [each.fields["family_name"] for each in shown.persons] == ["Suspectson"]


@pytest.mark.parametrize(
    ("urgency", "asked", "due"),
    [
        (Urgency.DANGER, "2026-02-20T23:30", "2026-02-21T00:30"),
        (Urgency.URGENT, "2026-02-19T09:41", "2026-02-20T09:41"),
        (Urgency.URGENT, "2026-02-20T16:00", "2026-02-23T16:00"),
        (Urgency.URGENT, "2026-02-21T10:00", "2026-02-24T09:00"),
        (Urgency.NORMAL, "2026-02-20T09:41", "2026-02-27T09:41"),
        # London's clocks go forward on 29 March 2026
        (Urgency.NORMAL, "2026-03-27T09:00", "2026-04-03T08:00"),
    ],
)
def test_answers_are_due_by_the_clock_or_by_working_days(urgency, asked, due):
    found = due_after(urgency, datetime.fromisoformat(asked).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_request_that_nobody_answers_in_time_is_overdue(database, about):
    asked = ask(database, person(MEMBER), form(about.id, "crime_reference", urgency="danger"))
    assert not read_request(database, person(PREPARER), asked).line.overdue
    with clock.stopped(clock.now() + timedelta(hours=1)):
        assert read_request(database, person(PREPARER), asked).line.overdue
