from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.release.facts import MEMBERS, Confirmation, Exit, Question, RoleGrant, Suspension, Withdrawal
from sharing.release.lens import Lens
from sharing.release.lists import Lister
from sharing.release.standing import may_release
from tests.unit.sharing.release.scene import (
    END,
    NOW,
    PURPOSE,
    RELEASED,
    START,
    agreement,
    clause,
    decided,
    policy,
    reader,
    record,
    released,
    told,
    version,
)

DAY = timedelta(days=1)
OPEN = clause("1", {"event"})


def exists(terms, about=None, who=None, **more):
    return decided(terms, about, who, **more) is not None


def test_release_is_live_from_its_moment_until_its_end():
    assert not exists(agreement(OPEN), record(releases=(released(at=NOW + DAY),)))
    assert exists(agreement(OPEN), record(releases=(released(at=NOW),)))
    assert not exists(agreement(OPEN), record(releases=(released(expires=NOW),)))
    assert exists(agreement(OPEN), record(releases=(released(expires=NOW + DAY, revoked=NOW + DAY),)))
    assert not exists(agreement(OPEN), record(releases=(released(revoked=NOW),)))


def test_release_without_permission_is_none():
    assert not exists(agreement(OPEN), record(releases=(released(permitted=False),)))


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ({"desk"}, True),
        ({"items"}, False),
        ({"reads"}, False),
        ({"items", "reads"}, False),
        ({"unknown"}, False),
    ],
)
def test_release_counts_only_by_a_role_that_may_release_this_type(roles, may):
    known = {
        "desk": RoleGrant(frozenset({"incident"}), "all", release=True),
        "items": RoleGrant(frozenset({"item"}), "all", release=True),
        "reads": RoleGrant("all", "all"),
    }
    assert may_release(reader("east", *roles), record(), known) is may
    assert not may_release(reader("north", *roles), record(), known)


def test_release_for_another_purpose_is_none():
    assert not exists(agreement(OPEN), record(releases=(released(purposes=frozenset({"other"})),)))


def test_release_reaches_its_recipients_only():
    to_north = record(releases=(released(recipients=frozenset({"north"})),))
    assert exists(agreement(OPEN), to_north, reader("north"))
    assert not exists(agreement(OPEN), to_north)


def test_release_to_members_reaches_users_with_a_site_only():
    to_members = record(releases=(released(recipients=frozenset({MEMBERS})),))
    assert exists(agreement(OPEN), to_members, reader("romford", sites=frozenset({"s1"})))
    assert not exists(agreement(OPEN), to_members, reader("romford"))


def test_release_to_an_agency_and_to_all_parties_reaches_its_members():
    named = record(releases=(released(recipients=frozenset({"romford"})),))
    assert exists(agreement(OPEN), named, reader("romford", sites=frozenset({"s1"})))
    assert exists(agreement(OPEN), record(), reader("romford", sites=frozenset({"s1"})))


def test_all_parties_are_those_of_the_day_of_the_release():
    early = version(OPEN, parties=frozenset({"east", "north"}))
    late = version(OPEN, number=2, from_at=NOW - DAY)
    confirmed = Confirmation("R", 2, NOW - DAY)
    terms = agreement(versions=(early, late), confirmations=(confirmed,))
    assert exists(terms, who=reader("north"))
    assert not exists(terms)


def test_version_in_force_is_the_newest_signed_one_that_has_begun():
    first, later = version(OPEN), version(clause("2", {"place"}), number=2, from_at=NOW + DAY)
    draft = version(clause("3", {"place"}), number=3, signed=False)
    decision = decided(agreement(versions=(first, later, draft)))
    assert told(decision, "occurred") == ("disclose", "clause", "1")


def test_once_the_newest_version_has_run_out_nothing_is_live():
    first, short = version(OPEN), version(OPEN, number=2, from_at=START, until=NOW)
    assert not exists(agreement(versions=(first, short)))


@pytest.mark.parametrize("end", [None, NOW + DAY])
def test_suspended_agreement_gives_nothing(end):
    assert not exists(agreement(OPEN, suspensions=(Suspension(NOW - DAY, end),)))


def test_suspension_that_is_over_hides_nothing():
    assert exists(agreement(OPEN, suspensions=(Suspension(NOW - DAY, NOW),)))


def test_ended_agreement_gives_nothing():
    assert not exists(agreement(OPEN, ended=NOW))
    assert exists(agreement(OPEN, ended=NOW + DAY))


@pytest.mark.parametrize("agency", ["east", "havering"])
def test_withdrawn_party_neither_reads_nor_is_read(agency):
    assert not exists(agreement(OPEN, withdrawals=(Withdrawal(agency, NOW),)))


def test_the_others_go_on_after_a_withdrawal():
    assert exists(agreement(OPEN, withdrawals=(Withdrawal("north", NOW - DAY),)))


def test_rejoining_revives_no_release():
    gone = Withdrawal("havering", NOW - 5 * DAY, NOW - 3 * DAY)
    assert not exists(agreement(OPEN, withdrawals=(gone,)))
    assert exists(agreement(OPEN, withdrawals=(gone,)), record(releases=(released(at=NOW - 2 * DAY),)))


def test_with_fewer_than_two_parties_left_it_is_suspended():
    two = version(OPEN, parties=frozenset({"east", "havering"}))
    assert exists(agreement(versions=(two,)))
    left = agreement(versions=(two,), withdrawals=(Withdrawal("havering", NOW - DAY),))
    assert not exists(left)


def scheme(*clauses, **more):
    return agreement(versions=(version(*clauses, parties=frozenset({"romford"})),), **more)


TO_MEMBERS = clause("1", {"event", "narrative"}, from_parties={"bcrp"}, to_parties={"members"})
SHOP = reader("romford", "member", sites=frozenset({"s1"}))


def shops(site="s2", **more):
    return record(owner="romford", site=site, **more)


def test_member_is_staff_for_its_own_sites_records():
    assert told(decided(scheme(), shops("s1"), SHOP), "risk_score") == ("disclose", "owner", None)


def test_member_of_two_sites_is_staff_for_both_and_for_no_third():
    both = reader("romford", "member", sites=frozenset({"s1", "s2"}))
    for site in ("s1", "s2"):
        assert told(decided(scheme(), shops(site), both), "risk_score") == ("disclose", "owner", None)
    for site in ("s3", None):
        assert decided(scheme(), shops(site, releases=()), both) is None
        other = decided(scheme(TO_MEMBERS), shops(site), both)
        assert told(other, "occurred") == ("disclose", "clause", "1")
        assert told(other, "risk_score") == ("absent", None, None)


@pytest.mark.parametrize("roles", [("member",), ("officer",), ()])
def test_member_whose_last_site_is_gone_is_no_staff_and_no_recipient(roles):
    astray = reader("romford", *roles, sites=frozenset())
    assert astray.commercial
    for site in ("s1", None):
        assert decided(scheme(TO_MEMBERS), shops(site), astray) is None
    for to in ({"romford"}, {MEMBERS}, {"*"}):
        released_ = record(releases=(released(recipients=frozenset(to)),))
        assert decided(agreement(OPEN), released_, astray) is None
        assert decided(agreement(OPEN), released_, replace(astray, sites=frozenset({"s1"}))) is not None


def test_lists_keep_apart_who_has_a_site_and_who_has_none():
    policy_, here = policy(scheme(TO_MEMBERS)), Question(PURPOSE, NOW, Exit.BULK)
    for sites, seen in (({"s1"}, True), (set(), False), ({"s1"}, True)):
        who = replace(SHOP, sites=frozenset(sites))
        assert bool(Lister(Lens(policy_, who, here)).groups([shops()])) is seen


def test_member_reads_another_sites_record_under_the_schemes_own_terms():
    assert told(decided(scheme(TO_MEMBERS), shops(), SHOP), "occurred") == ("disclose", "clause", "1")
    assert decided(scheme(TO_MEMBERS), shops(releases=()), SHOP) is None


def test_member_does_not_read_its_own_agency_by_an_agreement_of_several_parties():
    assert decided(agreement(TO_MEMBERS), shops(), SHOP) is None


def test_scheme_whose_clauses_do_not_go_to_members_gives_them_nothing():
    kind = clause("1", {"event"}, from_parties={"bcrp"}, to_parties={"bcrp"})
    assert decided(scheme(kind), shops(), SHOP) is None


def test_later_version_does_not_loosen_an_earlier_release_until_the_owner_confirms():
    strict, loose = clause("1", {"event"}, "generalise"), clause("2", {"event"})
    versions = (version(strict), version(loose, number=2, from_at=NOW - DAY))
    assert told(decided(agreement(versions=versions)), "occurred") == ("generalise", "clause", "1")
    for word, treatment in (
        (Confirmation("R", 2, NOW), "disclose"),
        (Confirmation("R", 2, NOW + DAY), "generalise"),
    ):
        found = decided(agreement(versions=versions, confirmations=(word,)))
        assert told(found, "occurred")[0] == treatment


def test_silence_of_the_version_at_release_holds():
    versions = (
        version(clause("1", {"place"})),
        version(clause("2", {"place", "event"}), number=2, from_at=NOW - DAY),
    )
    assert told(decided(agreement(versions=versions)), "occurred") == ("withhold", "no-clause", None)


def test_later_version_that_protects_more_holds():
    versions = (version(OPEN), version(clause("2", {"event"}, "generalise"), number=2, from_at=NOW - DAY))
    assert told(decided(agreement(versions=versions)), "occurred") == ("generalise", "clause", "2")


def test_release_made_under_no_version_is_none():
    assert not exists(agreement(versions=(version(OPEN, from_at=RELEASED + DAY),)))
    assert exists(agreement(versions=(version(OPEN, from_at=RELEASED, until=END),)))


def two(first, second, about=None, key="occurred"):
    found = about or record(releases=(released(), released("S", agreement="B")))
    lets = clause("0", {"status"})
    return told(decided((agreement(lets, *first), agreement(*second, name="B")), found), key)


def test_across_live_releases_the_weakest_protection_wins():
    assert two((clause("1", {"event"}, "generalise"),), (clause("2", {"event"}),)) == (
        "disclose",
        "clause",
        "2",
    )


def test_silence_has_no_say_across_releases():
    assert two((clause("1", {"event"}, "withhold"),), ()) == ("withhold", "clause", "1")


def test_explicit_absent_beats_silence_and_nothing_else():
    absent = clause("1", {"event"}, "absent")
    assert two((absent,), ()) == ("absent", None, None)
    assert two((absent,), (clause("2", {"event"}, "withhold"),)) == ("withhold", "clause", "2")
