"""The pages of what leaves: exports of lists and records, paper, webhooks; what was stopped or given up."""

import re

import pytest
from sqlalchemy import insert, select, update

from auth.tables import user
from foundation import clock
from foundation.identifiers import new_id
from foundation.outbox.tables import outbox
from sharing import disclosure
from sharing.exports.tables import export, export_stop
from sharing.release.facts import Exit
from tests.api.doors import EVERYBODY, MEMBER, OFFICER, OPERATOR, incident, open_door_at, sighting, to
from tests.databases import sqlite_url
from tests.jobs import do_jobs
from tests.partnership import ROBBERY
from tests.portal import Browser, close

ANALYST, ADMINISTRATOR, DPO = "kate-lindqvist", "colm-daly", "ruth-okafor"


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = open_door_at(folder, sqlite_url(folder), CONCORDAT_WEBHOOK_LOOPBACK="yes")
    yield made
    close(made.app)


def signed_in(door, who, purpose=ROBBERY):
    browser = Browser(door.app)
    assert browser.sign_in_as(who).status_code == 303
    assert browser.send("/purpose", "/purpose", purpose=purpose).status_code == 303
    return browser


def newest(door):
    with door.database.transaction() as tx:
        return tx.execute(select(export).order_by(export.c.asked_at.desc()).limit(1)).one()


def test_a_list_is_asked_for_as_it_is_narrowed_and_fetched_when_it_is_ready(door):
    near = door.made("sightings", OPERATOR, sighting(EVERYBODY, ward="Mawneys"))
    far = door.made("sightings", OPERATOR, sighting(EVERYBODY, ward="Heaton"))
    browser = signed_in(door, ANALYST)
    page = browser.get("/records/sightings?ward=Mawneys").text
    assert 'name="by.ward" value="Mawneys"' in page
    fields = {"type": "sighting", "format": "csv", "by.ward": "Mawneys"}
    asked = browser.send("/records/sightings?ward=Mawneys", "/exports", **fields)
    assert (asked.status_code, asked.location) == (303, "/exports")
    waiting = browser.get("/exports").text
    assert "1 is being made" in waiting
    do_jobs(door.app)
    ready = browser.get("/exports").text
    assert "Sightings, narrowed" in ready
    (path,) = re.findall(r'href="(/exports/[^"]+/file)"', ready)
    answer = browser.get(path)
    assert near in answer.text
    assert far not in answer.text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="concordat-export-')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "fetched" in browser.get("/exports").text


def test_a_file_that_may_not_leave_any_more_brings_back_to_the_reason(door):
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    browser = signed_in(door, ANALYST)
    browser.send("/exports", "/exports", type="sighting", format="pdf", record=record)
    do_jobs(door.app)
    for release in door.get(f"sightings/{record}/receipts", OPERATOR).json["releases"]:
        door.post(f"sightings/{record}/releases/{release['id']}/revoke", OPERATOR)
    answer = browser.get(f"/exports/{newest(door).id}/file")
    assert (answer.status_code, answer.location) == (303, "/exports")
    assert "What you may see of these records has changed since." in browser.get("/exports").text


def test_a_file_of_another_purpose_shows_the_way_to_that_purpose(door):
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    browser = signed_in(door, ANALYST)
    browser.send("/exports", "/exports", type="sighting", format="csv", record=record)
    do_jobs(door.app)
    browser.send("/purpose", "/purpose", purpose="running-the-partnership")
    assert "Choose its purpose to fetch it" in browser.get("/exports").text
    assert browser.get(f"/exports/{newest(door).id}/file").status_code == 403


def test_who_may_not_export_is_offered_none_but_may_print(door):
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    browser = signed_in(door, MEMBER)
    page = browser.get(f"/records/sightings/{record}").text
    assert "Print this record" in page
    assert 'action="/exports"' not in page
    assert 'action="/exports"' not in browser.get("/records/sightings").text
    assert browser.get("/exports").status_code == 403


def test_a_workbook_is_refused_in_a_sentence(door):
    answer = signed_in(door, ANALYST).send("/exports", "/exports", type="sighting", format="xlsx")
    assert answer.status_code == 422
    assert "Workbooks are not made here" in answer.text


def test_paper_says_whose_copy_it_is_and_is_entered_as_a_print(door):
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    browser = signed_in(door, ANALYST)
    with door.new_entries() as entries:
        page = browser.get(f"/records/sightings/{record}/print").text
    line = r"Given to Kate Lindqvist, British Transport Police, [^<]+ under HAV-CSP-01\."
    assert len(re.findall(line, page)) == 2
    assert page.count("OFFICIAL-SENSITIVE Recipients only") == 2
    assert 'data-printing="page"' in page
    (entry,) = [each for each in entries if each["event"] == "sharing:print:made"]
    assert entry["records"] == [record]
    assert "havering" in entry["agencies"]
    looks = door.get(f"sightings/{record}/receipts", OPERATOR).json["looks"]
    assert "Kate Lindqvist" in [look["name"] for look in looks]


def test_paper_is_decided_for_paper(door, monkeypatch):
    """Notes for children and grants open fields on screen and never on paper; so the engine is told."""
    record = door.made("incidents", OFFICER, incident(to("romford-bcrp")))
    asked, real = [], disclosure.looking

    def looking(tx, who, exit_, read):
        asked.append(exit_)
        return real(tx, who, exit_, read)

    browser = signed_in(door, "priya-nair")
    monkeypatch.setattr(disclosure, "looking", looking)
    for path in (f"/records/incidents/{record}/print", f"/records/incidents/{record}"):
        assert browser.get(path).status_code == 200
    assert asked == [Exit.PRINT, Exit.ONE]


def test_hidden_paper_and_none_are_the_same_page(door):
    hidden = door.made("sightings", OPERATOR, sighting(to("metropolitan-east-area")))
    browser = signed_in(door, MEMBER)
    pages = [browser.get(f"/records/sightings/{each}/print") for each in (hidden, new_id())]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'(nonce|value)="[^"]*"', "", page.text) for page in pages}) == 1


@pytest.mark.parametrize("path", ["/records/sightings", "/", "/exports", "/records/sightings/{record}"])
def test_every_other_page_says_that_it_is_not_for_paper(door, path):
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    page = signed_in(door, ANALYST).get(path.format(record=record)).text
    assert 'data-printing="notice"' in page
    assert "Open the record and use “Print this record”" in page


def test_help_may_go_on_paper(door):
    assert 'data-printing="page"' in Browser(door.app).get("/help").text


def test_a_webhook_is_registered_tried_and_ended(door):
    browser = signed_in(door, ADMINISTRATOR, "running-the-partnership")
    wrong = browser.send("/webhooks/new", "/webhooks/new", url="https://elsewhere.example/")
    assert wrong.status_code == 422
    assert "Choose what it is to be told of." in wrong.text
    assert 'value="https://elsewhere.example/"' in wrong.text
    fields = {"url": "http://127.0.0.1:9/in", "events": "record:released", "sight": f"dan-osei {ROBBERY}"}
    refused = browser.send(
        "/webhooks/new", "/webhooks/new", **{**fields, "url": "https://elsewhere.example/"}
    )
    assert refused.status_code == 422
    assert "This portal does not send to that host." in refused.text
    made = browser.send("/webhooks/new", "/webhooks/new", **fields)
    assert made.status_code == 201
    secret = re.search(r"<code>([\w-]{43})</code>", made.text)[1]
    path = re.search(r'href="(/webhooks/[0-9a-f-]{36})"', made.text)[1]
    assert secret not in browser.get(path).text
    assert browser.send(path, f"{path}/test").status_code == 303
    do_jobs(door.app)
    assert "no answer" in browser.get(path).text
    assert browser.send(path, f"{path}/end").status_code == 303
    assert "Ended" in browser.get(path).text
    assert "Send a test" not in browser.get(path).text


def test_what_was_given_up_is_tried_again_or_let_go(door):
    ids = [new_id(), new_id()]
    for job in ids:
        row = {"id": job, "kind": "mail", "payload": {"user": "nobody", "letter": "waiting", "path": "/"}}
        more = {"agency_id": "havering", "written_at": clock.now(), "due_at": clock.now(), "attempts": 8}
        with door.database.transaction() as tx:
            tx.execute(insert(outbox), {**row, **more, "gave_up_at": clock.now(), "last_error": "OSError"})
    browser = signed_in(door, ADMINISTRATOR, "running-the-partnership")
    home = browser.get("/").text
    assert "It was tried several times, and is tried no more" in home
    page = browser.get("/webhooks").text
    assert page.count("Sending a letter") == 2
    assert browser.send("/webhooks", f"/webhooks/given-up/{ids[0]}/again").status_code == 303
    assert browser.send("/webhooks", f"/webhooks/given-up/{ids[1]}/let-go").status_code == 303
    assert browser.send("/webhooks", f"/webhooks/given-up/{ids[1]}/let-go").status_code == 404
    do_jobs(door.app)
    assert "Nothing. Letters, exports and webhooks" in browser.get("/webhooks").text


def test_a_stopped_export_waits_for_the_data_protection_officer_until_it_is_noted(door):
    stop = {
        "id": new_id(),
        "agency_id": "havering",
        "export_id": new_id(),
        "user_id": "priya-nair",
        "at": clock.now(),
        "records": [new_id()],
        "fields": ["footage_reference", "persons.phone"],
    }
    with door.database.transaction() as tx:
        tx.execute(insert(export_stop), stop)
    browser = signed_in(door, DPO, "running-the-partnership")
    assert "An export was stopped" in browser.get("/").text
    page = browser.get("/exports/stopped").text
    assert "Priya Nair" in page
    assert "Footage reference, Phone (of a person)" in page
    assert browser.send("/exports/stopped", f"/exports/stopped/{stop['id']}/seen").status_code == 303
    assert "Noted" in browser.get("/exports/stopped").text
    assert "An export was stopped" not in browser.get("/").text
    other = signed_in(door, "miriam-stokes", "running-the-partnership")
    assert "Nothing was stopped" in other.get("/exports/stopped").text
    assert other.send("/exports/stopped", "/sign-out").status_code == 303


def test_somebody_who_changed_agency_has_none_of_the_old_ones_files(door):
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    browser = signed_in(door, ANALYST)
    browser.send("/exports", "/exports", type="sighting", format="csv", record=record)
    do_jobs(door.app)
    made = newest(door).id
    with door.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == ANALYST).values(agency_id="havering"))
    try:
        assert made not in browser.get("/exports").text
        assert browser.get(f"/exports/{made}/file").status_code == 404
    finally:
        with door.database.transaction() as tx:
            tx.execute(update(user).where(user.c.id == ANALYST).values(agency_id="british-transport-police"))
