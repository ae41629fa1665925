"""What partners take home from the ledger: the same bytes at both doors, one entry for what is theirs."""

import hashlib
from pathlib import Path

import pytest

from foundation.ledger.sequencer import sequence
from foundation.ledger.verifier import verify, witness
from sharing import publishing
from tests.api.doors import DPO, MEMBER, OFFICER, OPERATOR, Door, problem, sighting, to
from tests.portal import Browser
from tests.verifying import run_verify

POLICE_DPO = "miriam-stokes"
NEWHAM_DPO = "yusra-malik"


@pytest.fixture
def signed(each_sharing: Door) -> Door:
    """A door behind which a sighting was released and read, and everything is signed."""
    door = each_sharing
    record = door.made("sightings", OPERATOR, sighting(to("metropolitan-east-area")))
    door.record = record
    door.get(f"sightings/{record}", OFFICER)
    for user in (DPO, POLICE_DPO, NEWHAM_DPO, MEMBER):
        door.get("agencies", user)  # the first use of a key leaves an entry of its own
    with door.app.app_context():
        from portal.gate import context

        door.data_dir = context.settings().data_dir
    sign(door)
    return door


def sign(door: Door) -> None:
    while sequence(door.database, door.data_dir):
        pass


def own(door: Door, user: str = DPO, after: int = 0, size: int = 0, **more):
    return door.get(f"ledger/own/{after}/{size}", user, purpose=None, **more)


def checked(door: Door, folder: Path, *files: bytes, user: str = DPO) -> tuple[int, str]:
    """verify.py over files as this person has downloaded them."""
    (folder / "policy.txt").write_bytes(door.get("ledger/policy", user, purpose=None).data)
    names = []
    for number, raw in enumerate(files):
        names.append(folder / str(number))
        names[-1].write_bytes(raw)
    return run_verify("--policy", folder / "policy.txt", *names)


def test_each_agency_downloads_its_own_entries_and_they_check_out(signed, tmp_path):
    for user in (DPO, POLICE_DPO):
        answer = own(signed, user)
        assert answer.status_code == 200
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        code, words = checked(signed, tmp_path, answer.data, user=user)
        assert (code, words[:5]) == (0, "good:")
        assert signed.record in answer.text  # the council's own, which the police has read
    theirs = own(signed, NEWHAM_DPO)
    assert checked(signed, tmp_path, theirs.data, user=NEWHAM_DPO)[0] == 0
    assert signed.record not in theirs.text


def test_each_download_leaves_one_entry_that_says_how_much_left(signed, tmp_path):
    with signed.new_entries(DPO) as left:
        answer = own(signed)
    assert [(each["event"], each["agencies"]) for each in left] == [
        ("sharing:ledger:downloaded", ["havering"])
    ]
    told = left[0]["detail"]
    assert told["entries"] == int(checked(signed, tmp_path, answer.data)[1].split()[1].replace(",", ""))


def test_download_that_broke_off_goes_on_with_the_same_bytes(signed):
    size = own(signed).headers["Content-Disposition"].partition("havering-")[2].partition(".")[0]
    whole = own(signed, size=size)
    tag = whole.headers["ETag"]
    half = len(whole.data) // 2
    rest = own(signed, size=size, headers={"Range": f"bytes={half}-", "If-Range": tag})
    assert (rest.status_code, rest.data) == (206, whole.data[half:])
    assert rest.headers["Content-Range"] == f"bytes {half}-{len(whole.data) - 1}/{len(whole.data)}"
    other = own(signed, size=size, headers={"Range": f"bytes={half}-", "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, whole.data)


def test_later_download_goes_on_from_an_earlier_one(signed, tmp_path):
    first = own(signed)
    size = first.headers["Content-Disposition"].partition("havering-")[2].partition(".")[0]
    sign(signed)  # the first download is an entry by now
    second = own(signed, after=size)
    code, words = checked(signed, tmp_path, first.data, second.data)
    assert (code, words.count("good:")) == (0, 2)
    assert "sharing:ledger:downloaded" in second.text
    assert second.data.count(b"\nentry ") < first.data.count(b"\nentry ")


def test_parts_are_signed_one_after_the_other_and_check_out_together(signed, tmp_path, monkeypatch):
    sizes = [each["size"] for each in signed.get("ledger/parts", DPO).json["parts"]]
    for _ in range(3):
        signed.get("agreements", DPO)
        sign(signed)
    monkeypatch.setattr(publishing.read_parts, "__defaults__", (0, 2))
    with signed.new_entries(DPO) as left:
        parts = signed.get("ledger/parts", DPO).json["parts"]
    assert left == []  # nothing of anybody was shown
    assert len(parts) > len(sizes) == 1
    assert [each["after"] for each in parts] == [0, *(each["size"] for each in parts[:-1])]
    files = [own(signed, after=each["after"], size=each["size"]).data for each in parts]
    code, words = checked(signed, tmp_path, *files)
    assert (code, words.count("good:")) == (0, len(parts))
    last = parts[-1]["size"]
    assert signed.get(f"ledger/parts?after={last}", DPO).json["parts"] == []
    since = signed.get(f"ledger/parts?after={parts[0]['size']}", DPO).json["parts"]
    assert (since[0]["after"], since[-1]["size"]) == (parts[0]["size"], last)
    assert problem(signed.get("ledger/parts?after=99999", DPO)) == (422, "invalid")
    assert problem(signed.get("ledger/parts?after=x", DPO)) == (422, "invalid")


def test_page_of_parts_leads_to_each_and_to_the_program(signed):
    browser = browser_of(signed, DPO)
    page = browser.get("/ledger/parts")
    (part,) = signed.get("ledger/parts", DPO).json["parts"]
    assert f"/ledger/own/0/{part['size']}" in page.text
    assert "Part 1 of 1" in page.text
    program = browser.get("/ledger/fetch.py").data
    assert hashlib.sha256(program).hexdigest() in page.text
    wrong = browser.get("/ledger/parts?after=12345678")
    assert wrong.status_code == 422
    assert "No bundle of this ledger has this number" in wrong.text
    assert 'value="12345678"' in wrong.text


@pytest.mark.parametrize("path", ["own/0/3", "own/3/0", "own/0/99999999", "own/99999999/0"])
def test_sizes_that_were_never_signed_are_not_there(signed, path):
    assert problem(signed.get(f"ledger/{path}", DPO)) == (404, "missing")


def browser_of(door: Door, user: str) -> Browser:
    browser = Browser(door.app)
    browser.sign_in_as(user)
    return browser


def test_public_part_is_the_same_for_every_agency_at_both_doors_and_never_changes(signed):
    paths = ["checkpoint", "tile/0/000.p/2", "tile/entries/000.p/2", "logs/1/tile/0/000.p/2"]
    for path in paths:
        answers = [signed.get(f"ledger/{path}", user, purpose=None) for user in (DPO, POLICE_DPO)]
        answers.append(browser_of(signed, NEWHAM_DPO).get(f"/ledger/{path}"))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.data for answer in answers}) == 1
        kept = "no-store" if path == "checkpoint" else "private, max-age=31536000, immutable"
        assert {answer.headers["Cache-Control"] for answer in answers} == {kept}
    assert len(answers[0].data) == 64


def test_reading_the_public_part_does_not_make_the_log_grow(signed):
    with signed.new_entries(DPO) as left:
        for path in ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "policy", "keys", "standing"):
            assert signed.get(f"ledger/{path}", DPO).status_code == 200
    assert left == []


@pytest.mark.parametrize(
    "path",
    ["tile/0/001", "tile/1/000.p/1", "tile/64/000", "tile/0/000.p/256", "tile/0/x", "tile/entries/000",
     "logs/2/checkpoint", "logs/2/tile/0/000", "entries/6f1c0b0e-8d0f-4b8e-9b69-2b3a9a1f0c11/receipt"],
)  # fmt: skip
def test_what_the_log_does_not_have_is_missing_and_never_kept(signed, path):
    answer = signed.get(f"ledger/{path}", DPO)
    assert problem(answer) == (404, "missing")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000.p/1", "own/0/0", "policy", "standing"])
def test_only_who_answers_for_an_agency_reads_its_ledger(signed, path):
    assert problem(signed.get(f"ledger/{path}", OFFICER)) == (403, "denied")
    assert problem(signed.get(f"ledger/{path}", MEMBER)) == (403, "denied")
    assert problem(signed.get(f"ledger/{path}", None)) == (401, "unauthenticated")


def read_entry(door: Door) -> str:
    """The event id of the police's look at the council's record."""
    entries = door.get("ledger/entries", DPO).json["entries"]
    return next(each["id"] for each in entries if each["event"] == "sharing:record:read")


def test_receipt_of_an_entry_verifies_for_each_agency_that_it_names_and_for_no_other(signed, tmp_path):
    entry = read_entry(signed)
    for user in (DPO, POLICE_DPO):
        with signed.new_entries(user) as left:
            answer = signed.get(f"ledger/entries/{entry}/receipt", user)
        assert [(each["event"], each["detail"]["of"]) for each in left] == [
            ("sharing:ledger:receipt-taken", entry)
        ]
        code, words = checked(signed, tmp_path, answer.data, user=user)
        assert code == 0
        assert entry in words
    with signed.new_entries(NEWHAM_DPO) as left:
        refused = signed.get(f"ledger/entries/{entry}/receipt", NEWHAM_DPO)
    assert problem(refused) == (404, "missing")
    assert left == []


def test_receipt_waits_for_the_signature(signed):
    signed.get("agreements", DPO)
    waiting = signed.entries()[-1]
    assert waiting["agency"] == "havering"
    assert problem(signed.get(f"ledger/entries/{waiting['id']}/receipt", DPO)) == (409, "conflict")
    assert problem(signed.get(f"ledger/entries/{waiting['id']}/receipt", POLICE_DPO)) == (404, "missing")
    sign(signed)
    assert signed.get(f"ledger/entries/{waiting['id']}/receipt", DPO).status_code == 200


def test_page_gives_the_programs_with_their_fingerprints_and_the_download(signed, tmp_path):
    browser = browser_of(signed, DPO)
    page = browser.get("/ledger").text
    for program in (verify, witness):
        path = Path(program.__file__)
        assert browser.get(f"/ledger/{path.name}").data == path.read_bytes()
    assert hashlib.sha256(Path(verify.__file__).read_bytes()).hexdigest() in page
    sign(signed)
    answer = browser.get("/ledger/own", follow_redirects=True)
    assert checked(signed, tmp_path, answer.data)[0] == 0
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="havering-')
    entry = read_entry(signed)
    assert f"/ledger/entries/{entry}/receipt" in page
    assert browser.get(f"/ledger/entries/{entry}/receipt").status_code == 200
    assert browser.get("/ledger/keys.txt").data == b""
    assert browser.get("/ledger/policy.txt").text.startswith("log concordat/ledger/")


def test_page_before_anything_is_signed_says_so(sharing):
    browser = browser_of(sharing, DPO)
    assert "Nothing is signed yet" in browser.get("/ledger").text
    assert browser.get("/ledger/own").status_code == 409
    assert problem(sharing.get("ledger/checkpoint", DPO)) == (404, "missing")
