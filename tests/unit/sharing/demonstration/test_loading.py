import json

import pytest
from sqlalchemy import func, select

from auth.accounts import create_accounts
from auth.tables import agency
from foundation.database import Database, metadata
from foundation.errors import Conflict
from foundation.files import Files
from foundation.ledger.tables import ledger_pending
from foundation.schema import migrate
from sharing.agreements.tables import policy_epoch, reach, release, stand_in
from sharing.demonstration.loading import RECORDS, AlreadyLoaded, Size, load
from sharing.demonstration.people import id_of, read_people
from sharing.records.item import item
from sharing.records.record import box, link, record, word
from tests.databases import sqlite_url
from tests.unit.sharing.demonstration.conftest import NOW, loaded_into

#: Random: names of stored pictures, what hides ledger entries from each other, ids of imported figures and of
#: what people did by themselves.
RANDOM = {
    "ledger_pending", "policy_epoch", "import_run", "recorded_count", "recall", "recall_notice",
    "subject_key",
}  # fmt: skip
RANDOM_COLUMNS = {"picture"}


def rows(database, *columns):
    with database.transaction() as tx:
        return tx.execute(select(*columns)).all()


def dump(database):
    with database.transaction() as tx:
        return {
            table.name: sorted(
                str([value for name, value in row._mapping.items() if name not in RANDOM_COLUMNS])
                for row in tx.execute(select(table))
            )
            for table in metadata.sorted_tables
            if table.name not in RANDOM
        }


def test_small_is_what_it_says(small):
    database, totals, seen = small
    assert totals.records == RECORDS[Size.SMALL] == rows(database, func.count(record.c.id))[0][0]
    assert (totals.agencies, totals.agreements) == (18, 5)
    assert seen[-1] == (2_000, 2_000)
    assert rows(database, policy_epoch.c.epoch)[0][0] > totals.agreements


def test_the_same_bytes_twice_but_for_random_names(small, tmp_path):
    again, _, _ = loaded_into(tmp_path)
    try:
        assert dump(again) == dump(small[0])
    finally:
        again.close()


def test_a_second_load_changes_nothing_and_says_so(small, tmp_path):
    database = small[0]
    with pytest.raises(AlreadyLoaded, match=r"loaded already, with 2,000 records\. Nothing was changed\."):
        load(database, Files(tmp_path.as_uri()), Size.SMALL, NOW, lambda *_: None)
    assert rows(database, func.count(record.c.id))[0][0] == 2_000


def test_half_a_load_is_refused(tmp_path):
    database = Database(sqlite_url(tmp_path))
    migrate(database)
    create_accounts(database, read_people().agencies)
    try:
        with pytest.raises(Conflict, match="stopped half-way"):
            load(database, Files(tmp_path.as_uri()), Size.SMALL, NOW, lambda *_: None)
        assert rows(database, func.count(agency.c.id))[0][0] == 18
    finally:
        database.close()


def test_every_batch_left_entries_that_add_up(small):
    with small[0].transaction() as tx:
        found = tx.execute(
            select(ledger_pending.c.detail).where(ledger_pending.c.event == "sharing:record:loaded")
        ).scalars()
        counts = [json.loads(detail)["detail"]["count"] for detail in found]
    assert sum(counts) == 2_000


def test_the_robbery_on_south_street_is_released_and_live(small):
    found = rows(small[0], reach.c.recipient, reach.c.until_at, reach.c.record_id, reach.c.agreement_id)
    mine = {
        each.recipient for each in found if each.record_id == id_of("record 7QF4-K2") and each.until_at > NOW
    }
    assert mine == {
        "british-transport-police",
        "havering",
        "havering-youth-justice",
        "romford-bcrp",
        "st-bedes-school",
        "*",
    }
    still = {each.recipient for each in found if each.record_id == id_of("record 7QF4-K2-still")}
    assert still == mine


def test_a_child_suspect_has_a_stand_in_name_that_differs_between_agreements(small):
    found = rows(small[0], stand_in.c.agreement_id, stand_in.c.token, stand_in.c.person_id)
    callum = {
        each.agreement_id: each.token for each in found if each.person_id == id_of("person callum-prior")
    }
    assert set(callum) == {"HAV-CSP-01", "RRP-01"}
    assert len(set(callum.values())) == 2
    assert {len(each.token) for each in found} == {6}
    assert len({each.token for each in found}) == len(found)


def test_one_stolen_phone_is_kept_by_its_victim_and_the_other_has_no_keeper(small):
    found = dict(rows(small[0], record.c.owner_reference, record.c.keeper))
    assert found["7QF4-P2"] == id_of("link 7QF4-K2 jaden-okoro")
    assert found["7QF4-P1"] is None
    assert rows(small[0], func.count(item.c.record_id))[0][0] > 10


def test_faces_on_stills_name_links_that_are_there(small):
    links = {each.id for each in rows(small[0], link.c.id)}
    boxes = rows(small[0], box.c.kind, box.c.link_id, box.c.width)
    assert {each.kind for each in boxes} == {"face", "text"}
    assert {each.link_id for each in boxes if each.link_id} <= links
    assert any(each.link_id is None and each.kind == "face" for each in boxes)


def test_words_find_the_reference_and_the_imei(small):
    found = rows(small[0], word.c.word, word.c.record_id)
    assert ("7qf4k2", id_of("record 7QF4-K2")) in found
    assert ("353918112045774", id_of("record 7QF4-P1")) in found


def test_nothing_happened_or_was_released_in_the_future(small):
    assert max(each.happened for each in rows(small[0], record.c.happened) if each.happened) < NOW
    assert max(each.at for each in rows(small[0], release.c.at)) < NOW


def test_what_members_are_told_of_a_subject_is_what_to_do(small):
    released = select(release.c.text).join(record, record.c.id == release.c.record_id)
    of_members = released.where(record.c.type == "subject", release.c.agreement_id == "ROMFORD-SCHEME")
    with small[0].transaction() as tx:
        told = [text for text in tx.execute(of_members).scalars() if text]
    assert len(told) > 10
    assert [text for text in told if not text.startswith("Do: ")] == []
