"""A version on its way: who moves it from where, what freezes it, and what is left in the ledger."""

import pytest
from sqlalchemy import update

from foundation.errors import Conflict, Denied, Invalid, Missing
from sharing.agreements import lifecycle, tables
from sharing.agreements.digest import digest_of
from sharing.agreements.stages import Stage
from tests.negotiating import COUNCIL, DRAFTER, PARTIES, POLICE, SHOPS, SIGNATORY, actor, clause, new_entries

NEIGHBOUR = "paul-winstanley"  # a signatory of an agency that no version names
MEMBER = "magda-kowalska"


def test_drafter_sends_to_review_and_every_party_is_told(database, talks):
    talks.draft()
    with new_entries(database) as entries:
        lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 1, edition=1)
    row = talks.row()
    assert row["stage"] == Stage.REVIEW
    assert row["digest"] is None
    (entry,) = entries
    assert entry["event"] == "sharing:agreement:sent-to-review"
    assert entry["agencies"] == sorted(PARTIES)
    assert entry["detail"]["version"] == 1
    assert entry["detail"]["digest"] == digest_of("Robbery at night", row)


def test_draft_is_its_drafters_agencys_alone(database, talks):
    talks.draft()
    for user in (SIGNATORY[POLICE], NEIGHBOUR):
        with pytest.raises(Missing):
            lifecycle.send_to_review(database, actor(user), talks.id, 1, edition=1)


def test_draft_that_somebody_changed_is_not_sent(database, talks):
    talks.draft(edition=2)
    with new_entries(database) as entries, pytest.raises(Conflict, match="changed this draft"):
        lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 1, edition=1)
    assert talks.row()["stage"] == Stage.DRAFT
    (entry,) = entries
    assert (entry["event"], entry["detail"]["act"]) == ("sharing:agreement:refused", "review")


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        ({"clauses": []}, "clauses", "empty never means all"),
        ({"clauses": [clause(fields=[])]}, "clause 1.1", "empty never means all"),
        ({"clauses": [clause(), clause()]}, "clause 1.1", "another clause with this id"),
        ({"clauses": [clause(purposes=["profit"])]}, "clause 1.1", "purposes has no profit"),
        ({"parties": []}, "parties", "empty never means all"),
        ({"parties": [COUNCIL, "nobody"]}, "parties", "No such agency: nobody"),
    ],
)
def test_draft_that_could_not_be_decided_by_is_not_sent(database, talks, change, place, said):
    talks.draft(**change)
    with pytest.raises(Invalid) as problem:
        lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 1, edition=1)
    assert said in problem.value.problems[place]
    assert talks.row()["stage"] == Stage.DRAFT


def test_going_to_signing_freezes_the_text(database, talks):
    talks.reviewed()
    with new_entries(database) as entries:
        digest = lifecycle.send_to_signing(database, actor(DRAFTER), talks.id, 1)
    row = talks.row()
    assert (row["stage"], row["digest"]) == (Stage.SIGNING, digest)
    assert digest == digest_of("Robbery at night", row)
    assert entries[0]["detail"]["digest"] == digest


def test_only_the_drafters_agency_sends_to_signing(database, talks):
    talks.reviewed()
    with new_entries(database) as entries, pytest.raises(Denied):
        lifecycle.send_to_signing(database, actor(SIGNATORY[POLICE]), talks.id, 1)
    assert entries[0]["detail"]["why"] == "Denied"
    assert talks.row()["stage"] == Stage.REVIEW


def test_draft_cannot_be_signed_without_review(database, talks):
    talks.draft()
    with pytest.raises(Conflict):
        lifecycle.send_to_signing(database, actor(DRAFTER), talks.id, 1)


def test_version_that_a_newer_one_overtook_goes_no_further(database, talks):
    talks.reviewed(2).concluded(3)
    with pytest.raises(Conflict, match="Version 3 has been signed"):
        lifecycle.send_to_signing(database, actor(DRAFTER), talks.id, 2)


def test_parties_comment_on_a_clause_and_the_entry_holds_no_word_of_it(database, talks):
    talks.reviewed()
    with new_entries(database) as entries:
        lifecycle.comment(database, actor("priya-nair"), talks.id, 1, text="Say street.", clause="1.1")
    (said,) = talks.rows(tables.comment)
    assert (said["clause"], said["text"], said["agency_id"]) == ("1.1", "Say street.", SHOPS)
    assert entries[0]["detail"]["length"] == len("Say street.")
    assert "street" not in str(entries[0])


@pytest.mark.parametrize(
    ("given", "field"), [({"text": " "}, "text"), ({"text": "x" * 2001}, "text"), ({"clause": "9"}, "clause")]
)
def test_comment_without_text_or_on_no_clause_is_not_taken(database, talks, given, field):
    talks.reviewed()
    with pytest.raises(Invalid) as problem:
        lifecycle.comment(database, actor(DRAFTER), talks.id, 1, **{"text": "So.", **given})
    assert set(problem.value.problems) == {field}


def test_strangers_members_and_roles_that_do_not_draft_say_nothing(database, talks):
    talks.reviewed()
    with pytest.raises(Missing):
        lifecycle.comment(database, actor(NEIGHBOUR), talks.id, 1, text="Let us in.")
    for user in (MEMBER, "dan-osei"):
        with pytest.raises(Denied):
            lifecycle.comment(database, actor(user), talks.id, 1, text="Well.")


def test_party_sends_back_and_signatures_are_void_but_kept(database, talks):
    talks.frozen()
    talks.sign(COUNCIL)
    with new_entries(database) as entries:
        lifecycle.send_back(database, actor(SIGNATORY[POLICE]), talks.id, 1, reason="Clause 1.1 is too wide.")
    row = talks.row()
    assert (row["stage"], row["digest"]) == (Stage.DRAFT, None)
    (signature,) = talks.rows(tables.signature)
    assert signature["voided"] is not None
    (entry,) = entries
    assert (entry["event"], entry["detail"]["voided"]) == ("sharing:agreement:sent-back", [COUNCIL])
    assert entry["agencies"] == sorted(PARTIES)
    assert [step["reason"] for step in talks.rows(tables.version_step) if step["reason"]] == [
        "Clause 1.1 is too wide."
    ]


def test_void_signature_does_not_count_when_the_same_text_comes_again(database, talks):
    talks.frozen()
    talks.sign(COUNCIL)
    lifecycle.send_back(database, actor(DRAFTER), talks.id, 1, reason="Wait.")
    lifecycle.send_to_review(database, actor(DRAFTER), talks.id, 1, edition=1)
    lifecycle.send_to_signing(database, actor(DRAFTER), talks.id, 1)
    assert talks.sign(POLICE) is None
    assert talks.sign(SHOPS) is None
    assert talks.row()["stage"] == Stage.SIGNING
    assert talks.sign(COUNCIL) is not None


def test_sending_back_needs_a_reason_and_something_to_send_back(database, talks):
    talks.reviewed()
    with pytest.raises(Invalid):
        lifecycle.send_back(database, actor(SIGNATORY[POLICE]), talks.id, 1, reason="")
    lifecycle.send_back(database, actor(SIGNATORY[POLICE]), talks.id, 1, reason="No.")
    with pytest.raises(Missing):
        lifecycle.send_back(database, actor(SIGNATORY[POLICE]), talks.id, 1, reason="No.")
    with pytest.raises(Conflict):
        lifecycle.send_back(database, actor(DRAFTER), talks.id, 1, reason="No.")


def test_signed_version_takes_no_more_comments_and_goes_nowhere(database, talks):
    talks.concluded()
    with pytest.raises(Conflict):
        lifecycle.comment(database, actor(DRAFTER), talks.id, 1, text="Late.")
    with pytest.raises(Conflict):
        lifecycle.send_back(database, actor(DRAFTER), talks.id, 1, reason="Late.")


def test_draft_with_unreadable_clauses_takes_nothing_from_anybody(database, talks):
    talks.concluded()
    record = talks.sighting()
    talks.draft(2, {"id": "1"})
    with database.transaction() as tx:
        tx.execute(update(tables.policy_epoch).values(epoch=tables.policy_epoch.c.epoch + 1))
    assert "seen" in talks.seen(record)
