"""What the data protection officer hands to the Information Commissioner: entries that prove themselves."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest

from foundation import clock
from foundation.ledger import finding
from foundation.ledger.reading import newest_of_agency
from foundation.ledger.sequencer import sequence
from sharing import accounts, commissioner
from tests.api.doors import DPO, MEMBER, OFFICER, OPERATOR, Door, sighting, to
from tests.portal import Browser
from tests.verifying import run_verify

PATH = "/ledger/commissioner"
REFERENCE = "ICO-2026-0815"
#: Of the account of each sighting.
VALUE = "Jumped the barrier"


@pytest.fixture
def looked(each_sharing: Door) -> Door:
    """A door behind which the police's officer read one of the council's two sightings, and all is signed."""
    door = each_sharing
    door.record, door.other = (
        door.made("sightings", OPERATOR, sighting(to("metropolitan-east-area"))) for _ in range(2)
    )
    door.get(f"sightings/{door.record}", OFFICER)
    with door.app.app_context():
        from portal.gate import context

        door.data_dir = context.settings().data_dir
    while sequence(door.database, door.data_dir):
        pass
    return door


def officer_of(door: Door, user: str = DPO) -> Browser:
    browser = Browser(door.app)
    assert browser.sign_in_as(user).status_code == 303
    return browser


def handed(door: Door, browser: Browser | None = None, **form: str):
    return (browser or officer_of(door)).send(PATH, PATH, **{"reference": REFERENCE, **form})


def unpacked(answer, folder) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        archive.extractall(folder)
    return list(csv.DictReader((folder / "entries.csv").read_text("utf-8-sig").splitlines()))


def where_told(folder, words: str) -> list[str]:
    """Where the value of the record's account stands: in files as they lie, or in what its receipts say."""
    lying = [path.name for path in folder.rglob("*.*") if VALUE in path.read_text("utf-8-sig")]
    return lying + ["receipts"] * (VALUE in words)


def test_file_holds_what_was_chosen_and_each_entry_of_it_checks_out(looked, tmp_path):
    answer = handed(looked, record=looked.record)
    assert answer.mimetype == "application/zip"
    rows = unpacked(answer, tmp_path)
    assert [(row["Who"], row["What"]) for row in rows][-1] == ("PC Leanne Whitby", "read a record")
    assert [int(row["Entry"]) for row in rows] == sorted(int(row["Entry"]) for row in rows)
    receipts = [tmp_path / row["Receipt"] for row in rows]
    assert sorted(receipts) == sorted((tmp_path / "receipts").iterdir())
    code, words = run_verify("--policy", tmp_path / "policy.txt", *receipts)
    assert (code, words.count("good:")) == (0, len(rows))
    assert all(looked.record in path.read_text() or looked.record in words for path in receipts)
    assert looked.other not in words
    assert where_told(tmp_path, words) == []
    read_me = (tmp_path / "README.txt").read_text()
    assert f"Reference: {REFERENCE}" in read_me
    assert f"Entries: {len(rows)}" in read_me


def told_in_file(looked, folder) -> list[str]:
    unpacked(handed(looked, record=looked.record), folder)
    receipts = sorted((folder / "receipts").iterdir())
    return where_told(folder, run_verify("--policy", folder / "policy.txt", *receipts)[1])


def test_value_planted_in_the_table_is_found(looked, tmp_path, monkeypatch):
    row = commissioner._row
    monkeypatch.setattr(commissioner, "_row", lambda line: (VALUE, *row(line)[1:]))
    assert told_in_file(looked, tmp_path) == ["entries.csv"]


def test_value_planted_in_an_entry_is_found(looked, tmp_path, monkeypatch):
    group = accounts._group
    monkeypatch.setattr(accounts, "_forms", {})
    monkeypatch.setattr(accounts, "_by_text", {})
    monkeypatch.setattr(accounts, "_group", lambda *given: {**group(*given), "full": [VALUE]})
    looked.get(f"sightings/{looked.record}", OFFICER)
    while sequence(looked.database, looked.data_dir):
        pass
    assert told_in_file(looked, tmp_path) == ["receipts"]


def test_changed_receipt_in_the_file_is_found(looked, tmp_path):
    rows = unpacked(handed(looked, record=looked.record), tmp_path)
    receipt = tmp_path / rows[0]["Receipt"]
    lines = receipt.read_text().split("\n")
    lines[1] = lines[1][:60] + ("A" if lines[1][60] != "A" else "B") + lines[1][61:]
    receipt.write_text("\n".join(lines))
    assert run_verify("--policy", tmp_path / "policy.txt", receipt)[0] == 1


def test_handing_over_is_an_entry_with_the_reference_and_the_digest(looked):
    answer = handed(looked, record=looked.record)
    with looked.database.transaction() as tx:
        newest = newest_of_agency(tx, "havering", 5)
    (entry,) = (each for each in newest if each.event == "sharing:ledger:handed-over")
    assert entry.operation == "disclosure"
    assert entry.detail["reference"] == REFERENCE
    assert entry.detail["sha256"] == hashlib.sha256(answer.data).hexdigest()
    assert entry.detail["asked"] == ["record"]
    assert looked.record not in str(entry.detail)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reference": " "}, "Give the Commissioner’s reference"),
        ({"since": "yesterday"}, "Give a day, like 2026-11-28."),
        ({"record": "018f0000-0000-7000-8000-000000000000"}, "No entry fits what you chose."),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "The last day must not be before the first."),
    ],
)
def test_what_cannot_be_made_says_what_to_do_and_keeps_what_was_typed(looked, form, words):
    answer = handed(looked, **{"agreement": "HAV-CSP-01", **form})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="HAV-CSP-01"' in answer.text


def test_more_entries_than_a_file_holds_are_refused_and_not_cut(looked, monkeypatch):
    monkeypatch.setattr(commissioner, "MOST", 3)
    answer = handed(looked)
    assert "More than 3 entries fit" in answer.text


def test_too_much_to_look_through_is_refused(looked, monkeypatch):
    monkeypatch.setattr(commissioner, "_PAGES", 1)
    monkeypatch.setattr(finding, "MOST_OPENED", 1)
    monkeypatch.setattr(finding, "_CHUNK", 1)
    assert "too much to look through" in handed(looked, agreement="NEW-1").text


@pytest.mark.parametrize(
    "form", [{"record": "018f0000-0000-7000-8000-000000000000"}, {}], ids=["none", "many"]
)
def test_refusal_after_looking_is_a_look_at_the_ledger(looked, monkeypatch, form):
    monkeypatch.setattr(commissioner, "MOST", 3)
    browser = officer_of(looked)
    with looked.new_entries(DPO) as left:
        assert handed(looked, browser, **form).status_code == 422
    assert [entry["event"] for entry in left] == ["sharing:ledger:read"]


def test_entries_of_others_are_none(looked):
    newham = officer_of(looked, "yusra-malik")
    assert "No entry fits what you chose." in handed(looked, newham, record=looked.record).text


def test_who_does_not_answer_for_the_data_is_refused(looked):
    for user in (MEMBER, OPERATOR, OFFICER):
        assert officer_of(looked, user).get(PATH).status_code == 403


def test_proof_of_who_one_is_is_asked_for_again(looked):
    browser = officer_of(looked)
    token = browser.token(PATH)
    with clock.stopped(clock.now() + timedelta(minutes=6)):
        data = {"csrf_token": token, "reference": REFERENCE, "record": looked.record}
        answer = browser.client.post(PATH, data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401
    assert f'value="{REFERENCE}"' in answer.text


def test_page_of_the_ledger_leads_on_with_what_was_chosen(looked):
    browser = officer_of(looked)
    page = browser.get(f"/ledger?record={looked.record}").text
    assert f'{PATH}?record={looked.record}"' in page
    assert f'value="{looked.record}"' in browser.get(f"{PATH}?record={looked.record}").text
