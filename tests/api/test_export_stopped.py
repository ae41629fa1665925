"""A leak planted in the writer of a file is found in its bytes: it never leaves, and people are told."""

import base64

import pytest
from sqlalchemy import select

from auth.letters import Notice
from foundation.outbox.tables import outbox
from sharing.exports import making, pdf_file
from sharing.exports.sheets import Line
from sharing.exports.tables import export, export_stop
from sharing.waiting import list_waiting
from tests.api.doors import DPO, EVERYBODY, MANAGER, OFFICER, OPERATOR, incident, sighting, to
from tests.jobs import do_jobs
from tests.partnership import actor

SECRET = "TAPE-7781"


def leaking_line(sheet, text):
    return type(sheet)(**{**vars(sheet), "lines": (*sheet.lines, Line("", "account", "Note", text))})


def in_a_cell(monkeypatch, spell):
    """The writer puts a withheld value into a cell of its own."""
    for name in ("list_file", "record_file"):
        write = getattr(making, name)
        monkeypatch.setattr(
            making,
            name,
            lambda sheets, stamp, write=write: write([leaking_line(s, spell(SECRET)) for s in sheets], stamp),
        )


def in_the_document(monkeypatch, spell):
    write = making.pdf_file
    monkeypatch.setattr(
        making,
        "pdf_file",
        lambda sheets, stamp, at: write([leaking_line(s, spell(SECRET)) for s in sheets], stamp, at),
    )


SPELLINGS = {
    "as it is": str,
    "in another case": str.lower,
    "backwards": lambda text: text[::-1],
    "in base64": lambda text: base64.b64encode(f"x{text}y".encode()).decode(),
    "in hexadecimal": lambda text: text.encode().hex(),
    "inside of words": lambda text: f"see{text}end",
}


def ask(door, form, record, who=MANAGER):
    body = {"type": "sighting", "format": form, "record": record}
    export_id = door.post("exports", who, body).json["id"]
    do_jobs(door.app)
    return door.get(f"exports/{export_id}", who).json


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("form", "plant"), [("csv", in_a_cell), ("pdf", in_the_document)])
def test_a_planted_value_is_found_however_it_is_written(sharing, monkeypatch, form, plant, spelling):
    record = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    plant(monkeypatch, SPELLINGS[spelling])
    line = ask(sharing, form, record)
    assert (line["state"], line["file"]) == ("refused", None)
    assert "Nothing left the portal" in line["why"]


@pytest.mark.parametrize(("form", "plant"), [("csv", in_a_cell), ("pdf", in_the_document)])
def test_the_same_value_leaves_for_who_may_see_it(sharing, monkeypatch, form, plant):
    """The scan finds what this reader may not see, and only that."""
    record = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    plant(monkeypatch, str)
    assert ask(sharing, form, record, "hugh-barrow")["state"] == "ready"


def test_a_value_in_the_title_of_a_document_is_found(sharing, monkeypatch):
    """Not on any page: in what a viewer shows as the name of the window, and search engines as the title."""
    record = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    set_ = pdf_file.typeset
    monkeypatch.setattr(
        pdf_file,
        "typeset",
        lambda name, data, at: set_(
            name, {**data, "title": f"Export {SECRET}" if data["sheets"] else "Export"}, at
        ),
    )
    assert ask(sharing, "pdf", record)["state"] == "refused"


def test_a_value_beside_a_name_of_the_record_in_a_hidden_column_is_found(sharing, monkeypatch):
    """A person's value in a list, which shows no persons at all."""
    record = sharing.made("incidents", OFFICER, incident(to("romford-bcrp")))
    write = making.list_file
    monkeypatch.setattr(
        making,
        "list_file",
        lambda sheets, stamp: write(sheets, stamp).replace(b"Robbery", b"Robbery Quillfeather"),
    )
    export_id = sharing.post("exports", MANAGER, {"type": "incident", "format": "csv"}).json["id"]
    do_jobs(sharing.app)
    assert sharing.get(f"exports/{export_id}", MANAGER).json["state"] == "refused"
    with sharing.database.transaction() as tx:
        stop = tx.execute(select(export_stop).where(export_stop.c.export_id == export_id)).one()
    assert record in stop.records
    assert "persons.family_name" in stop.fields


def test_a_file_that_cannot_be_read_back_is_stopped(sharing, monkeypatch):
    record = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    monkeypatch.setattr(making, "pdf_file", lambda *_: b"%PDF-1.7 broken %%EOF")
    assert ask(sharing, "pdf", record)["state"] == "refused"


def test_a_stop_is_told_to_those_who_answer_for_the_records_and_holds_no_value(each_sharing, monkeypatch):
    door = each_sharing
    record = door.made("sightings", OPERATOR, sighting(EVERYBODY))
    in_a_cell(monkeypatch, str)
    with door.new_entries(MANAGER) as entries:
        line = ask(door, "csv", record)
    by_event = {entry["event"]: entry for entry in entries}
    stopped = by_event["sharing:export:stopped"]
    assert stopped["operation"] == "security"
    assert set(stopped["agencies"]) == {"havering", "romford-bcrp"}
    assert stopped["records"] == [record]
    assert stopped["detail"]["fields"] == ["footage_reference"]
    assert "sharing:export:made" not in by_event
    assert SECRET not in str(entries)
    with door.database.transaction() as tx:
        row = tx.execute(select(export).where(export.c.id == line["id"])).one()
        assert (row.file_key, row.digest) == (None, None)
        told = select(outbox.c.about).where(outbox.c.kind == "mail")
        assert f"{DPO} {Notice.EXPORT_STOPPED}" in tx.execute(told).scalars().all()
    waiting = list_waiting(door.database, actor(DPO))
    assert [each.kind for each in waiting if each.kind == "stop"]
    assert not [each for each in list_waiting(door.database, actor("miriam-stokes")) if each.kind == "stop"]
