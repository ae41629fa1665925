"""Suspending, withdrawing, ending and reviewing: each takes effect at the next read of another agency."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation import clock
from foundation.errors import Conflict, Denied, FactorRequired, Invalid, Missing
from sharing.agreements import tables
from sharing.agreements.ending import agree_to_end, take_back_end
from sharing.agreements.lifecycle import send_back
from sharing.agreements.policy import epoch_of, policy_of
from sharing.agreements.reviewing import record_review
from sharing.agreements.states import state_of
from sharing.agreements.suspending import resume, suspend
from sharing.agreements.withdrawing import rejoin, withdraw
from tests.negotiating import (
    COUNCIL,
    DRAFTER,
    PARTIES,
    POLICE,
    SHOPS,
    SIGNATORY,
    actor,
    at_once,
    clause,
    new_entries,
    person,
)

SIGNED_ACTS = {
    "suspend": lambda database, who, name: suspend(database, who, name, reason="A breach."),
    "resume": resume,
    "withdraw": lambda database, who, name: withdraw(database, who, name, reason="Merged."),
    "rejoin": rejoin,
    "end": lambda database, who, name: agree_to_end(database, who, name, reason="Done."),
    "keep": take_back_end,
}


def signatory(party):
    return person(SIGNATORY[party])


def state(database, name):
    with database.transaction() as tx:
        _, policy = policy_of(tx)
        return str(state_of(policy.agreements[name], (), clock.now()))


def hidden(talks, record):
    with pytest.raises(Missing):
        talks.seen(record)
    return True


@pytest.fixture
def agreed(talks):
    return talks.concluded()


def test_suspension_closes_at_the_next_read_and_only_who_suspended_resumes(database, agreed):
    record = agreed.sighting()
    with new_entries(database) as entries:
        suspend(database, signatory(SHOPS), agreed.id, reason="A breach is looked into.")
    assert hidden(agreed, record)
    assert state(database, agreed.id) == "suspended"
    (entry,) = entries
    assert (entry["event"], entry["agencies"]) == ("sharing:agreement:suspended", sorted(PARTIES))
    assert "breach" not in str(entry)
    with pytest.raises(Conflict, match="Who suspended it resumes it"):
        resume(database, signatory(POLICE), agreed.id)
    assert hidden(agreed, record)
    with new_entries(database) as entries:
        resume(database, signatory(SHOPS), agreed.id)
    assert "seen" in agreed.seen(record)
    assert entries[0]["event"] == "sharing:agreement:resumed"
    assert entries[0]["detail"]["digest"] == agreed.row()["digest"]


def test_agreement_stays_suspended_until_every_party_that_did_has_resumed(database, agreed):
    record = agreed.sighting()
    suspend(database, signatory(SHOPS), agreed.id, reason="A breach.")
    suspend(database, signatory(COUNCIL), agreed.id, reason="The same.")
    resume(database, signatory(SHOPS), agreed.id)
    assert hidden(agreed, record)
    resume(database, signatory(COUNCIL), agreed.id)
    assert "seen" in agreed.seen(record)


def test_withdrawal_closes_at_once_for_that_party_and_the_others_go_on(database, agreed):
    record = agreed.sighting(POLICE, SHOPS)
    with new_entries(database) as entries:
        withdraw(database, signatory(POLICE), agreed.id, reason="Merged into another area.")
    assert hidden(agreed, record)
    assert "seen" in agreed.seen(record, "priya-nair")
    assert state(database, agreed.id) == "active"
    assert (entries[0]["event"], entries[0]["agencies"]) == ("sharing:agreement:withdrawn", sorted(PARTIES))


def test_rejoining_revives_no_release(database, agreed):
    before = agreed.sighting()
    withdraw(database, signatory(POLICE), agreed.id, reason="Merged.")
    with new_entries(database) as entries:
        rejoin(database, signatory(POLICE), agreed.id)
    assert hidden(agreed, before)
    assert "seen" in agreed.seen(agreed.sighting())
    assert entries[0]["event"] == "sharing:agreement:rejoined"


def test_with_fewer_than_two_parties_left_it_is_suspended(database, talks):
    talks.concluded(1, clause(to=[POLICE]), parties=[COUNCIL, POLICE])
    record = talks.sighting()
    withdraw(database, signatory(COUNCIL), talks.id, reason="Leaving.")
    assert hidden(talks, record)
    assert state(database, talks.id) == "suspended"


def test_withdrawing_ends_the_agencys_own_suspension(database, agreed):
    record = agreed.sighting(SHOPS)
    suspend(database, signatory(POLICE), agreed.id, reason="A breach.")
    withdraw(database, signatory(POLICE), agreed.id, reason="Leaving.")
    assert "seen" in agreed.seen(record, "priya-nair")


def test_withdrawing_voids_a_signature_that_others_were_yet_to_follow(database, agreed):
    agreed.frozen(2)
    agreed.sign(POLICE, 2)
    withdraw(database, signatory(POLICE), agreed.id, reason="Leaving.")
    agreed.sign(COUNCIL, 2)
    assert agreed.sign(SHOPS, 2) is None
    assert agreed.row(2)["stage"] == "signing"


def test_party_that_signs_a_later_version_is_one_again_and_no_release_revives(database, agreed):
    before = agreed.sighting()
    withdraw(database, signatory(POLICE), agreed.id, reason="Leaving.")
    agreed.concluded(2)
    assert hidden(agreed, before)
    assert "seen" in agreed.seen(agreed.sighting())


def test_withdrawn_party_can_do_nothing_but_rejoin(database, agreed):
    withdraw(database, signatory(POLICE), agreed.id, reason="Leaving.")
    for name in ("suspend", "resume", "withdraw", "end", "keep"):
        with pytest.raises(Conflict, match="has withdrawn"):
            SIGNED_ACTS[name](database, signatory(POLICE), agreed.id)
    rejoin(database, signatory(POLICE), agreed.id)
    with pytest.raises(Conflict, match="has not withdrawn"):
        rejoin(database, signatory(POLICE), agreed.id)


def test_agreement_ends_for_all_only_with_every_remaining_partys_word(database, agreed):
    record = agreed.sighting()
    with new_entries(database) as entries:
        assert agree_to_end(database, signatory(COUNCIL), agreed.id, reason="It is done.") is False
    assert entries[0]["detail"]["missing"] == [POLICE, SHOPS]
    assert "seen" in agreed.seen(record)
    assert agree_to_end(database, signatory(POLICE), agreed.id, reason="Agreed.") is False
    with new_entries(database) as entries:
        assert agree_to_end(database, signatory(SHOPS), agreed.id, reason="Agreed.") is True
    assert hidden(agreed, record)
    assert state(database, agreed.id) == "ended"
    assert [entry["event"] for entry in entries] == [
        "sharing:agreement:ending-agreed", "sharing:agreement:ended",
    ]  # fmt: skip
    with database.transaction() as tx:
        kept = tx.execute(select(tables.agreement).where(tables.agreement.c.id == agreed.id)).one()
    assert (kept.ended_by, kept.ended_why) == (SIGNATORY[SHOPS], "It is done.")


def test_ended_agreement_stays_ended(database, agreed):
    for party in PARTIES:
        agree_to_end(database, signatory(party), agreed.id, reason="Done.")
    for act in SIGNED_ACTS.values():
        with pytest.raises(Conflict, match="has ended"):
            act(database, signatory(POLICE), agreed.id)


def test_versions_of_an_ended_agreement_go_no_further(database, agreed):
    agreed.frozen(2)
    for party in PARTIES:
        agree_to_end(database, signatory(party), agreed.id, reason="Done.")
    with pytest.raises(Conflict, match="has ended"):
        agreed.sign(POLICE, 2)
    with pytest.raises(Conflict, match="has ended"):
        send_back(database, signatory(POLICE), agreed.id, 2, reason="Late.")


def test_word_that_it_ends_is_taken_back_while_it_has_not(database, agreed):
    agree_to_end(database, signatory(COUNCIL), agreed.id, reason="Done.")
    take_back_end(database, signatory(COUNCIL), agreed.id)
    agree_to_end(database, signatory(POLICE), agreed.id, reason="Done.")
    assert agree_to_end(database, signatory(SHOPS), agreed.id, reason="Done.") is False
    assert state(database, agreed.id) == "active"


def test_when_the_last_who_had_not_agreed_withdraws_it_ends(database, agreed):
    agree_to_end(database, signatory(COUNCIL), agreed.id, reason="Done.")
    agree_to_end(database, signatory(POLICE), agreed.id, reason="Done.")
    withdraw(database, signatory(SHOPS), agreed.id, reason="Leaving.")
    assert state(database, agreed.id) == "ended"


def test_new_version_forgets_who_wanted_the_agreement_to_end(database, agreed):
    agree_to_end(database, signatory(COUNCIL), agreed.id, reason="Done.")
    agree_to_end(database, signatory(POLICE), agreed.id, reason="Done.")
    agreed.concluded(2)
    assert agree_to_end(database, signatory(SHOPS), agreed.id, reason="Done.") is False


def test_last_two_words_at_once_end_it_exactly_once(database, agreed):
    agree_to_end(database, signatory(COUNCIL), agreed.id, reason="Done.")
    with new_entries(database) as entries:
        outcomes = at_once(
            lambda: agree_to_end(database, signatory(POLICE), agreed.id, reason="Done."),
            lambda: agree_to_end(database, signatory(SHOPS), agreed.id, reason="Done."),
        )
    assert sorted(outcomes) == [False, True]
    assert [entry["event"] for entry in entries].count("sharing:agreement:ended") == 1


def test_suspending_twice_at_once_leaves_one_suspension(database, agreed):
    outcomes = at_once(*[lambda: suspend(database, signatory(SHOPS), agreed.id, reason="A breach.")] * 2)
    assert sorted(type(each).__name__ for each in outcomes) == ["Conflict", "NoneType"]
    assert len(agreed.rows(tables.suspension)) == 1


@pytest.mark.parametrize("name", SIGNED_ACTS)
def test_acts_that_bind_an_agency_need_a_signatory_and_a_fresh_factor(database, agreed, name):
    act, before = SIGNED_ACTS[name], state(database, agreed.id)
    stale = replace(signatory(POLICE), factor_at=clock.now() - timedelta(minutes=6))
    with pytest.raises(FactorRequired):
        act(database, stale, agreed.id)
    with pytest.raises(Denied, match="Your role"):
        act(database, person(DRAFTER), agreed.id)
    with new_entries(database) as entries, pytest.raises(Denied, match="A key cannot do this"):
        act(database, actor(SIGNATORY[POLICE]), agreed.id)
    assert entries[0]["event"] == "sharing:agreement:refused"
    with pytest.raises(Missing):
        act(database, person("paul-winstanley"), agreed.id)
    assert state(database, agreed.id) == before


@pytest.mark.parametrize("name", ["suspend", "withdraw", "end"])
def test_acts_against_the_others_need_a_reason(database, agreed, name):
    act = {"suspend": suspend, "withdraw": withdraw, "end": agree_to_end}[name]
    with pytest.raises(Invalid) as problem:
        act(database, signatory(POLICE), agreed.id, reason="  ")
    assert problem.value.problems == {"reason": "Say why."}


def test_every_change_raises_the_epoch_and_its_entry_tells_it(database, agreed):
    for act in (SIGNED_ACTS["suspend"], resume, SIGNED_ACTS["withdraw"], rejoin):
        with database.transaction() as tx:
            before = epoch_of(tx)
        with new_entries(database) as entries:
            act(database, signatory(POLICE), agreed.id)
        assert entries[0]["detail"]["epoch"] == before + 1


def test_agreement_that_has_run_out_is_expired_and_takes_no_acts(database, agreed):
    with clock.stopped(agreed.row()["until_at"]):
        assert state(database, agreed.id) == "expired"
        with pytest.raises(Conflict, match="has run out"):
            suspend(database, signatory(POLICE), agreed.id, reason="Late.")


def test_review_is_kept_with_the_day_of_the_next(database, agreed):
    due = clock.today() + timedelta(days=200)
    with new_entries(database) as entries:
        record_review(database, actor(DRAFTER), agreed.id, findings="It holds as it is.", next_due=due)
    (kept,) = agreed.rows(tables.agreement_review)
    assert (kept["findings"], kept["next_due"]) == ("It holds as it is.", due)
    assert entries[0]["detail"]["next_due"] == due.isoformat()
    assert "holds" not in str(entries[0])


@pytest.mark.parametrize("days", [0, 367])
def test_next_review_is_within_a_year(database, agreed, days):
    due = clock.today() + timedelta(days=days)
    with pytest.raises(Invalid) as problem:
        record_review(database, actor(DRAFTER), agreed.id, findings="Well.", next_due=due)
    assert set(problem.value.problems) == {"next_due"}
