"""Entries found by whom they concerned: by a keyed reference, on one's own records, until its key is gone."""

import json

import pytest
from sqlalchemy import select, update

from foundation.ledger.downloads import plan_bundle, write_bundle
from foundation.ledger.tables import ledger_subject_mention
from sharing.records.record import link, record
from sharing.subject_keys import erase_key
from tests.api.doors import DPO, OFFICER, OPERATOR, ROBBERY, Door, sighting, to
from tests.api.test_ledger_files import NEWHAM_DPO, POLICE_DPO, sign
from tests.api.test_ledger_found import found
from tests.portal import Browser

READ, LISTED, SUBMITTED = "sharing:record:read", "sharing:record:listed", "sharing:record:submitted"


@pytest.fixture
def known(each_sharing: Door) -> Door:
    """The council knows a person by their own record and saw them once; so did the police."""
    door = each_sharing
    with door.app.app_context():
        from portal.gate import context

        door.data_dir = context.settings().data_dir
    released = to("metropolitan-east-area")
    body = {
        "values": {"advice": "Do not approach."},
        "persons": [{"categories": ["suspect"], "values": {"clothing": ["black-puffer"]}}],
        "releases": [released],
    }
    door.page = door.made("subjects", OPERATOR, body)
    door.record, door.other = (door.made("sightings", OPERATOR, sighting(released)) for _ in range(2))
    door.theirs = door.made("sightings", OFFICER, sighting())
    with door.database.transaction() as tx:
        door.person = tx.execute(select(record.c.person_id).where(record.c.id == door.page)).scalar_one()
        on = link.c.record_id.in_([door.record, door.theirs])
        tx.execute(update(link).where(on).values(person_id=door.person))
    door.get(f"subjects/{door.page}", OPERATOR)
    for each in (door.record, door.other, door.theirs):
        door.get(f"sightings/{each}", OFFICER)
    sign(door)
    return door


def told(door: Door, user: str = DPO, **more) -> list[tuple[str, str]]:
    return [(each["event"], each["agency"]) for each in found(door, user, subject=door.page, **more)]


def test_entries_that_concerned_a_subject_are_found_on_ones_own_records(known):
    read_here, submitted = (READ, "Havering Council"), (SUBMITTED, "Havering Council")
    assert told(known) == [(READ, "Met East Area"), read_here, submitted]
    (seen,) = found(known, subject=known.page, record=known.record)
    assert seen["event"] == READ
    assert told(known, record=known.other) == []
    assert told(known, operation="collection") == [(SUBMITTED, "Havering Council")]


def test_nobody_learns_whose_records_are_about_the_same_person(known):
    # The page is not shared with the police, who saw the same person themselves.
    assert told(known, POLICE_DPO) == []
    assert told(known, POLICE_DPO, record=known.theirs) == []
    assert len(found(known, POLICE_DPO, record=known.theirs)) == 2
    assert told(known, NEWHAM_DPO) == []


def test_references_tell_two_entries_of_one_person_apart_and_hide_how_many_there_are(known):
    with known.database.transaction() as tx:
        plan = plan_bundle(tx, "havering")
        index = tx.execute(select(ledger_subject_mention.c.reference)).scalars().all()
    lines = b"".join(write_bundle(known.database, plan)).decode().splitlines()
    details = [json.loads(each.split(" ", 3)[3]) for each in lines if each.startswith("entry ")]
    reads = [each for each in details if each["event"] == READ and known.page in each["records"]]
    reads += [each for each in details if each["event"] == READ and known.record in each["records"]]
    references = [reference for each in reads for reference in each["subjects"]]
    assert len(references) == len(set(references)) == 2
    assert not {*index} & {*references}
    (submitted,) = [each for each in details if each["event"] == SUBMITTED and known.other in each["records"]]
    assert len(submitted["subjects"]) == 8


def test_once_the_key_is_erased_no_entry_leads_to_the_subject(known):
    with known.database.transaction() as tx:
        assert erase_key(tx, known.person)
        assert not erase_key(tx, known.person)
    assert told(known) == []
    known.get(f"sightings/{known.record}", OFFICER)  # and no other is made
    sign(known)
    assert told(known) == []
    assert len(found(known, record=known.record, operation="consultation", purpose=ROBBERY)) == 2


def test_a_list_of_subjects_concerns_them_and_a_list_of_sightings_nobody(known):
    known.get("subjects", OPERATOR)
    known.get("sightings", OPERATOR)
    sign(known)
    assert told(known)[0] == (LISTED, "Havering Council")
    assert [event for event, _ in told(known)].count(LISTED) == 1


def test_the_page_says_what_the_references_do_not_cover(known):
    browser = Browser(known.app)
    browser.sign_in_as(DPO)
    page = browser.get(f"/ledger?subject={known.page}").text
    assert "Entries from before references were kept bear none" in page
    assert "<strong>PC Leanne Whitby</strong> read a record" in page
    assert "bear none" not in browser.get("/ledger").text
