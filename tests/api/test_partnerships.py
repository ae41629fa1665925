"""Meetings, actions, reports and what else the pages of a partnership do, at the JSON door."""

from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from foundation import clock
from foundation.errors import Missing
from foundation.identifiers import new_id
from sharing.partnerships import tables
from sharing.schemes.reports import submit_report
from sharing.schemes.tables import scheme
from sharing.submission import NewRecord
from tests.api.doors import (
    CHAIR,
    COORDINATOR,
    DEPUTY,
    DPO,
    EXCLUDING,
    MANAGER,
    MEMBER,
    OFFICER,
    OPERATOR,
    STRANGER,
    earlier,
    problem,
)
from tests.partnership import actor

CSP = "havering-community-safety"
MEETING = "5b0a1f6e-2f10-4f6f-9a57-3f4e8f1b7a01"


@pytest.fixture(scope="module")
def partnership(each_sharing):
    """The door with a partnership, a meeting in an hour, and the scheme of Romford's businesses."""
    soon = clock.now() + timedelta(hours=1)
    sits = ["havering", "metropolitan-east-area", "romford-bcrp"]
    rows = {
        tables.partnership: {"id": CSP, "name": "Havering", "agreement_id": "HAV-CSP-01",
                             "agencies": sits, "lead": "havering"},
        tables.meeting: {"id": MEETING, "partnership_id": CSP, "number": 4, "title": "November",
                         "starts_at": soon, "ends_at": soon, "place": "Town Hall", "agenda": ["Robbery"]},
        tables.attendance: {"meeting_id": MEETING, "user_id": CHAIR, "coming": None},
        scheme: {"agency_id": "romford-bcrp", "name": "Romford", "agreement_id": "ROMFORD-SCHEME",
                 "purpose": EXCLUDING, "months": 12, "repeat_at": 3, "gallery_months": 12,
                 "child_gallery_months": 6},
    }  # fmt: skip
    with each_sharing.database.transaction() as tx:
        for table, row in rows.items():
            tx.execute(insert(table).values(row))
    return each_sharing


@pytest.fixture
def an_action(partnership):
    """An action of the council's, to be set."""
    due = (clock.today() + timedelta(days=30)).isoformat()
    body = {"title": "Light the alley", "measure": "Lamps on", "owner": COORDINATOR, "due": due}
    page = partnership.get(f"meetings/{MEETING}", CHAIR).json
    (owner,) = [each for each in page["owners"] if "Sarah Quill" in str(each)]
    return {**body, "owner": owner[0]}


@pytest.fixture
def action(partnership, an_action):
    """Its id."""
    return partnership.made(f"meetings/{MEETING}/actions", CHAIR, an_action)


def move(door, action, user, version, move_, **more):
    body = {"move": move_, "version": version, "text": "Said at the meeting.", **more}
    return door.send("PATCH", f"actions/{action}", user, body=body)


def version(door, action, user=CHAIR):
    return door.get(f"actions/{action}", user).json["action"]["version"]


def test_owner_answers_and_chair_closes(partnership, action):
    with partnership.new_entries(COORDINATOR) as entries:
        answered = move(partnership, action, COORDINATOR, 1, "done")
    assert answered.json["action"]["status"] == "answered"
    assert [entry["event"] for entry in entries] == ["sharing:action:moved", "sharing:action:read"]
    closed = move(partnership, action, CHAIR, version(partnership, action), "close")
    assert closed.json["action"]["status"] == "closed"


def test_lost_race_on_an_action_is_a_conflict(partnership, action):
    assert move(partnership, action, COORDINATOR, 1, "at_risk").status_code == 200
    assert problem(move(partnership, action, COORDINATOR, 1, "done")) == (409, "conflict")


def test_action_is_set_once_for_one_key(partnership, an_action):
    path, key = f"meetings/{MEETING}/actions", {"Idempotency-Key": "minutes-4"}
    first, again = (partnership.made(path, CHAIR, an_action, headers=key) for _ in range(2))
    assert first == again
    listed = [each["id"] for each in partnership.get("actions", CHAIR).json["actions"]]
    assert listed.count(first) == 1
    assert partnership.made(path, CHAIR, an_action) != first
    other = partnership.post(path, CHAIR, {**an_action, "title": "Another"}, headers=key)
    assert problem(other) == (422, "invalid")


def test_stranger_finds_neither_meeting_nor_action(partnership, action):
    for path in (f"meetings/{MEETING}", f"actions/{action}"):
        assert problem(partnership.get(path, STRANGER)) == (404, "missing")
    assert partnership.get("actions", STRANGER).json == {"actions": []}


def test_attendee_accepts_confidentiality(partnership):
    path = f"meetings/{MEETING}/confidentiality"
    assert partnership.post(path, CHAIR).status_code == 204
    assert problem(partnership.post(path, OFFICER)) == (404, "missing")


def test_open_action_waits_for_its_owner(partnership, action):
    waiting = partnership.get("waiting", COORDINATOR).json["waiting"]
    assert action in {each["id"] for each in waiting}


def report(subject=None, **values):
    return {
        "values": {"crime_type": "shoplifting", "occurred": earlier(hours=1), **values},
        "persons": [{"categories": ["suspect"]}],
        "subject": subject,
    }


#: The scheme's members may know of a subject.
TO_MEMBERS = {
    "agreement": "ROMFORD-SCHEME",
    "purposes": [EXCLUDING],
    "recipients": ["members"],
    "category": "suspect",
}


def subject_of(door, *, releases=(TO_MEMBERS,), **person):
    known = person or {"apparent_age": {"low": 25, "high": 34}}
    body = {
        "values": {"state": "known"},
        "persons": [{"categories": ["suspect"], **known}],
        "releases": list(releases),
    }
    return door.made("subjects", MANAGER, body, purpose=EXCLUDING)


def test_third_report_of_a_confirmed_subject_is_a_repeat(partnership):
    subject = subject_of(partnership)
    told = [
        partnership.post("reports", MEMBER, report(subject), purpose=EXCLUDING).json["repeat"]
        for _ in range(3)
    ]
    assert [(each["reports"], each["is_repeat"]) for each in told] == [(1, False), (2, False), (3, True)]
    assert told[2]["subject"] == subject


def test_report_with_the_same_key_is_taken_in_once(partnership):
    subject, headers = subject_of(partnership), {"Idempotency-Key": "till-7"}
    sent = report(subject)
    first, again = (
        partnership.post("reports", MEMBER, sent, purpose=EXCLUDING, headers=headers) for _ in range(2)
    )
    assert first.json == again.json
    assert again.json["repeat"]["reports"] == 1


@pytest.mark.parametrize("recipients", [["members"], ["*"], ["metropolitan-east-area", "romford-bcrp"]])
@pytest.mark.parametrize("who", [MEMBER, MANAGER])
def test_unchecked_report_reaches_no_business_whoever_sends_it(partnership, recipients, who):
    sent = report(subject_of(partnership))
    agreement = "ROMFORD-SCHEME" if recipients == ["members"] else "HAV-CSP-01"
    sent["releases"] = [{"agreement": agreement, "purposes": [EXCLUDING], "recipients": recipients}]
    answer = partnership.post("reports", who, sent, purpose=EXCLUDING)
    assert problem(answer) == (422, "invalid")
    assert "second person" in answer.json["problems"]["releases"]


def test_unchecked_report_goes_to_the_police(partnership):
    sent = report(subject_of(partnership))
    to_police = {"agreement": "HAV-CSP-01", "purposes": [EXCLUDING], "recipients": ["metropolitan-east-area"]}
    sent["releases"] = [to_police]
    assert partnership.post("reports", MEMBER, sent, purpose=EXCLUDING).status_code == 201


def test_second_person_checks_a_report_and_the_writer_does_not(partnership):
    made = partnership.made("reports", MANAGER, report(subject_of(partnership)), purpose=EXCLUDING)
    path, good = f"reports/{made}/check", {"evidence": "good"}
    assert problem(partnership.post(path, MANAGER, good, purpose=EXCLUDING)) == (403, "denied")
    assert partnership.post(path, DEPUTY, good, purpose=EXCLUDING).status_code == 204
    assert problem(partnership.post(path, DEPUTY, good, purpose=EXCLUDING)) == (422, "invalid")


def test_gallery_holds_a_subject_whose_report_was_checked(partnership):
    subject = subject_of(partnership)
    made = partnership.made("reports", MEMBER, report(subject), purpose=EXCLUDING)
    partnership.post(f"reports/{made}/check", DEPUTY, {"evidence": "good"}, purpose=EXCLUDING)
    cards = partnership.get("gallery", MANAGER, purpose=EXCLUDING).json["cards"]
    (card,) = [each for each in cards if each["subject"]["id"] == subject]
    assert card["reports"] == 1
    assert card["leaves"] > clock.today().isoformat()


def test_subject_of_another_scheme_cannot_be_reported(partnership):
    strange = report("00000000-0000-4000-8000-000000000000")
    assert problem(partnership.post("reports", MEMBER, strange, purpose=EXCLUDING)) == (404, "missing")


def test_subject_who_does_not_exist_for_a_member_cannot_be_reported_by_them(partnership):
    hidden = subject_of(partnership, releases=())
    assert problem(partnership.get(f"subjects/{hidden}", MEMBER, purpose=EXCLUDING)) == (404, "missing")
    answers = [
        partnership.post("reports", MEMBER, report(each), purpose=EXCLUDING).json
        for each in (hidden, new_id())
    ]
    assert answers[0]["status"] == 404
    assert answers[0]["detail"] == answers[1]["detail"]
    assert partnership.post("reports", MANAGER, report(hidden), purpose=EXCLUDING).status_code == 201


def test_reporting_a_hidden_subject_takes_the_work_that_an_unknown_one_takes(partnership):
    sent = []
    engine = partnership.database.engine
    count = lambda *told: sent.append(told[2])  # noqa: E731 - listened with, and taken off again
    new = NewRecord("incident", {"crime_type": "shoplifting", "occurred": clock.now()})
    work = []
    event.listen(engine, "before_cursor_execute", count)
    try:
        for named in (new_id(), subject_of(partnership, releases=()), new_id()):
            sent.clear()
            with pytest.raises(Missing):
                submit_report(partnership.database, actor(MEMBER, EXCLUDING), new, named)
            work.append([*sent])
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert work[1] == work[2]


def persons_age(door, report_id, user):
    """What a report tells of the age of the one person on it, by field; None where it tells nothing."""
    fields = door.get(f"incidents/{report_id}", user, purpose=EXCLUDING).json["fields"]
    told = {key.rpartition(".")[2]: value for key, value in fields.items() if key.startswith("persons.")}
    return {name: told.get(name) for name in ("age_band", "date_of_birth")}


@pytest.mark.parametrize(
    "known",
    [
        {"values": {"date_of_birth": "2009-05-17"}},
        {"values": {"date_of_birth": "1990-05-17"}},
        {"apparent_age": {"low": 15, "high": 19}, "may_be_child": True},
    ],
)
def test_members_do_not_learn_a_subjects_age_from_a_report_on_a_day_of_their_choice(partnership, known):
    subject = subject_of(partnership, **known)
    page = partnership.get(f"subjects/{subject}", MEMBER, purpose=EXCLUDING).json
    assert "date_of_birth" in page["withheld"]
    for days in (1, 400, 1200):
        occurred = earlier(days=days)
        made = partnership.made("reports", MEMBER, report(subject, occurred=occurred), purpose=EXCLUDING)
        for user in (MEMBER, MANAGER):
            assert persons_age(partnership, made, user) == {"age_band": None, "date_of_birth": None}


def test_members_birthday_of_their_own_entering_tells_nothing_of_the_subjects(partnership):
    """Neither whether it is the subject's, nor whether anybody believes the subject to be a child."""
    told = []
    for known in (
        {"values": {"date_of_birth": "1990-05-17"}},
        {"values": {"date_of_birth": "1991-06-18"}},
        {"values": {"date_of_birth": "1990-05-17"}, "may_be_child": True},
    ):
        sent = report(subject_of(partnership, **known))
        sent["persons"][0]["values"] = {"date_of_birth": "1990-05-17"}
        told.append(
            persons_age(partnership, partnership.made("reports", MEMBER, sent, purpose=EXCLUDING), MEMBER)
        )
    assert told == [{"age_band": None, "date_of_birth": "1990-05-17"}] * 3


@pytest.mark.parametrize(
    "known", [{"values": {"date_of_birth": "1990-05-17"}}, {"apparent_age": {"low": 35, "high": 40}}]
)
def test_age_band_of_somebody_entered_with_the_report_is_shown_on_it(partnership, known):
    sent = report()
    sent["persons"][0] |= known
    made = partnership.made("reports", MEMBER, sent, purpose=EXCLUDING)
    assert persons_age(partnership, made, MEMBER)["age_band"] == "35–44"


def test_agreement_is_read_by_its_parties_only(partnership):
    clauses = {each["id"] for each in partnership.get("agreements/HAV-CSP-01", OPERATOR).json["clauses"]}
    assert {"2.1a", "3.4", "4.8"} <= clauses
    assert problem(partnership.get("agreements/HAV-CSP-01", STRANGER)) == (404, "missing")


def test_ledger_is_read_by_who_answers_for_it(partnership):
    entries = partnership.get("ledger/entries", DPO).json["entries"]
    assert {"auth:key:issued"} <= {each["event"] for each in entries}
    assert problem(partnership.get("ledger/entries", OFFICER)) == (403, "denied")


def test_figures_that_are_not_held_are_refused_in_words(partnership):
    answer = partnership.get("insight/recorded?area=Havering&crime=robbery", OFFICER)
    assert answer.json["problems"]["area"].startswith("No figures have been imported yet.")
    assert partnership.get("insight/choices", OFFICER).json == {"areas": [], "crimes": []}


def test_documentation_is_open_names_every_path_and_runs_no_script_of_its_own(partnership):
    page = partnership.get("docs", None)
    described = partnership.get("openapi.json", None).json["paths"]
    assert page.status_code == 200
    assert [path for path in described if path not in page.text] == []
    assert "urn:concordat:problem:purpose-required" in page.text
    assert "https://" not in page.text
