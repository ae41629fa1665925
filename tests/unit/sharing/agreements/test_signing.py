"""Signatures bind the exact text; the last one puts a version in force, from then on and not before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Missing
from sharing.agreements import tables
from sharing.agreements.policy import epoch_of
from sharing.agreements.signing import sign
from sharing.agreements.stages import Stage
from tests.negotiating import (
    COUNCIL,
    DRAFTER,
    PARTIES,
    POLICE,
    SHOPS,
    SIGNATORY,
    Talks,
    actor,
    at_once,
    clause,
    entries_of,
    new_entries,
    person,
)


def epoch(database):
    with database.transaction() as tx:
        return epoch_of(tx)


def test_last_signature_puts_the_version_in_force_in_its_own_transaction(database, talks):
    talks.frozen()
    before = epoch(database)
    assert talks.sign(COUNCIL) is None
    assert talks.sign(POLICE) is None
    assert (talks.row()["stage"], epoch(database)) == (Stage.SIGNING, before)
    with new_entries(database) as entries:
        begins = talks.sign(SHOPS)
    row = talks.row()
    assert (row["stage"], row["begins_at"]) == (Stage.SIGNED, begins)
    assert epoch(database) == before + 1
    signed, concluded = entries
    assert (signed["event"], signed["detail"]["missing"]) == ("sharing:agreement:signed", [])
    assert concluded["event"] == "sharing:agreement:concluded"
    assert concluded["detail"]["epoch"] == before + 1
    assert {entry["detail"]["digest"] for entry in entries} == {row["digest"]}
    assert signed["agencies"] == concluded["agencies"] == sorted(PARTIES)


def test_signature_keeps_role_digest_and_when_the_factor_was_proven(database, talks):
    talks.frozen()
    who = person(SIGNATORY[POLICE])
    sign(database, who, talks.id, 1, digest=talks.row()["digest"])
    (kept,) = talks.rows(tables.signature)
    assert (kept["role"], kept["agency_id"], kept["user_id"]) == ("signatory", POLICE, SIGNATORY[POLICE])
    assert (kept["digest"], kept["factor_at"]) == (talks.row()["digest"], who.factor_at)


def test_what_was_signed_opens_at_the_next_read_of_another_agency(database, talks):
    talks.concluded()
    record = talks.sighting()
    assert "seen" in talks.seen(record)
    assert "address" not in talks.seen(record)
    talks.frozen(2, clause(), clause("1.2", fields=["place"]))
    for party in (COUNCIL, POLICE):
        talks.sign(party, 2)
        later = talks.sighting()
        assert "address" not in talks.seen(later), "the old version holds until all have signed"
    talks.sign(SHOPS, 2)
    assert talks.seen(talks.sighting())["address"] == "12 South Street, Romford"


def test_version_never_begins_before_its_last_signature(database, talks):
    moment = clock.now()
    talks.concluded(from_at=moment - timedelta(days=30))
    assert talks.row()["begins_at"] > moment
    assert talks.row()["from_at"] == moment - timedelta(days=30), "what was agreed stays as it was signed"


def test_version_signed_ahead_of_its_beginning_opens_only_then(database, talks):
    begins = clock.now() + timedelta(days=2)
    talks.concluded().concluded(2, clause(), clause("1.2", fields=["place"]), from_at=begins)
    with clock.stopped(begins - timedelta(seconds=1)):
        record = talks.sighting()
        assert "address" not in talks.seen(record)
    with clock.stopped(begins + timedelta(hours=1)):
        assert "address" in talks.seen(talks.sighting())


def test_signature_needs_a_factor_of_the_last_five_minutes(database, talks):
    talks.frozen()
    digest = talks.row()["digest"]
    old = replace(person(SIGNATORY[POLICE]), factor_at=clock.now() - timedelta(minutes=5))
    with pytest.raises(FactorRequired):
        sign(database, old, talks.id, 1, digest=digest)
    with new_entries(database) as entries, pytest.raises(Denied, match="A key cannot do this"):
        sign(database, actor(SIGNATORY[POLICE]), talks.id, 1, digest=digest)
    assert (entries[0]["event"], entries[0]["detail"]["why"]) == ("sharing:agreement:refused", "Denied")
    assert talks.rows(tables.signature) == []


def test_only_a_signatory_signs(database, talks):
    talks.frozen()
    for user in (DRAFTER, "dan-osei", "magda-kowalska"):
        with pytest.raises(Denied, match="Your role"):
            sign(database, person(user), talks.id, 1, digest=talks.row()["digest"])


def test_signatory_of_an_agency_that_is_not_named_finds_nothing(database, talks):
    talks.frozen()
    with pytest.raises(Missing):
        sign(database, person("paul-winstanley"), talks.id, 1, digest=talks.row()["digest"])


def test_other_text_than_was_shown_is_not_signed(database, talks):
    talks.frozen()
    with new_entries(database) as entries, pytest.raises(Conflict, match="not the text that you were shown"):
        talks.sign(POLICE, digest="0" * 64)
    assert [entry["event"] for entry in entries] == ["sharing:agreement:refused"]
    assert talks.rows(tables.signature) == []


@pytest.mark.parametrize("signed_before", [0, 2])
def test_text_that_was_changed_behind_the_signatures_is_refused(database, talks, signed_before):
    talks.frozen()
    for party in PARTIES[:signed_before]:
        talks.sign(party)
    wider = [clause(fields=["event", "place", "identity"])]
    tampered(database, talks, clauses=wider)
    with pytest.raises(Conflict, match="not the one that was frozen"):
        talks.sign(PARTIES[signed_before])
    assert talks.row()["stage"] == Stage.SIGNING


def test_text_and_digest_that_were_changed_together_are_refused_by_the_earlier_signatures(database, talks):
    talks.frozen()
    talks.sign(COUNCIL)
    other = Talks(database).frozen(1, clause(fields=["place"])).row()
    tampered(database, talks, clauses=other["clauses"], agreement_digest=True)
    with pytest.raises(Conflict, match="not the one that was frozen"):
        talks.sign(POLICE)


def test_signed_text_that_was_changed_shares_nothing_any_more(database, talks):
    talks.concluded()
    record = talks.sighting()
    assert "seen" in talks.seen(record)
    tampered(database, talks, clauses=[clause(fields=["event", "place"])])
    with pytest.raises(Missing):
        talks.seen(record)


def tampered(database, talks, *, clauses, agreement_digest=False):
    """Change a version as somebody would who writes to the database and not through the portal."""
    from sharing.agreements.digest import digest_of

    row = {**talks.row(), "clauses": clauses}
    digest = {"digest": digest_of("Robbery at night", row)} if agreement_digest else {}
    version = tables.agreement_version
    with database.transaction() as tx:
        tx.execute(
            update(version).where(version.c.agreement_id == talks.id).values(clauses=clauses, **digest)
        )
        tx.execute(update(tables.policy_epoch).values(epoch=tables.policy_epoch.c.epoch + 1))


def test_party_signs_once(database, talks):
    talks.frozen()
    talks.sign(POLICE)
    with pytest.raises(Conflict, match="has signed this version already"):
        talks.sign(POLICE)


def test_version_that_is_not_being_signed_takes_no_signature(database, talks):
    talks.reviewed()
    with pytest.raises(Conflict, match="not being signed now"):
        talks.sign(POLICE, digest="0" * 64)


def test_drafter_that_is_no_party_has_nothing_to_sign(database, talks):
    talks.frozen(1, clause(**{"from": [POLICE], "to": [SHOPS]}), parties=[POLICE, SHOPS])
    with pytest.raises(Conflict, match="no party to this version"):
        talks.sign(COUNCIL)


def test_version_whose_period_is_over_is_not_signed(database, talks):
    talks.frozen()
    with (
        clock.stopped(talks.row()["until_at"]),
        pytest.raises(Conflict, match="period of this version is over"),
    ):
        talks.sign(POLICE)


def test_version_that_was_overtaken_is_not_signed(database, talks):
    talks.frozen(2).concluded(3)
    with pytest.raises(Conflict, match="Version 3 has been signed"):
        talks.sign(POLICE, 2)


def test_two_signatories_of_one_agency_at_once_leave_one_signature(database, talks):
    talks.frozen()
    outcomes = at_once(lambda: talks.sign(POLICE), lambda: talks.sign(POLICE))
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "NoneType"]
    assert [row["agency_id"] for row in talks.rows(tables.signature)] == [POLICE]


def test_last_two_parties_at_once_conclude_it_exactly_once(database, talks):
    talks.frozen()
    talks.sign(COUNCIL)
    before = epoch(database)
    with new_entries(database) as entries:
        outcomes = at_once(lambda: talks.sign(POLICE), lambda: talks.sign(SHOPS))
    assert sorted(each is None for each in outcomes) == [False, True]
    assert talks.row()["stage"] == Stage.SIGNED
    assert epoch(database) == before + 1
    names = [entry["event"] for entry in entries]
    assert names.count("sharing:agreement:concluded") == 1
    assert names.count("sharing:agreement:signed") == 2


def test_signing_and_sending_back_at_once_never_leave_a_signature_on_a_draft(database, talks):
    from sharing.agreements import lifecycle

    talks.frozen(1, clause(to=[POLICE]), parties=[COUNCIL, POLICE])
    talks.sign(COUNCIL)
    at_once(
        lambda: talks.sign(POLICE),
        lambda: lifecycle.send_back(database, person(SIGNATORY[COUNCIL]), talks.id, 1, reason="Wait."),
    )
    standing = {row["agency_id"] for row in talks.rows(tables.signature) if row["voided"] is None}
    stage = talks.row()["stage"]
    assert (stage, standing) in [(Stage.SIGNED, {COUNCIL, POLICE}), (Stage.DRAFT, set())]


def test_entries_name_nobody_beside_the_parties(database, talks):
    talks.concluded()
    mine = [entry for entry in entries_of(database) if entry["detail"].get("agreement") == talks.id]
    assert len(mine) >= 6
    assert all(set(entry["agencies"]) <= set(PARTIES) for entry in mine)


def test_signature_stands_for_each_party_once_in_the_database_itself(database, talks):
    talks.frozen()
    talks.sign(POLICE)
    (row,) = talks.rows(tables.signature)
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), database.transaction() as tx:
        tx.execute(tables.signature.insert(), {**row, "id": "another"})
    with database.transaction() as tx:
        assert (
            len(
                tx.execute(
                    select(tables.signature.c.id).where(tables.signature.c.agreement_id == talks.id)
                ).all()
            )
            == 1
        )
