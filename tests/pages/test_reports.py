"""A member's report: a person of the gallery is named by whoever compared, and a form makes one report."""

import re

import pytest
from sqlalchemy import insert, select

from sharing.records.incident import incident
from sharing.records.record import link, record
from sharing.schemes.tables import scheme
from tests.api.doors import DEPUTY, MANAGER, open_door_at
from tests.api.test_partnerships import subject_of
from tests.databases import sqlite_url
from tests.pages.test_areas import REPORT, SCHEME, signed_in
from tests.partnership import EXCLUDING
from tests.portal import close

SENT = {**REPORT, "account": "Hazel."}
TICK = {"same_person": "y"}
NOT_TICKED = (
    "You chose a person of the gallery. Compare the picture and tick this, or choose "
    "“Somebody who is not in the gallery”."
)
NOT_CHOSEN = "You ticked that it is the same person. Choose the person in the gallery, or take the tick away."


@pytest.fixture
def door(tmp_path):
    made = open_door_at(tmp_path, sqlite_url(tmp_path))
    with made.database.transaction() as tx:
        tx.execute(insert(scheme), SCHEME)
    yield made
    close(made.app)


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
