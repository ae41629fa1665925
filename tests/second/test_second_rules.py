"""Hand-checked worlds, one for each sentence on words, clauses and treatments."""

import pytest

from tests.second.clauses import too_short
from tests.second.examples import (
    ADULT,
    CHILD,
    agreement,
    ask,
    clause,
    person,
    person_clause,
    record,
    release,
    subject,
    told,
    version,
    world,
)

NONE = "no such record"
OPEN = clause("open", ["event"])


def roles(**desk):
    return {"desk": {"types": "all", "classes": "all", "release": True, **desk}, "safeguarding_lead": {}}


# The owner's staff, members, existence


def test_owner_staff_see_originals_within_their_permissions_only():
    held = roles(types=["incident"], classes=["event", "source"])
    asked = world(roles=held, records=[record("rec"), record("tip", "intelligence")])
    assert told(asked, "occurred", reader="met-1") == ("disclose", "owner")
    assert told(asked, "account", reader="met-1") == ("withhold", "role")
    assert told(asked, "topic", reader="met-1", of="tip") == ("withhold", "role")


def test_source_needs_the_intelligence_role():
    asked = world(records=[record("rec", "intelligence")])
    assert told(asked, "handler", reader="met-1") == ("withhold", "role")
    asked["roles"] = roles(intelligence=True)
    assert told(asked, "handler", reader="met-1") == ("disclose", "owner")


def test_a_member_is_staff_for_its_own_site_only():
    asked = world(records=[record("rec", owner="romford", site="shop-1")])
    assert told(asked, "occurred", reader="shop-1") == ("disclose", "owner")
    assert ask(asked, reader="shop-2") == NONE


@pytest.mark.parametrize(
    ("held", "staff"),
    [(["shop-1"], True), (["shop-2", "shop-1"], True), (["shop-2", "shop-3"], False), ([], False)],
)
def test_a_member_of_several_shops_is_staff_for_those_and_of_none_for_nothing(held, staff):
    asked = world(
        OPEN, records=[record("rec", owner="romford", site="shop-1")], releases=[release(by="rom-1")]
    )
    asked["users"][-1] |= {"site": None, "sites": held}
    assert ask(asked, reader="shop-2") != NONE if staff else ask(asked, reader="shop-2") == NONE


def test_a_member_of_no_shop_is_nobodys_recipient_either():
    asked = world(OPEN)
    assert ask(asked, reader="shop-2") != NONE
    asked["users"][-1] |= {"site": None, "sites": []}
    assert ask(asked, reader="shop-2") == NONE


def test_a_member_reads_its_own_agency_under_the_schemes_own_terms_only():
    to_members = clause("own", ["event"], **{"from": ["romford"], "to": ["members"]})
    asked = world(records=[record("rec", owner="romford", site="shop-1")], releases=[release(by="rom-1")])
    asked["agreements"] = [agreement(version(to_members))]
    assert ask(asked, reader="shop-2") == NONE
    asked["agreements"] = [agreement(version(to_members, parties=["romford"]))]
    assert told(asked, "occurred", reader="shop-2") == ("disclose", "clause")


def test_a_record_exists_by_a_live_release_of_staff_who_may_release():
    assert ask(world(OPEN))["occurred"]["treatment"] == "disclose"
    assert ask(world(OPEN, releases=[])) == NONE
    assert ask(world(OPEN, roles=roles(release=False))) == NONE
    assert ask(world(OPEN, releases=[release(by="hav-2")])) == NONE


@pytest.mark.parametrize("ended", ["expires", "revoked"])
def test_a_release_ends_at_its_bound(ended):
    asked = world(OPEN, releases=[release(**{ended: "2026-02-17T14:00:00Z"})])
    assert ask(asked) == NONE
    assert ask(asked, now="2026-02-17T13:59:59Z") != NONE
    assert ask(asked, now="2026-02-02T00:00:00Z") != NONE
    assert ask(asked, now="2026-02-01T23:59:59Z") == NONE


def test_recipients_are_named_or_all_parties_of_that_day():
    assert ask(world(OPEN, releases=[release(recipients=["romford"])])) == NONE
    joined_later = [version(OPEN, parties=["met", "romford"]), version(OPEN, number=2)]
    joined_later[1]["from"] = "2026-02-10T00:00:00Z"
    assert ask(world(agreements=[agreement(*joined_later)])) == NONE
    assert ask(world(agreements=[agreement(*joined_later)]), reader="rom-1") != NONE


def test_the_purpose_is_that_of_release_agreement_and_role():
    assert ask(world(OPEN), purpose="another") == NONE
    assert ask(world(OPEN, releases=[release(purposes=["another"])])) == NONE
    assert ask(world(agreements=[agreement(version(OPEN, purposes=["another"]))])) == NONE
    assert ask(world(OPEN, roles=roles(purposes=["another"]))) == NONE
    assert ask(world(OPEN, roles=roles(purposes=["another"])), reader="met-1", purpose="any") != NONE


def test_withdrawal_works_at_once_and_rejoining_revives_nothing():
    gone = {"agency": "havering", "at": "2026-02-10T00:00:00Z"}
    asked = world(agreements=[agreement(version(OPEN), withdrawals=[gone])])
    assert ask(asked, now="2026-02-09T23:59:59Z") != NONE
    assert ask(asked) == NONE
    assert ask(asked, reader="rom-1") != NONE
    gone["rejoined"] = "2026-02-11T00:00:00Z"
    assert ask(asked) == NONE
    asked["releases"].append(release("r2", at="2026-02-12T00:00:00Z"))
    assert ask(asked) != NONE


def test_an_agreement_of_two_stands_still_when_one_leaves():
    gone = {"agency": "havering", "at": "2026-02-10T00:00:00Z"}
    two = agreement(version(OPEN, parties=["met", "havering"]), withdrawals=[gone])
    assert ask(world(agreements=[two])) == NONE


def test_suspended_ended_unsigned_and_run_out_agreements_give_nothing():
    pause = {"from": "2026-02-17T14:00:00Z", "until": "2026-02-18T00:00:00Z"}
    assert ask(world(agreements=[agreement(version(OPEN), suspended=[pause])])) == NONE
    assert ask(world(agreements=[agreement(version(OPEN), ended="2026-02-17T14:00:00Z")])) == NONE
    assert ask(world(agreements=[agreement(version(OPEN, signed=False))])) == NONE
    newest_over = version(number=2, until="2026-02-17T14:00:00Z")
    assert ask(world(agreements=[agreement(version(OPEN), newest_over)])) == NONE


def test_a_record_exists_only_by_one_of_its_own_fields_and_a_person_by_one_of_its():
    people = [record("rec", persons=[person("suspect"), person("victim", link="l2")])]
    of_suspects = person_clause("p", ["description"], categories=["suspect"])
    assert ask(world(of_suspects, records=people)) == NONE
    answered = ask(world(OPEN, of_suspects, records=people))
    assert "persons.l1.hair" in answered
    assert "persons.l2.hair" not in answered


# Clauses


def test_an_opening_clause_has_to_name_all_categories_of_a_link():
    asked = world(OPEN, person_clause("p", ["description"], categories=["suspect"]))
    asked["records"] = [record("rec", persons=[person("suspect", "victim")])]
    assert "persons.l1.hair" not in ask(asked)
    asked["records"] = [record("rec", persons=[person("suspect")])]
    assert told(asked, "persons.l1.hair") == ("disclose", "clause")


def test_no_category_is_other():
    asked = world(OPEN, person_clause("p", ["description"], categories=["other"]))
    asked["records"] = [record("rec", persons=[person()])]
    assert told(asked, "persons.l1.hair") == ("disclose", "clause")


def test_a_clause_with_categories_speaks_of_persons_and_one_without_of_the_rest():
    asked = world(clause("rest", ["event", "description"]), person_clause("p", ["place", "identity"]))
    asked["records"] = [record("rec", persons=[person("suspect")])]
    assert told(asked, "ward") == ("withhold", "no-clause")
    assert told(asked, "persons.l1.hair") == ("withhold", "no-clause")
    assert told(asked, "persons.l1.gender") == ("disclose", "clause")


def test_what_a_person_keeps_is_judged_as_that_persons():
    kept = record("car", "vehicle", keeper="l1")
    people = record("rec", persons=[person("suspect")])
    asked = world(clause("c", ["event", "identifier"]), records=[people, kept], releases=[release(of="car")])
    assert told(asked, "registration", of="car") == ("withhold", "no-clause")
    asked["agreements"][0]["versions"][0]["clauses"].append(person_clause("p", ["identifier"]))
    assert told(asked, "registration", of="car") == ("disclose", "clause")


def test_a_withholding_clause_covers_every_person_child_and_role_and_any_category():
    opened = person_clause("a-open", ["description"])
    asked = world(OPEN, opened, person_clause("z", ["description"], "withhold", categories=["victim"]))
    asked["records"] = [record("rec", persons=[person("suspect", "victim")])]
    assert "persons.l1.hair" not in ask(asked)
    asked = world(OPEN, opened, clause("z", ["description"], "withhold"), person_clause("i", ["identity"]))
    asked["records"] = [record("rec", persons=[person("suspect")])]
    assert told(asked, "persons.l1.hair") == ("withhold", "clause")


def test_children_are_not_opened_unless_said():
    for said, born, opened in (("no", ADULT, True), ("no", CHILD, False), ("only", ADULT, False)):
        asked = world(OPEN, person_clause("p", ["identity"], children=said), subjects=[subject(born=born)])
        asked["records"] = [record("rec", persons=[person("suspect")])]
        assert ("persons.l1.gender" in ask(asked)) is opened
    asked = world(OPEN, person_clause("p", ["identity"], children="only"), subjects=[subject(born=CHILD)])
    asked["records"] = [record("rec", persons=[person("suspect")])]
    assert told(asked, "persons.l1.gender") == ("disclose", "clause")


def test_retention_ends_an_opening_clause_and_never_a_withholding_one():
    asked = world(clause("short", ["event"], retention_days=15), clause("place", ["place"]))
    assert told(asked, "outcome", now="2026-02-16T23:59:59Z") == ("disclose", "clause")
    assert told(asked, "outcome", now="2026-02-17T00:00:00Z") == ("withhold", "expired")
    asked = world(OPEN, clause("stop", ["outcome"], "withhold", retention_days=1))
    assert told(asked, "outcome") == ("withhold", "clause")


SPECIFIC = [
    ({"fields": ["event"]}, {"fields": ["outcome"]}),
    ({"to": ["council"]}, {"to": ["havering"]}),
    ({"from": ["police"]}, {"from": ["met"]}),
    ({}, {"roles": ["desk"]}),
]


@pytest.mark.parametrize(("wide", "narrow"), SPECIFIC)
def test_the_more_specific_clause_wins_and_never_yields_to_none(wide, narrow):
    stop = clause("stop", ["event"], "withhold")
    asked = world(stop | wide, OPEN | narrow, clause("p", ["place"]))
    assert told(asked, "outcome") == ("disclose", "clause")
    asked = world(stop | wide | {"never": True}, OPEN | narrow, clause("p", ["place"]))
    assert told(asked, "outcome") == ("withhold", "clause")


def test_only_beats_also():
    stop, opened = (
        person_clause("a", ["identity"], "withhold"),
        person_clause("b", ["identity"], children="only"),
    )
    asked = world(OPEN, stop, opened, subjects=[subject(born=CHILD)])
    asked["records"] = [record("rec", persons=[person("suspect")])]
    assert told(asked, "persons.l1.gender") == ("disclose", "clause")


def test_where_neither_beats_the_other_the_stronger_protection_holds():
    by_field = clause("field", ["occurred"], to=["council"])
    by_agency = clause("agency", ["event"], "generalise")
    assert told(world(by_field, by_agency), "occurred") == ("generalise", "clause")


def test_the_version_of_the_release_holds_until_the_difference_is_confirmed():
    later = version(OPEN, clause("all", ["place"]), number=2)
    later["from"] = "2026-02-10T00:00:00Z"
    first = version(clause("open", ["event"], "generalise"))
    asked = world(agreements=[agreement(first, later)])
    assert told(asked, "occurred") == ("generalise", "clause")
    assert told(asked, "ward") == ("withhold", "no-clause")
    confirmed = {"release": "r1", "version": 2, "at": "2026-02-17T14:00:00Z"}
    asked["agreements"][0]["confirmed"] = [confirmed]
    assert told(asked, "occurred") == ("disclose", "clause")
    assert told(asked, "ward") == ("disclose", "clause")
    assert told(asked, "occurred", now="2026-02-17T13:59:59Z") == ("generalise", "clause")


def test_silence_is_absent_for_four_classes_and_withheld_for_the_rest():
    asked = world(clause("open", ["narrative", "topic"]), records=[record("rec", "intelligence")])
    assert told(asked, "handler") == ("absent", None)
    assert told(asked, "confidence") == ("absent", None)
    assert told(asked, "ward") == ("withhold", "no-clause")


def test_across_releases_the_weakest_wins_and_absent_beats_silence():
    second = agreement(version(clause("x", ["occurred"], "generalise"), clause("y", ["place"], "absent")))
    asked = world(OPEN, clause("z", ["admin"]), releases=[release(), release("r2", agreement="two")])
    asked["agreements"].append({**second, "id": "two"})
    assert told(asked, "occurred") == ("disclose", "clause")
    assert told(asked, "ward") == ("absent", None)


# Treatments


@pytest.mark.parametrize(
    ("field", "treatment", "expected"),
    [
        ("occurred", "generalise", ("generalise", "clause")),
        ("occurred", "mask", ("withhold", "no-treatment")),
        ("ward", "generalise", ("disclose", "clause")),
        ("crime_type", "pseudonym", ("disclose", "clause")),
        ("loss", "generalise", ("generalise", "clause")),
        ("account", "disclose", ("withhold", "no-release-text")),
        ("account", "generalise", ("withhold", "no-treatment")),
        ("method", "absent", ("absent", None)),
    ],
)
def test_a_treatment_that_the_type_lacks_is_withheld_and_coarse_fields_stay(field, treatment, expected):
    assert told(world(clause("admin", ["admin"]), clause("c", [field], treatment)), field) == expected


def test_text_leaves_as_the_release_text_only():
    asked = world(clause("c", ["narrative", "event"]), releases=[release(text="A robbery at night.")])
    assert told(asked, "account") == ("disclose", "clause")


@pytest.mark.parametrize(
    ("kind", "value", "short"),
    [
        *(("name", "Jo", False), ("name", "J", True), ("name", "A B", True), ("name", "Al Bo", False)),
        *(
            ("phone", "12345", True),
            ("phone", "123 456", False),
            ("vrm", "AB1", True),
            ("vrm", "AB12", False),
        ),
        *(("imei", "4" * 15, False), ("imei", "4" * 14, True), ("imei", "4" * 16, False)),
    ],
)
def test_a_value_shorter_than_twice_what_its_mask_shows_is_withheld(kind, value, short):
    assert too_short(kind, value) is short
