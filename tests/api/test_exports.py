"""Exports through the JSON door on both databases: who gets what, and what takes it away again."""

import csv
import io
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, insert, select, update

from auth.tables import agency, user
from foundation import clock
from foundation.errors import Missing
from foundation.identifiers import new_id
from foundation.ledger.tables import ledger_pending
from portal.gate import context
from sharing.agreements.policy import bump_epoch
from sharing.agreements.tables import suspension
from sharing.exports.tables import export
from tests.api.doors import (
    EVERYBODY,
    MANAGER,
    MEMBER,
    OFFICER,
    OPERATOR,
    TRANSPORT_ANALYST,
    earlier,
    incident,
    problem,
    sighting,
    to,
)
from tests.jobs import do_jobs

MADE, FETCHED, REFUSED = "sharing:export:made", "sharing:export:fetched", "sharing:export:refused"


def ask(door, who, type_, form="csv", *, record=None, query="", **more):
    body = {"type": type_, "format": form, "record": record}
    answer = door.post(f"exports?{query}" if query else "exports", who, body, **more)
    assert answer.status_code == 202, answer.text
    assert answer.json["state"] == "waiting"
    assert answer.headers["Location"] == f"/api/v1/exports/{answer.json['id']}"
    return answer.json["id"]


def made(door, who, type_, form="csv", **more):
    """Ask, have it made, and give its id."""
    export_id = ask(door, who, type_, form, **more)
    do_jobs(door.app)
    return export_id


def fetch(door, who, export_id):
    return door.get(f"exports/{export_id}/file", who)


def rows(answer):
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def row_of(answer, record):
    return next(row for row in rows(answer) if row["Record"] == record)


@contextmanager
def suspended(door, agreement="HAV-CSP-01"):
    """The agreement rests for the block, as when its parties' signatories stop it."""
    mark = new_id()
    with door.database.transaction() as tx:
        row = {"id": mark, "agreement_id": agreement, "from_at": clock.now(), "until_at": None}
        tx.execute(insert(suspension), row)
        bump_epoch(tx)
    yield
    with door.database.transaction() as tx:
        tx.execute(delete(suspension).where(suspension.c.id == mark))
        bump_epoch(tx)


def test_a_list_leaves_as_it_is_decided_with_the_stamp_on_every_row(each_sharing):
    record = each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY, account="=cmd|' /C calc'!A0"))
    with each_sharing.new_entries(MANAGER) as entries:
        answer = fetch(each_sharing, MANAGER, made(each_sharing, MANAGER, "sighting"))
    row = row_of(answer, record)
    # by HAV-CSP-01 a business is told the ward, the part of the day, and no text but what was written for it
    assert row["Address"] == "St Edward's"
    assert "to" in row["When"]
    assert row["Footage reference"].startswith("Withheld: ")
    assert row["What happened"].startswith("Withheld: ")
    assert "Address: Ward only" in row["How shown"]
    assert row["Handling"] == "OFFICIAL-SENSITIVE. Recipients only"
    assert row["Given"].startswith("Given to Priya Nair, Romford Business Crime")
    assert row["Given"].endswith("for Preventing and detecting robbery, under HAV-CSP-01")
    assert "TAPE-7781" not in answer.text
    assert "calc" not in answer.text
    by_event = {entry["event"]: entry for entry in entries}
    assert record in by_event[MADE]["records"]
    assert record in by_event[FETCHED]["records"]
    assert by_event[MADE]["detail"]["digest"] == by_event[FETCHED]["detail"]["digest"]
    assert "havering" in by_event[FETCHED]["agencies"]


def test_a_formula_written_for_sharing_is_text_in_the_file(sharing):
    release = to("british-transport-police", text="=cmd|' /C calc'!A0")
    record = sharing.made("sightings", OPERATOR, sighting(release))
    export_id = made(sharing, TRANSPORT_ANALYST, "sighting", record=record)
    told = [row["Value"] for row in rows(fetch(sharing, TRANSPORT_ANALYST, export_id))]
    assert "'=cmd|' /C calc'!A0" in told
    assert not [value for value in told if value[:1] in {*"=+-@\t\r"}]


def test_digest_in_the_ledger_is_of_the_very_bytes_that_left(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    with sharing.new_entries(TRANSPORT_ANALYST) as entries:
        answer = fetch(sharing, TRANSPORT_ANALYST, made(sharing, TRANSPORT_ANALYST, "sighting"))
    (entry,) = [each for each in entries if each["event"] == MADE]
    assert entry["detail"]["digest"] == sha256(answer.data).hexdigest()


def test_one_record_takes_its_persons_along_under_the_floors_for_copies(each_sharing):
    record = each_sharing.made("incidents", OFFICER, incident(to("romford-bcrp", "british-transport-police")))
    analyst = fetch(
        each_sharing, TRANSPORT_ANALYST, made(each_sharing, TRANSPORT_ANALYST, "incident", record=record)
    )
    names = {
        (row["Part"].partition(": ")[2], row["Value"])
        for row in rows(analyst)
        if row["Field"] == "Family name"
    }
    assert names == {("Victim", "Q."), ("Suspect", "Suspectson"), ("Suspect", "Youngling")}
    business = fetch(each_sharing, MANAGER, made(each_sharing, MANAGER, "incident", record=record)).text
    for hidden in ("Quillfeather", "Youngling", "Suspectson", "9 Elm Road", "020 7946 0001"):
        assert hidden not in business


def test_filters_narrow_a_file_as_they_narrow_the_list(sharing):
    near = sharing.made("sightings", OPERATOR, sighting(EVERYBODY, ward="Mawneys"))
    far = sharing.made("sightings", OPERATOR, sighting(EVERYBODY, ward="Rush Green & Crowlands"))
    answer = fetch(sharing, MANAGER, made(sharing, MANAGER, "sighting", query="ward=Mawneys"))
    found = {row["Record"] for row in rows(answer)}
    assert near in found
    assert far not in found


def test_a_filter_on_what_nobody_could_show_is_refused_at_once(sharing):
    answer = sharing.post("exports?source_identity=x", MANAGER, {"type": "sighting", "format": "csv"})
    assert problem(answer) == (400, "filter-refused")


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"type": "sighting", "format": "xlsx"}, "format", "Workbooks are not made"),
        ({"type": "sighting", "format": "docx"}, "format", "CSV or PDF"),
        ({"type": "nothing", "format": "csv"}, "type", "no such type"),
    ],
)
def test_other_formats_and_types_are_refused_in_a_sentence(sharing, body, field, words):
    answer = sharing.post("exports", MANAGER, body)
    assert problem(answer) == (422, "invalid")
    assert words in answer.json["problems"][field]


def test_who_may_not_export_may_not_ask(sharing):
    assert problem(sharing.post("exports", MEMBER, {"type": "sighting", "format": "csv"})) == (403, "denied")


def test_exports_are_their_askers_alone(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = made(sharing, TRANSPORT_ANALYST, "sighting")
    for path in (f"exports/{export_id}", f"exports/{export_id}/file"):
        # DC Hugh Barrow, of the same agency
        assert sharing.get(path, "hugh-barrow").data == sharing.get(f"exports/{new_id()}", "hugh-barrow").data
    listed = sharing.get("exports", "hugh-barrow").json["exports"]
    assert export_id not in [line["id"] for line in listed]


def test_a_hidden_record_and_none_give_the_same_refusal(sharing):
    hidden = sharing.made("sightings", OPERATOR, sighting(to("metropolitan-east-area")))
    found = []
    for record in (hidden, new_id()):
        line = sharing.get(f"exports/{made(sharing, MANAGER, 'sighting', record=record)}", MANAGER).json
        found.append((line["state"], line["why"]))
    assert found[0] == found[1] == ("refused", "There is nothing in it that you can see.")


def test_nothing_is_made_once_the_agreement_rests(each_sharing):
    door = each_sharing
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = ask(door, MANAGER, "sighting", record=record)
    with suspended(door), door.new_entries(MANAGER) as entries:
        do_jobs(door.app)
        line = door.get(f"exports/{export_id}", MANAGER).json
        assert (line["state"], line["file"]) == ("refused", None)
    assert [each["event"] for each in entries if "export" in each["event"]] == [REFUSED]
    assert record not in str(entries)


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_a_file_that_was_made_does_not_leave_once_the_agreement_rests(each_sharing, form):
    door = each_sharing
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = made(door, MANAGER, "sighting", form, record=record)
    with suspended(door), door.new_entries(MANAGER) as entries:
        assert problem(fetch(door, MANAGER, export_id)) == (409, "conflict")
    assert [each["event"] for each in entries if "export" in each["event"]] == [REFUSED]
    # it is gone for good, also when the agreement runs again
    again = fetch(door, MANAGER, export_id)
    assert problem(again) == (409, "conflict")
    assert "changed since" in again.json["detail"]
    with door.database.transaction() as tx:
        row = tx.execute(select(export).where(export.c.id == export_id)).one()
    assert (row.file_key, row.file_secret) == (None, None)


def test_a_revoked_release_keeps_a_list_back_and_the_ledger_says_in_which_order(each_sharing):
    door = each_sharing
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = made(door, MANAGER, "sighting")
    (release,) = door.get(f"sightings/{record}/receipts", OPERATOR).json["releases"]
    revoked = door.post(f"sightings/{record}/releases/{release['id']}/revoke", OPERATOR)
    assert revoked.status_code == 204
    assert problem(fetch(door, MANAGER, export_id)) == (409, "conflict")
    second = rows(fetch(door, MANAGER, made(door, MANAGER, "sighting")))
    assert record not in {row["Record"] for row in second}
    with door.database.transaction() as tx:
        entries = tx.execute(
            select(ledger_pending.c.event, ledger_pending.c.records).order_by(ledger_pending.c.seq)
        ).all()
    cut = max(n for n, row in enumerate(entries) if row.event == "sharing:release:revoked")
    later = [row for row in entries[cut + 1 :] if row.event in {MADE, FETCHED}]
    assert later
    assert all(record not in row.records for row in later)


def test_a_release_that_expires_takes_waiting_and_ready_files_with_it(sharing):
    until = clock.now() + timedelta(minutes=30)
    record = sharing.made("sightings", OPERATOR, sighting(to("romford-bcrp", expires=until.isoformat())))
    ready = made(sharing, MANAGER, "sighting", record=record)
    waiting = ask(sharing, MANAGER, "sighting", record=record)
    with clock.stopped(until):
        do_jobs(sharing.app)
        assert sharing.get(f"exports/{waiting}", MANAGER).json["state"] == "refused"
        assert problem(fetch(sharing, MANAGER, ready)) == (409, "conflict")


@contextmanager
def changed_account(door, who, **values):
    with door.database.transaction() as tx:
        before = tx.execute(select(user).where(user.c.id == who)).mappings().one()
        tx.execute(update(user).where(user.c.id == who).values(values))
    yield
    with door.database.transaction() as tx:
        tx.execute(update(user).where(user.c.id == who).values({name: before[name] for name in values}))


@pytest.mark.parametrize(
    "values",
    [{"disabled": True}, {"roles": ["officer"]}, {"agency_id": "havering"}],
    ids=["account ended", "role taken", "agency changed"],
)
def test_what_becomes_of_the_asker_before_it_is_made_counts(each_sharing, values):
    each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = ask(each_sharing, TRANSPORT_ANALYST, "sighting")
    with changed_account(each_sharing, TRANSPORT_ANALYST, **values):
        do_jobs(each_sharing.app)
    line = each_sharing.get(f"exports/{export_id}", TRANSPORT_ANALYST).json
    assert (line["state"], line["why"]) == (
        "refused",
        "Your account, your role or your key no longer allows it.",
    )


def test_a_role_that_was_taken_fetches_nothing(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = made(sharing, TRANSPORT_ANALYST, "sighting")
    with changed_account(sharing, TRANSPORT_ANALYST, roles=["officer"]):
        assert problem(fetch(sharing, TRANSPORT_ANALYST, export_id)) == (403, "denied")
    with changed_account(sharing, TRANSPORT_ANALYST, agency_id="havering"):
        assert problem(fetch(sharing, TRANSPORT_ANALYST, export_id)) == (404, "missing")


def test_a_business_mark_set_later_keeps_the_file_back(sharing):
    """An agency that becomes a business meets the floors at once, also in a file that is ready."""
    record = sharing.made("incidents", OFFICER, incident(to("british-transport-police")))
    export_id = made(sharing, TRANSPORT_ANALYST, "incident", record=record)

    def mark(business):
        with sharing.database.transaction() as tx:
            tx.execute(
                update(agency).where(agency.c.id == "british-transport-police").values(business=business)
            )
            bump_epoch(tx)

    mark(business=True)
    try:
        assert problem(fetch(sharing, TRANSPORT_ANALYST, export_id)) == (409, "conflict")
    finally:
        mark(business=False)


def test_a_file_is_fetched_for_the_purpose_that_it_was_made_for(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = made(sharing, MANAGER, "sighting")
    refused = sharing.get(f"exports/{export_id}/file", MANAGER, purpose="excluding-repeat-offenders")
    assert problem(refused) == (403, "denied")
    assert "Preventing and detecting robbery" in refused.json["detail"]


def test_an_export_ends_after_its_day_and_leaves_no_file(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    export_id = made(sharing, MANAGER, "sighting")
    with sharing.app.app_context():
        files = context.files()
    with sharing.database.transaction() as tx:
        key = tx.execute(select(export.c.file_key).where(export.c.id == export_id)).scalar_one()
    sealed = files.get(key)
    assert b"Handling" not in sealed  # at rest it is not readable without the key in its row
    with sharing.database.transaction() as tx:
        tx.execute(update(export).where(export.c.id == export_id).values(expires_at=clock.now()))
    assert problem(fetch(sharing, MANAGER, export_id)) == (404, "missing")
    assert files.get(key) == sealed
    with clock.stopped(clock.now() + timedelta(hours=24)):
        do_jobs(sharing.app)
    assert problem(sharing.get(f"exports/{export_id}", MANAGER)) == (404, "missing")
    with pytest.raises(Missing):
        files.get(key)


def test_too_many_records_are_refused_and_not_cut_off(sharing, monkeypatch):
    from sharing.exports import contents

    for _ in range(3):
        sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    monkeypatch.setattr(contents, "MOST", {"csv": 2, "pdf": 2})
    line = sharing.get(f"exports/{made(sharing, MANAGER, 'sighting')}", MANAGER).json
    assert line["state"] == "refused"
    assert "Narrow the list" in line["why"]


def test_only_a_few_wait_at_once(sharing):
    for _ in range(5):
        ask(sharing, "dev-chandra", "incident")
    sixth = sharing.post("exports", "dev-chandra", {"type": "incident", "format": "csv"})
    assert problem(sixth) == (409, "conflict")
    do_jobs(sharing.app)


def test_an_amended_record_is_made_again_and_a_hidden_change_is_no_change(each_sharing):
    door = each_sharing
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY, footage_until="2026-12-20"))
    export_id = made(door, MANAGER, "sighting", record=record)

    def amend(values):
        seen = door.get(f"sightings/{record}", OPERATOR).headers["ETag"]
        body = {"values": values}
        assert door.send("PATCH", f"sightings/{record}", OPERATOR, body=body, headers={"If-Match": seen})

    amend({"footage_reference": "TAPE-9999"})
    assert fetch(door, MANAGER, export_id).status_code == 200
    amend({"ward": "Heaton", "address": "2 Farnham Road, Romford"})
    assert problem(fetch(door, MANAGER, export_id)) == (409, "conflict")


def test_readings_of_the_hour_before_midnight_are_the_same_at_both_doors(sharing):
    """What the list shows and what its file shows are the same records."""
    record = sharing.made("sightings", OPERATOR, sighting(EVERYBODY, seen=earlier(days=1)))
    listed = [each["id"] for each in sharing.get("sightings?limit=200", MANAGER).json["records"]]
    filed = [row["Record"] for row in rows(fetch(sharing, MANAGER, made(sharing, MANAGER, "sighting")))]
    assert record in filed
    assert filed == listed
