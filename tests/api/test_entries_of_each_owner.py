"""A look at records of several owners: each owner's download tells of its own records and of no others'."""

import json

import pytest

from foundation.ledger.sequencer import sequence
from sharing.exports import making
from sharing.inserts import link_records
from tests.api.doors import DPO, MANAGER, OFFICER, OPERATOR, TRANSPORT_OFFICER, Door, incident, to
from tests.jobs import do_jobs
from tests.leaks.planted_in_files import one_view_for_all_owners
from tests.partnership import actor
from tests.portal import Browser

#: An owner of each record, and who answers for it. The reader is the council's, and so is `DPO`.
OWNERS = {OFFICER: "miriam-stokes", TRANSPORT_OFFICER: "noor-haddad"}
AGENCY = {OFFICER: "metropolitan-east-area", TRANSPORT_OFFICER: "british-transport-police"}
READ = '"event":"sharing:record:read"'


@pytest.fixture
def two(each_sharing: Door) -> dict[str, str]:
    """An incident of each owner that the council sees, by who sent it in."""
    return {
        user: each_sharing.made("incidents", user, incident(to("havering", "romford-bcrp"), ward="Larkspur"))
        for user in OWNERS
    }


def listed(door: Door, *_) -> None:
    assert len(door.get("incidents?ward=Larkspur", OPERATOR).json["records"]) >= 2


def found(door: Door, *_) -> None:
    assert len(door.get("search?q=larkspur", OPERATOR).json["records"]) >= 2


def linked(door: Door, two: dict[str, str]) -> None:
    """One record, with what is linked to it."""
    with door.database.transaction() as tx:
        link_records(tx, actor(OFFICER), two[OFFICER], two[TRANSPORT_OFFICER])
    assert len(door.get(f"incidents/{two[OFFICER]}", OPERATOR).json["things"]) == 1


def taken(door: Door, *_) -> None:
    """A file of a list, made and fetched."""
    asked = door.post("exports?ward=Larkspur", MANAGER, {"type": "incident", "format": "csv"}).json["id"]
    do_jobs(door.app)
    assert door.get(f"exports/{asked}/file", MANAGER).status_code == 200


def downloaded(door: Door, user: str) -> str:
    """All that concerns this person's agency, as the web gives it."""
    with door.app.app_context():
        from portal.gate import context

        while sequence(door.database, context.settings().data_dir):
            pass
    browser = Browser(door.app)
    browser.sign_in_as(user)
    answer = browser.get("/ledger/own", follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


LOOKS = {"list": listed, "search": found, "record": linked, "file": taken}


@pytest.mark.parametrize("look", LOOKS)
def test_download_of_an_owner_holds_no_byte_of_another_owners_records(each_sharing, two, look):
    LOOKS[look](each_sharing, two)
    for owner, officer in OWNERS.items():
        text = downloaded(each_sharing, officer)
        assert two[owner] in text
        assert [other for other in two.values() if other != two[owner] and other in text] == []


def test_download_of_the_readers_agency_holds_all_of_them(each_sharing, two):
    listed(each_sharing)
    text = downloaded(each_sharing, DPO)
    assert all(each in text for each in two.values())


def test_list_leaves_one_entry_of_which_each_owner_reads_its_own(each_sharing, two):
    own = each_sharing.made("incidents", "anil-mehta", incident(ward="Larkspur"))
    with each_sharing.new_entries(OPERATOR) as entries:
        listed(each_sharing)
    (whole,) = entries
    assert whole["agencies"] == sorted(["havering", *AGENCY.values()])
    assert {own, *two.values()} <= {*whole["records"]}
    assert len(whole["detail"]["shown"]["records"]) == len(whole["records"])
    for user, agency in AGENCY.items():
        entry = each_sharing.entries(agency)[-1]
        assert (entry["id"], entry["at"]) == (whole["id"], whole["at"])
        assert entry["agencies"] == sorted(["havering", agency])
        assert two[user] in entry["records"]
        assert not {own, *two.values()} - {two[user]} & {*entry["records"]}
        assert len(entry["detail"]["shown"]["records"]) == len(entry["records"])


def test_owner_learns_the_same_whether_or_not_another_owners_record_was_shown(each_sharing, two):
    """Alone, or with what is linked to it: what the owner takes home has the same form and length."""

    def shape() -> tuple[int, int, list[str]]:
        entries = [line for line in downloaded(each_sharing, OWNERS[OFFICER]).splitlines() if READ in line]
        _, _, opening, detail = entries[-1].split(" ", 3)
        return len(opening), len(detail), sorted(json.loads(detail))

    each_sharing.get(f"incidents/{two[OFFICER]}", OPERATOR)
    alone = shape()
    linked(each_sharing, two)
    assert shape() == alone


def test_list_that_shows_nothing_leaves_one_entry(each_sharing):
    with each_sharing.new_entries(OPERATOR) as entries:
        assert each_sharing.get("incidents?ward=Nowhere", OPERATOR).json["records"] == []
    (entry,) = entries
    assert (entry["agencies"], entry["records"]) == (["havering"], [])
    assert entry["detail"]["shown"] == {"forms": [], "records": []}


def test_owners_of_a_stopped_file_are_told_of_their_own_records_alone(each_sharing, two, monkeypatch):
    write = making.list_file
    monkeypatch.setattr(
        making,
        "list_file",
        lambda sheets, stamp: write(sheets, stamp).replace(b"Robbery", b"Robbery Quillfeather"),
    )
    with each_sharing.new_entries(MANAGER) as entries:
        each_sharing.post("exports?ward=Larkspur", MANAGER, {"type": "incident", "format": "csv"})
        do_jobs(each_sharing.app)
    stopped = [each for each in entries if each["event"] == "sharing:export:stopped"]
    assert sorted(each["agencies"] for each in stopped) == sorted(
        sorted(["romford-bcrp", agency]) for agency in AGENCY.values()
    )
    for user, agency in AGENCY.items():
        (entry,) = [each for each in stopped if agency in each["agencies"]]
        assert two[user] in entry["records"]
        assert not {*two.values()} - {two[user]} & {*entry["records"]}


@pytest.mark.parametrize("look", ["list", "search", "record", "file"])
def test_records_of_others_planted_in_an_entry_are_found(each_sharing, two, look):
    with one_view_for_all_owners():
        LOOKS[look](each_sharing, two)
        text = downloaded(each_sharing, OWNERS[OFFICER])
    assert two[TRANSPORT_OFFICER] in text
