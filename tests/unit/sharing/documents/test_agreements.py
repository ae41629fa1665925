"""Terms as files: who may have them, what is in them, and that what was written can do nothing in them."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from foundation.errors import Missing
from sharing.agreements import drafting
from sharing.agreements.heads import HEADS
from sharing.agreements.stages import Stage
from sharing.agreements.tables import signature
from sharing.agreements.terms import parse_draft, parse_terms
from sharing.agreements.versions import agency_kinds
from sharing.documents.agreements import Form, export_terms
from tests.drafts import INES, NEIL, SIMON, begun, clause, entries, set_stage
from tests.partnership import actor

HOSTILE = '#panic[x] $1 *b* <x> @y \\ // "\' #import "/etc/passwd": *'
MARKUP = {"title": HOSTILE, "basis": HOSTILE}
#: What a printed agreement says besides its heads and clauses' own words.
SAID = (
    "London Borough of Newham",
    "In full 1.1",
    "In full 1.2",
    "CCTV operator",
    "Supt. Simon Achebe",
    "1 March 2026, 09:30",
    "d" * 64,
    "Nothing is written here.",
    "184 days from release",
)


def exported(database, place, form, by=INES):
    return export_terms(database, actor(by), place, form)


def kinds(database):
    with database.transaction() as tx:
        return agency_kinds(tx)


@pytest.mark.parametrize("form", Form)
def test_every_form_leaves_one_entry_and_has_the_versions_name(database, form):
    place = begun(database, clause())
    with entries(database) as left:
        found = exported(database, place, form)
    (entry,) = left
    assert entry["event"] == "sharing:agreement:terms-exported"
    assert (entry["detail"]["agreement"], entry["detail"]["number"]) == place
    assert entry["detail"]["form"] == form.value
    assert found.name.startswith(f"{place[0]}-1.")


@pytest.mark.parametrize("form", Form)
def test_nobody_takes_away_what_they_may_not_read(database, form):
    place = begun(database, clause())
    for who in (SIMON, NEIL):
        with entries(database) as left, pytest.raises(Missing):
            exported(database, place, form, who)
        assert left == []
    set_stage(database, place, Stage.REVIEW)
    assert exported(database, place, form, SIMON).data
    with pytest.raises(Missing):
        exported(database, place, form, "leon-baptiste")


@pytest.mark.parametrize("form", [Form.YAML, Form.JSON])
def test_yaml_and_json_read_back_as_the_same_terms(database, form):
    place = begun(
        database,
        clause(**MARKUP),
        review="2027-01-01",
        heads={"purpose": HOSTILE, "details": "a\n b: c\n- d"},
    )
    found = drafting.read_version(database, actor(INES), place)
    text = exported(database, place, form).data.decode()
    read = parse_terms(text, kinds(database))
    assert (read.id, read.title, read.versions) == (place[0], found.title, (found.terms,))
    again = drafting.begin_from_text(database, actor(INES), text)
    assert drafting.read_version(database, actor(INES), again).terms == found.terms


def test_a_signed_version_reads_back_as_a_draft_of_the_same(database):
    text = exported(database, ("STR-BCRP-01", 1), Form.YAML).data.decode()
    signed = drafting.read_version(database, actor(INES), ("STR-BCRP-01", 1)).terms
    assert parse_terms(text, kinds(database)).versions == (signed,)
    assert parse_draft(text, kinds(database)).versions == (replace(signed, signed=False),)


def test_json_says_besides_who_signed_what(database):
    place = begun(database, clause())
    set_stage(database, place, Stage.SIGNING)
    sign(database, place)
    body = json.loads(exported(database, place, Form.JSON).data)
    assert body["about"]["stage"] == "signing"
    assert body["about"]["parties"]["newham"] == {"name": "London Borough of Newham", "kind": "council"}
    (signed,) = body["about"]["signatures"]
    assert (signed["agency"], signed["person"]) == ("Metropolitan Police North East", "Supt. Simon Achebe")
    assert (signed["role"], signed["digest"]) == ("Signatory", "d" * 64)


def sign(database, place):
    row = {
        "id": f"signature of {place[0]}",
        "agreement_id": place[0],
        "number": place[1],
        "agency_id": "metropolitan-north-east",
        "user_id": SIMON,
        "role": "signatory",
        "digest": "d" * 64,
        "factor_at": datetime(2026, 3, 1, 9, 29, tzinfo=UTC),
        "at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    }
    with database.transaction() as tx:
        tx.execute(insert(signature), row)


def test_pdf_is_tagged_for_screen_readers(database):
    data = exported(database, begun(database, clause()), Form.PDF).data
    assert data.startswith(b"%PDF-1.7")
    assert re.search(rb"/MarkInfo<</Marked true", data)
    assert b"/StructTreeRoot" in data
    assert re.search(rb"/Lang\s?\(en-GB\)", data)
    assert re.search(rb"pdfuaid:part>1<", data)
    assert b"/DisplayDocTitle true" in data
    assert data.count(b"/S/TH") >= 2 or data.count(b"/TH") >= 2


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
def test_pdf_says_everything_and_reads_nothing_as_markup(database, tmp_path):
    clauses = [
        clause("1.1", **MARKUP),
        clause("1.2", title="Second.", fields=["identity"], categories=["suspect"], roles=["operator"]),
    ]
    place = begun(database, *clauses, heads={"purpose": "Fewer " + HOSTILE})
    set_stage(database, place, Stage.SIGNING)
    sign(database, place)
    path = tmp_path / "terms.pdf"
    path.write_bytes(exported(database, place, Form.PDF).data)
    text = pages(path)
    assert all("OFFICIAL-SENSITIVE" in page.splitlines()[0] for page in text)
    assert all(page.count("OFFICIAL-SENSITIVE") == 2 for page in text)
    whole = " ".join("".join(text).split())
    for label in HEADS.values():
        assert label in whole
    assert "#panic[x] $1 *b* <x> @y \\ //" in whole
    assert '#import "/etc/passwd"' in whole
    for words in SAID:
        assert words in whole, words


def pages(path):
    program = shutil.which("pdftotext")
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return [page for page in done.stdout.split("\f") if page.strip()]
