"""A member's report: a person of the gallery is named by whoever compared, and a form makes one report."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from foundation import clock
from foundation.files import Files
from sharing import contribution
from sharing.agreements.policy import bump_epoch
from sharing.agreements.tables import release
from sharing.disclosure import read_record
from sharing.records.incident import incident
from sharing.records.record import link, record
from sharing.schemes.named import subjects_named
from tests.api.doors import DEPUTY, MANAGER, MEMBER, OFFICER
from tests.api.test_partnerships import report, subject_of
from tests.pages.test_areas import REPORT, signed_in
from tests.partnership import EXCLUDING, ROBBERY, actor
from tests.unit.sharing.test_pictures_of_subjects import subject as pictured

SENT = {**REPORT, "account": "Hazel."}
TICK = {"same_person": "y"}
NOT_TICKED = (
    "You chose a person of the gallery. Compare the picture and tick this, or choose "
    "“Somebody who is not in the gallery”."
)
NOT_CHOSEN = "You ticked that it is the same person. Choose the person in the gallery, or take the tick away."


@pytest.fixture
def known(door):
    """A subject who is in the gallery."""
    subject = subject_of(door)
    body = {"values": {"crime_type": "shoplifting"}, "subject": subject}
    first = door.made("reports", DEPUTY, body, purpose=EXCLUDING)
    checked = door.post(f"reports/{first}/check", MANAGER, {"evidence": "good"}, purpose=EXCLUDING)
    assert checked.status_code == 204
    return subject


def reports(door):
    """The reports that the form sent: id, person, and whether confirmed by eye."""
    with door.database.transaction() as tx:
        return tx.execute(
            select(record.c.id, link.c.person_id, link.c.confirmed)
            .join(link, link.c.record_id == record.c.id)
            .join(incident, incident.c.record_id == record.c.id)
            .where(incident.c.account == "Hazel.")
        ).all()


def once_of(page):
    return re.search(r'name="once"[^>]*value="([^"]+)"', page)[1]


def error_of(page, field):
    found = re.search(rf'id="{field}-error">(?:<[^>]*>[^<]*</span>)?([^<]*)</p>', page)
    return found and found[1]


def test_person_of_the_gallery_needs_the_tick_and_the_tick_a_person(door, known):
    browser = signed_in(door, MANAGER, EXCLUDING)
    assert f'value="{known}"' in browser.get("/report").text

    silent = browser.send("/report", "/report", **SENT, subject=known)
    assert (silent.status_code, error_of(silent.text, "same_person")) == (422, NOT_TICKED)
    assert re.search(rf'value="{known}" checked', silent.text)
    assert "Hazel." in silent.text

    nobody = browser.send("/report", "/report", **SENT, subject="", **TICK)
    assert (nobody.status_code, error_of(nobody.text, "same_person")) == (422, NOT_CHOSEN)
    assert re.search(r'name="same_person"[^>]*checked', nobody.text)
    assert reports(door) == []


def test_compared_person_is_on_the_report_and_somebody_new_needs_no_tick(door, known):
    browser = signed_in(door, MANAGER, EXCLUDING)
    with door.database.transaction() as tx:
        person = tx.execute(select(record.c.person_id).where(record.c.id == known)).scalar_one()
    assert browser.send("/report", "/report", **SENT, subject=known, **TICK).status_code == 303
    assert [(row.person_id, row.confirmed) for row in reports(door)] == [(person, True)]
    assert browser.send("/report", "/report", **SENT, subject="").status_code == 303
    assert len({row.person_id for row in reports(door)}) == 2


def test_form_that_is_sent_twice_makes_one_report_which_counts_once(door, known):
    browser = signed_in(door, MANAGER, EXCLUDING)
    typed = {**SENT, **TICK, "subject": known, "once": once_of(browser.get("/report").text)}
    first, again = (browser.send("/report", "/report", **typed) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.location == first.location
    assert len(reports(door)) == 1
    # That of the fixture says no time, and is not counted.
    assert "Reports of this subject in 12 months: 1." in browser.get(again.location).text


def test_form_keeps_its_key_while_it_comes_back_and_each_new_form_has_its_own(door):
    browser = signed_in(door, MANAGER, EXCLUDING)
    drawn = once_of(browser.get("/report").text)
    assert once_of(browser.get("/report").text) != drawn
    back = browser.send("/report", "/report", **{**SENT, "age": "", "once": drawn})
    assert (back.status_code, once_of(back.text)) == (422, drawn)
    for _ in range(2):
        new = once_of(browser.get("/report").text)
        assert browser.send("/report", "/report", **SENT, once=new).status_code == 303
    assert len(reports(door)) == 2


def test_form_sent_before_with_other_answers_asks_and_is_another_report_if_sent_again(door):
    browser = signed_in(door, MANAGER, EXCLUDING)
    typed = {**SENT, "once": once_of(browser.get("/report").text)}
    assert browser.send("/report", "/report", **typed).status_code == 303
    other = {**typed, "value": "12.00"}
    back = browser.send("/report", "/report", **other)
    assert back.status_code == 422
    assert "You sent this form before, with other answers. Nothing was sent now." in back.text
    assert 'value="12.00"' in back.text
    assert len(reports(door)) == 1
    assert browser.send("/report", "/report", **{**other, "once": once_of(back.text)}).status_code == 303
    assert len(reports(door)) == 2


def test_second_tap_while_the_first_is_being_taken_in_leads_to_the_same_report(door, monkeypatch):
    browser = signed_in(door, MANAGER, EXCLUDING)
    typed = {**SENT, "once": once_of(browser.get("/report").text)}
    first = browser.send("/report", "/report", **typed)
    answers = iter([None])
    done_before = contribution.done_before
    # The second looks before the first is kept, and then cannot commit.
    monkeypatch.setattr(contribution, "done_before", lambda *of: next(answers, done_before(*of)))
    second = browser.send("/report", "/report", **typed)
    assert (second.status_code, second.location) == (303, first.location)
    assert len(reports(door)) == 1


NAMED = {"values": {"given_name": "Lee", "family_name": "Quillmoor"}, "apparent_age": {"low": 25, "high": 34}}


def about(page):
    """Whom the page of a report says that it is about, as (address, name), and again beside the check."""
    return re.findall(r'(?:About|by eye that it is) <a href="([^"]+)">([^<]+)</a>', page)


def test_report_names_its_subject_to_the_member_and_to_the_second_person_as_each_may_see_them(door):
    subject = subject_of(door, **NAMED)
    address = f"/records/subjects/{subject}"
    said = report(subject, statement_kind="allegation")
    sent = door.made("reports", MEMBER, said, purpose=EXCLUDING)
    member = signed_in(door, MEMBER, EXCLUDING)
    ((where, name),) = about(member.get(f"/records/incidents/{sent}").text)
    assert where == address
    shown = member.get(address).text
    assert ("Quillmoor" in name) == ("Quillmoor" in shown)
    manager = signed_in(door, MANAGER, EXCLUDING).get(f"/records/incidents/{sent}").text
    assert about(manager) == [(address, "Lee Quillmoor")] * 2
    somebody = door.made("reports", MEMBER, report(), purpose=EXCLUDING)
    assert about(member.get(f"/records/incidents/{somebody}").text) == []


def test_subject_who_is_not_shared_any_more_is_not_named_to_the_member(door):
    subject = subject_of(door, **NAMED)
    sent = door.made("reports", MEMBER, report(subject), purpose=EXCLUDING)
    with door.database.transaction() as tx:
        tx.execute(update(release).where(release.c.record_id == subject).values(revoked=clock.now()))
        bump_epoch(tx)
    member = signed_in(door, MEMBER, EXCLUDING)
    assert member.get(f"/records/subjects/{subject}").status_code == 404
    page = member.get(f"/records/incidents/{sent}")
    assert page.status_code == 200
    assert about(page.text) == []
    assert subject not in page.text
    form = member.get(f"/report?subject={subject}").text
    assert subject not in form
    assert "<h1>Report</h1>" in form
    assert re.search(r'id="subject-new" value="" checked', form)


def test_nobody_is_named_by_a_person_whom_the_reader_is_not_given_or_whom_nobody_confirmed(door):
    subject = subject_of(door, **NAMED)
    sent = door.made("reports", MEMBER, report(subject), purpose=EXCLUDING)
    reader = actor(MANAGER, EXCLUDING)
    shown = read_record(door.database, reader, "incident", sent).record
    assert [each.id for each in subjects_named(door.database, reader, shown)] == [subject]
    (person,) = shown.persons
    unnamed = {name: value for name, value in person.fields.items() if name != "subject"}
    hidden = SimpleNamespace(
        owner=shown.owner, persons=[SimpleNamespace(link=person.link, fields=unnamed)]
    )  # what leaves by the exit is not made anew
    assert subjects_named(door.database, reader, hidden) == ()
    with door.database.transaction() as tx:
        tx.execute(update(link).where(link.c.record_id == sent).values(confirmed=False))
    assert subjects_named(door.database, reader, shown) == ()


def test_subjects_page_leads_to_a_report_that_names_them_in_the_gallery_or_not(door, known):
    left = subject_of(door, **NAMED)
    browser = signed_in(door, MANAGER, EXCLUDING)
    for subject, name in ((known, "Known"), (left, "Lee Quillmoor")):
        page = browser.get(f"/records/subjects/{subject}").text
        (way,) = re.findall(r'href="(/report\?subject=[^"]+)"[^>]*>Report this person', page)
        form = browser.get(way).text
        assert f"<h1>Report about {name}" in form
        assert re.search(rf'name="subject"[^>]*value="{subject}" checked', form)


def test_police_who_read_a_subject_of_the_scheme_are_not_led_to_a_report(door):
    to_police = {"agreement": "HAV-CSP-01", "purposes": [ROBBERY], "recipients": ["metropolitan-east-area"]}
    subject = subject_of(door, releases=({**to_police, "category": "suspect"},), **NAMED)
    page = signed_in(door, OFFICER, ROBBERY).get(f"/records/subjects/{subject}")
    assert page.status_code == 200
    assert "Report this person" not in page.text


def test_gallery_in_the_form_shows_the_pictures_that_the_reader_may_see(door, tmp_path):
    """An adult's, with who it is of; a child's to the scheme's staff, and to a member why it is not shown."""
    files = Files((tmp_path / "media").as_uri())
    adult, child = (
        pictured(door.database, files, born=(clock.today() - timedelta(days=years * 365)).isoformat())
        for years in (40, 15)
    )
    for who, seen in ((MEMBER, {adult}), (MANAGER, {adult, child})):
        form = signed_in(door, who, EXCLUDING).get("/report").text
        labels = dict(re.findall(r'for="subject-([^"]+)">(.*?)</label>', form, re.DOTALL))
        assert {adult, child} <= labels.keys()
        pictures = {each for each, words in labels.items() if "<img" in words}
        assert pictures == seen
        for each in pictures:
            assert re.search(r'<img src="/stills/[^"]+" alt="Picture of [^"]+"', labels[each])
        assert ("Picture withheld." in labels[child]) == (child not in seen)


def test_police_get_what_happened_as_the_text_for_sharing_and_never_as_it_was_told_to_the_scheme(door):
    browser = signed_in(door, DEPUTY, ROBBERY)
    assert "The police get what happened only as you write it here" in browser.get("/report").text
    typed = {**SENT, "police": "y", "text": "He ran towards the station."}
    path = browser.send("/report", "/report", **typed).location
    police = signed_in(door, OFFICER, ROBBERY).get(path)
    assert police.status_code == 200
    assert "He ran towards the station." in police.text
    assert "Hazel." not in police.text
    assert "Hazel." in browser.get(path).text


def test_text_for_sharing_without_the_police_is_asked_about_and_kept(door):
    browser = signed_in(door, DEPUTY, ROBBERY)
    back = browser.send("/report", "/report", **SENT, text="He ran towards the station.")
    assert back.status_code == 422
    assert (
        error_of(back.text, "text") == "Only the police get this text. Tick the police, or leave this empty."
    )
    assert "He ran towards the station.</textarea>" in back.text
    assert reports(door) == []
