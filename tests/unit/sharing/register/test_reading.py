"""Who learns of which version, how an agreement stands for them, and what they may do next."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import update

from foundation import clock
from foundation.errors import ConcordatError, Missing
from sharing.agreements import ending, lifecycle, signing, suspending, tables, withdrawing
from sharing.agreements.acts import Act
from sharing.agreements.policy import bump_epoch
from sharing.agreements.reviewing import record_review
from sharing.agreements.stages import Stage
from sharing.register.agreement import read_agreement
from sharing.register.changes import read_changes
from sharing.register.lines import list_agreements
from sharing.register.matrix import read_matrix
from sharing.register.version import read_exact_text, read_version
from tests.negotiating import COUNCIL, DRAFTER, POLICE, SHOPS, SIGNATORY, actor, clause, new_entries, person

STRANGER = "paul-winstanley"
MEMBER = "magda-kowalska"
OFFICER = "leanne-whitby"


def known(database, user, talks):
    """Whether the agreement is in somebody's list, and the versions that they read of it."""
    listed = talks.id in {line.id for line in list_agreements(database, actor(user))}
    try:
        versions = {each.number for each in read_agreement(database, actor(user), talks.id).versions}
    except Missing:
        versions = set()
    assert listed == bool(versions)
    return versions


def line(database, user, talks):
    return next(each for each in list_agreements(database, actor(user)) if each.id == talks.id)


def test_draft_is_known_to_its_drafters_agency_alone(database, talks):
    talks.draft()
    assert known(database, "dan-osei", talks) == {1}
    for user in (OFFICER, SIGNATORY[POLICE], MEMBER, STRANGER):
        assert known(database, user, talks) == set()
        for read in (read_version, read_exact_text):
            with pytest.raises(Missing):
                read(database, actor(user), talks.id, 1)


@pytest.mark.parametrize("stage", ["reviewed", "frozen"])
def test_what_is_negotiated_is_known_to_the_staff_of_its_parties(database, talks, stage):
    getattr(talks, stage)()
    assert known(database, OFFICER, talks) == {1}
    assert known(database, MEMBER, talks) == set()
    assert known(database, STRANGER, talks) == set()


def test_what_is_signed_is_known_to_members_too(database, talks):
    talks.concluded()
    assert known(database, MEMBER, talks) == {1}
    assert known(database, STRANGER, talks) == set()


def test_amendment_in_draft_changes_nothing_that_another_party_sees(database, talks):
    talks.concluded()
    before = read_agreement(database, actor(OFFICER), talks.id)
    talks.draft(2)
    assert read_agreement(database, actor(OFFICER), talks.id) == before


def test_party_that_an_amendment_names_first_learns_of_that_version_alone(database, talks):
    with_newham = [COUNCIL, POLICE, SHOPS, "newham"]
    talks.concluded()
    suspending.suspend(database, person(SIGNATORY[POLICE]), talks.id, reason="A breach.")
    talks.reviewed(2, parties=with_newham)
    page = read_agreement(database, actor(STRANGER), talks.id)
    assert [each.number for each in page.versions] == [2]
    assert (page.line.state, page.line.number, page.beside) == ("review", 0, ())
    with pytest.raises(Missing):
        read_version(database, actor(STRANGER), talks.id, 1)
    with pytest.raises(Missing):
        read_changes(database, actor(STRANGER), talks.id, 2, 1)
    assert read_matrix(database, actor(STRANGER), talks.id, 2, {}).against == 0


def test_party_that_a_version_names_no_more_is_told_that_and_nothing_since(database, talks):
    narrower = [clause(to=[POLICE])]
    talks.concluded().concluded(2, *narrower, parties=[COUNCIL, POLICE])
    suspending.suspend(database, person(SIGNATORY[POLICE]), talks.id, reason="A breach.")
    page = read_agreement(database, actor("priya-nair"), talks.id)
    assert (page.line.state, page.beside, page.acts) == ("left", (), ())
    assert [each.number for each in page.versions] == [1]


def test_how_an_agreement_stands_from_draft_to_end(database, talks):
    stands = lambda: line(database, DRAFTER, talks).state  # noqa: E731 - asked after every step
    talks.draft(from_at=clock.now() + timedelta(hours=1))
    assert stands() == "draft"
    lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 1, edition=1)
    assert stands() == "review"
    lifecycle.send_to_signing(database, actor(DRAFTER), talks.id, 1)
    talks.sign(COUNCIL)
    assert stands() == "signing"
    (pending,) = line(database, DRAFTER, talks).pending
    assert (pending.signed, pending.parties) == (1, 3)
    talks.sign(POLICE)
    talks.sign(SHOPS)
    assert stands() == "coming"
    with clock.stopped(clock.now() + timedelta(hours=2)):
        assert stands() == "active"
        suspending.suspend(database, person(SIGNATORY[SHOPS]), talks.id, reason="A breach.")
        assert stands() == "suspended"
        suspending.resume(database, person(SIGNATORY[SHOPS]), talks.id)
    with clock.stopped(talks.row()["until_at"]):
        assert stands() == "expired"
    with clock.stopped(clock.now() + timedelta(hours=3)):
        for party in (COUNCIL, POLICE, SHOPS):
            ending.agree_to_end(database, person(SIGNATORY[party]), talks.id, reason="Done.")
        assert stands() == "ended"


def test_next_day_is_of_the_review_then_of_the_end(database, talks):
    due = clock.today() + timedelta(days=20)
    talks.concluded(review_due=due)
    assert (line(database, OFFICER, talks).next_what, line(database, OFFICER, talks).next_day) == (
        "review",
        due,
    )
    later = clock.today() + timedelta(days=360)
    record_review(database, actor(DRAFTER), talks.id, findings="It holds.", next_due=later)
    assert line(database, OFFICER, talks).next_day == later
    assert read_agreement(database, actor(OFFICER), talks.id).review_due == later


def test_version_tells_who_drafted_commented_sent_back_and_signed(database, talks):
    talks.frozen()
    talks.sign(COUNCIL)
    lifecycle.comment(database, actor("priya-nair"), talks.id, 1, text="The street, please.", clause="1.1")
    lifecycle.send_back(database, person(SIGNATORY[POLICE]), talks.id, 1, reason="Too wide.")
    page = read_version(database, actor(DRAFTER), talks.id, 1)
    assert (page.drafted.name, page.drafted.agency) == ("Ruth Okafor", "Havering Council")
    assert [(said.clause, said.by.name, said.text) for said in page.comments] == [
        ("1.1", "Priya Nair", "The street, please.")
    ]
    assert [(step.stage, step.by.name, step.reason) for step in page.steps] == [
        (Stage.REVIEW, "Ruth Okafor", ""),
        (Stage.SIGNING, "Ruth Okafor", ""),
        (Stage.DRAFT, "Supt. Neil Garroway", "Too wide."),
    ]
    (signature,) = page.signatures
    assert signature.by.name == "Judith Prentice"
    assert signature.voided is not None


def test_exact_text_hashes_to_the_digest_that_was_signed_and_says_all_that_was_agreed(database, talks):
    talks.concluded(review_due=clock.today())
    text = read_exact_text(database, actor(OFFICER), talks.id, 1)
    assert sha256(text).hexdigest() == talks.row()["digest"]
    told = json.loads(text)
    assert set(told) == {
        "form", "agreement", "version", "title", "from", "until", "parties", "purposes", "clauses", "heads",
        "review_due",
    }  # fmt: skip
    assert told["clauses"] == talks.row()["clauses"]


@pytest.mark.parametrize(
    "change",
    [
        {"number": 7}, {"parties": [COUNCIL]}, {"purposes": ["reducing-robbery"]},
        {"heads": {"purpose": "."}}, {"clauses": [clause(retention_days=1)]}, {"review_due": clock.today()},
        {"from_at": clock.now()}, {"until_at": clock.now()}, {"agreement_id": "T-OTHER"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_digest_changes_with_everything_that_was_agreed(database, talks, change):
    from sharing.agreements.digest import digest_of

    row = talks.draft().row()
    assert digest_of("Robbery at night", row) != digest_of("Robbery at night", {**row, **change})
    assert digest_of("Robbery at night", row) != digest_of("Robbery by day", row)
    moved = {**row, "stage": Stage.REVIEW, "edition": 9, "drafted_by": None}
    assert digest_of("Robbery at night", row) == digest_of("Robbery at night", moved)


def test_changed_text_is_said_to_be_changed(database, talks):
    talks.concluded()
    assert read_version(database, actor(OFFICER), talks.id, 1).intact
    version = tables.agreement_version
    with database.transaction() as tx:
        tx.execute(
            update(version).where(version.c.agreement_id == talks.id).values(clauses=[clause(to=[SHOPS])])
        )
        bump_epoch(tx)
    assert not read_version(database, actor(OFFICER), talks.id, 1).intact
    assert line(database, OFFICER, talks).state == "changed"


def test_changes_are_told_clause_by_clause(database, talks):
    talks.concluded(1, clause(), clause("1.2", fields=["place"]))
    talks.reviewed(
        2, clause(treatment="generalise", retention_days=92), clause("1.3", fields=["narrative"]), heads={}
    )
    found = read_changes(database, actor(OFFICER), talks.id, 2, 1)
    changed, added, removed = found.clauses
    assert (changed.id, changed.change) == ("1.1", "changed")
    assert changed.parts == (("What leaves", "disclose", "generalise"), ("Days kept", "", "92"))
    assert (added.id, added.change, removed.id, removed.change) == ("1.3", "added", "1.2", "removed")
    assert found.frame == (("Purpose", "Fewer robberies.", ""),)
    assert found.same == 0


def test_matrix_says_what_each_recipient_is_promised_and_what_changed(database, talks):
    talks.concluded()
    talks.reviewed(2, clause(), clause("1.2", fields=["address"]))
    matrix = read_matrix(database, actor(OFFICER), talks.id, 2, {"type": "sighting", "about": "victim"})
    assert matrix.recipients == ("Met East Area", "Romford BCRP")
    assert matrix.against == 1
    cells = {name: row for row in matrix.lines for name in row.fields.split(", ")}
    assert [(cell.treatment, cell.clause, cell.was) for cell in cells["address"].cells] == [
        ("disclose", "1.2", "withhold")
    ] * 2
    assert [cell.treatment for cell in cells["given name"].cells] == ["absent", "floor"]


def promised(database, talks, **case):
    """What the shops are promised in a case, by the field."""
    matrix = read_matrix(database, actor(OFFICER), talks.id, 1, case)
    place = matrix.recipients.index("Romford BCRP")
    return {name: row.cells[place].treatment for row in matrix.lines for name in row.fields.split(", ")}


def test_matrix_calls_a_floor_what_no_clause_alone_can_show_and_nothing_else(database, talks):
    talks.concluded(1, clause(records=["incident", "vehicle", "subject"], fields=["event", "features"]))
    child = promised(database, talks, type="incident", about="suspect-child")
    assert (child["family name"], child["build"], child["status"]) == ("floor", "absent", "withhold")
    kept = promised(database, talks, type="vehicle", about="victim")
    assert (kept["registration"], kept["status"], kept["features"]) == ("floor", "withhold", "disclose")
    page = promised(database, talks, type="subject", about="victim")
    assert (page["family name"], page["status"]) == ("floor", "withhold")


def test_matrix_of_a_draft_that_cannot_be_decided_by_is_none(database, talks):
    talks.draft(1, {"id": "1"})
    assert read_matrix(database, actor(DRAFTER), talks.id, 1, {}) is None
    assert read_version(database, actor(DRAFTER), talks.id, 1).clauses[0].id == "1"


def test_reading_leaves_one_entry_with_the_versions_that_were_shown(database, talks):
    talks.concluded().reviewed(2)
    with new_entries(database) as entries:
        read_agreement(database, actor(OFFICER), talks.id)
        read_version(database, actor(OFFICER), talks.id, 2)
    assert [(entry["event"], entry["detail"]["versions"]) for entry in entries] == [
        ("sharing:agreement:read", [1, 2]), ("sharing:agreement:read", [2]),
    ]  # fmt: skip


VERSION_ACTS = {
    Act.COMMENT: lambda db, who, talks: lifecycle.comment(db, who, talks.id, 1, text="So."),
    Act.TO_REVIEW: lambda db, who, talks: lifecycle.send_to_review(db, who, talks.id, 1, edition=1),
    Act.TO_SIGNING: lambda db, who, talks: lifecycle.send_to_signing(db, who, talks.id, 1),
    Act.BACK: lambda db, who, talks: lifecycle.send_back(db, who, talks.id, 1, reason="No."),
    Act.SIGN: lambda db, who, talks: signing.sign(db, who, talks.id, 1, digest=talks.row()["digest"] or ""),
}


@pytest.mark.parametrize("stage", ["draft", "reviewed", "frozen", "concluded"])
@pytest.mark.parametrize("user", [DRAFTER, SIGNATORY[COUNCIL], SIGNATORY[POLICE], "dan-osei"])
def test_what_the_page_offers_is_what_can_be_done(database, talks, stage, user):
    getattr(talks, stage)()
    try:
        offered = set(read_version(database, actor(user), talks.id, 1).acts)
    except Missing:
        offered = set()
    from tests.negotiating import Talks

    for act, do in VERSION_ACTS.items():
        fresh = getattr(Talks(database), stage)()
        try:
            do(database, person(user), fresh)
            done = True
        except ConcordatError:
            done = False
        assert done == (act in offered), act


AGREEMENT_ACTS = {
    Act.SUSPEND: lambda db, who, name: suspending.suspend(db, who, name, reason="A breach."),
    Act.RESUME: suspending.resume,
    Act.WITHDRAW: lambda db, who, name: withdrawing.withdraw(db, who, name, reason="Leaving."),
    Act.REJOIN: withdrawing.rejoin,
    Act.END: lambda db, who, name: ending.agree_to_end(db, who, name, reason="Done."),
    Act.KEEP: ending.take_back_end,
}


@pytest.mark.parametrize("before", [None, Act.SUSPEND, Act.WITHDRAW, Act.END])
def test_what_the_agreements_page_offers_is_what_can_be_done(database, before):
    from tests.negotiating import Talks

    who = SIGNATORY[POLICE]
    for act, do in AGREEMENT_ACTS.items():
        fresh = Talks(database).concluded()
        if before:
            AGREEMENT_ACTS[before](database, person(who), fresh.id)
        offered = read_agreement(database, actor(who), fresh.id).acts
        try:
            do(database, person(who), fresh.id)
            done = True
        except ConcordatError:
            done = False
        assert done == (act in offered), act
