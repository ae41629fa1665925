"""Hand-checked worlds, one for each sentence on ages, floors, grants and break-glass."""

import pytest

from tests.second.ages import LONDON, child, moment
from tests.second.examples import (
    CHILD,
    ask,
    clause,
    glass,
    grant,
    note,
    person,
    person_clause,
    record,
    release,
    subject,
    told,
    world,
)

NONE = "no such record"
OPEN = clause("open", ["event"])
NAMES = person_clause("names", ["identity", "description", "link", "contact", "identifier", "image"])


def linked(*categories, **more):
    return [record("rec", persons=[person(*categories)], **more)]


# A child


def test_eighteen_begins_at_midnight_in_london():
    born = subject(born="2008-06-15")
    assert child(born, moment("2026-06-14T22:59:59Z"), [], business=False)
    assert not child(born, moment("2026-06-14T23:00:00Z"), [], business=False)
    assert moment("2026-06-14T23:00:00Z").astimezone(LONDON).hour == 0


def test_born_on_29_february_is_eighteen_on_1_march():
    born = subject(born="2008-02-29")
    assert child(born, moment("2026-02-28T23:59:59Z"), [], business=False)
    assert not child(born, moment("2026-03-01T00:00:00Z"), [], business=False)


def test_belief_prevails_over_an_unverified_date_only():
    now = moment("2026-02-17T14:00:00Z")
    assert child(subject(believed_child=True, dob_verified=False), now, [], business=False)
    assert not child(subject(believed_child=True), now, [], business=False)


def test_the_lower_end_of_the_apparent_age_grows():
    looks = {"low": 17, "high": 20, "recorded": "2025-03-01"}
    seen = subject(born=None, apparent_age=looks)
    assert child(seen, moment("2026-02-28T12:00:00Z"), [], business=False)
    assert not child(seen, moment("2026-03-01T12:00:00Z"), [], business=False)


def test_no_recorded_age_is_a_child_for_business_alone():
    now = moment("2026-02-17T14:00:00Z")
    assert child(subject(born=None), now, [], business=True)
    assert not child(subject(born=None), now, [], business=False)


def test_what_happened_before_eighteen_or_at_no_time_stays_a_childs_for_business():
    born, now = subject(born="2008-02-10"), moment("2026-02-17T14:00:00Z")
    assert child(born, now, [moment("2026-02-09T12:00:00Z")], business=True)
    assert child(born, now, [None], business=True)
    assert not child(born, now, [moment("2026-02-10T12:00:00Z")], business=True)
    assert not child(born, now, [moment("2026-02-09T12:00:00Z"), None], business=False)


def test_a_childs_identity_goes_to_business_only_by_clause_and_note_and_on_screen():
    asked = world(OPEN, NAMES, subjects=[subject(born=CHILD)], records=linked("suspect"))
    assert told(asked, "persons.l1.gender", reader="rom-1") == ("withhold", "protected")
    assert told(asked, "persons.l1.gender") == ("disclose", "clause")
    asked["records"] = linked("suspect", necessity_notes=[note()])
    assert told(asked, "persons.l1.gender", reader="rom-1") == ("disclose", "clause")
    assert told(asked, "persons.l1.phone", reader="rom-1") == ("withhold", "protected")
    for door in ("bulk", "print", "export"):
        assert told(asked, "persons.l1.gender", reader="rom-1", exit=door) == ("withhold", "protected")


@pytest.mark.parametrize(
    "wrong",
    [
        {"until": "2026-08-11T00:00:00Z"},
        {"approver": "hav-1"},
        {"approver": "rom-1"},
        {"recipients": ["havering"]},
        {"subject": "bob"},
        {"until": "2026-02-17T14:00:00Z"},
    ],
)
def test_a_note_too_long_or_of_another_hand_is_void(wrong):
    asked = world(OPEN, NAMES, subjects=[subject(born=CHILD), subject("bob")])
    asked["records"] = linked("suspect", necessity_notes=[note(**wrong)])
    assert told(asked, "persons.l1.gender", reader="rom-1") == ("withhold", "protected")


# A protected person, vulnerability, source


@pytest.mark.parametrize("category", ["victim", "witness", "other"])
def test_protected_persons_never_reach_business(category):
    asked = world(OPEN, NAMES, records=linked(category))
    for field in ("subject", "gender", "phone", "picture", "pnc_id"):
        assert told(asked, f"persons.l1.{field}", reader="rom-1") == ("withhold", "protected")
    assert told(asked, "persons.l1.hair", reader="rom-1") == ("disclose", "clause")
    assert told(asked, "persons.l1.gender") == ("disclose", "clause")


def test_a_copy_keeps_the_floors_of_its_origin():
    origin = record("first", persons=[person("victim", link="l0")])
    asked = world(OPEN, person_clause("p", ["identity", "description"], categories=["suspect"]))
    asked["records"] = [origin, *linked("suspect", derived_from="first")]
    assert told(asked, "persons.l1.gender") == ("withhold", "floor-victim")
    assert told(asked, "persons.l1.hair") == ("disclose", "clause")


def test_what_a_protected_person_keeps_falls_under_the_floor():
    kept = record("rec", "vehicle", keeper="l0")
    asked = world(OPEN, NAMES, records=[record("first", persons=[person("victim", link="l0")]), kept])
    assert told(asked, "registration", reader="rom-1") == ("withhold", "protected")
    assert told(asked, "registration") == ("disclose", "clause")


def test_vulnerability_never_reaches_business():
    asked = world(OPEN, person_clause("p", ["vulnerability", "description"]), records=linked("suspect"))
    assert told(asked, "persons.l1.injury", reader="rom-1") == ("withhold", "protected")
    assert told(asked, "persons.l1.injury") == ("disclose", "clause")


def test_source_reaches_nobody_outside():
    asked = world(clause("c", ["source", "event"]), records=[record("rec", "intelligence")])
    assert told(asked, "handler") == ("withhold", "protected")


# Orders and conditions


def test_an_anonymity_order_follows_the_person_everywhere():
    asked = world(clause("c", ["event", "narrative", "identifier"]), NAMES, releases=[release(text="Said.")])
    asked["subjects"] = [subject(anonymity_order="youth")]
    asked["records"] = linked("suspect")
    asked["agreements"][0]["versions"][0]["clauses"][0]["to"] += ["youth", "cps"]
    asked["agreements"][0]["versions"][0]["clauses"][1]["to"] += ["youth", "cps"]
    for field in ("persons.l1.gender", "persons.l1.subject", "account"):
        assert told(asked, field) == ("withhold", "anonymity-order")
        assert told(asked, field, reader="you-1") == ("disclose", "clause")
        assert told(asked, field, reader="cps-1") == ("disclose", "clause")
    assert told(asked, "crime_reference") == ("disclose", "clause")
    assert told(asked, "persons.l1.gender", reader="met-1") == ("disclose", "owner")


def test_conditions_name_recipients_and_withhold_classes_of_copies_too():
    asked = world(OPEN, clause("p", ["place"]), records=linked(conditions={"named_recipients": ["romford"]}))
    assert ask(asked) == NONE
    assert ask(asked, reader="rom-1") != NONE
    origin = record("first", owner="cps", conditions={"named_recipients": ["havering"]})
    asked["records"] = [origin, *linked(derived_from="first")]
    assert ask(asked, reader="rom-1") == NONE
    asked["records"] = linked(conditions={"withhold_classes": ["place"]})
    assert told(asked, "ward") == ("withhold", "originator-condition")
    assert told(asked, "ward", reader="rom-1") == ("withhold", "protected")


def test_a_copy_under_conditions_that_name_nobody_is_not_released_onward():
    origin = record("first", owner="cps", conditions={"sanitised_only": True})
    asked = world(OPEN, records=[origin, *linked(derived_from="first")])
    assert ask(asked) == NONE


# Grants


def test_a_grant_opens_its_fields_while_a_release_lives():
    asked = world(grants=[grant(["outcome"])])
    assert told(asked, "outcome") == ("disclose", "grant")
    assert told(asked, "occurred") == ("withhold", "no-clause")
    assert told(asked, "outcome", exit="bulk") == ("withhold", "no-clause")
    assert ask(asked, reader="rom-1") == NONE
    assert ask({**asked, "releases": []}) == NONE
    assert ask(asked, now="2026-03-01T00:00:00Z") == NONE
    assert ask(world(grants=[grant(["outcome"], purpose="another")])) == NONE


def test_a_grant_to_business_names_its_users():
    asked = world(grants=[grant(["outcome"], to_agency="romford")])
    assert ask(asked, reader="rom-1") == NONE
    asked["grants"][0]["to_users"] = ["rom-1"]
    assert told(asked, "outcome", reader="rom-1") == ("disclose", "grant")
    assert ask(asked, reader="shop-1") == NONE


def test_a_grant_passes_the_protected_floor_only_where_the_approver_says_so():
    asked = world(OPEN, grants=[grant(["persons.l1.gender", "persons.l1.hair"])], records=linked("victim"))
    assert told(asked, "persons.l1.gender") == ("withhold", "no-clause")
    asked["grants"][0]["passes"] = [{"link": "l1", "floor": "protected", "why": "she asked for it"}]
    assert told(asked, "persons.l1.gender") == ("disclose", "grant")


def test_a_note_does_not_carry_a_grant_past_the_child_floor():
    asked = world(OPEN, subjects=[subject(born=CHILD)], records=linked("suspect", necessity_notes=[note()]))
    given = grant(["persons.l1.gender", "persons.l1.hair"], to_agency="romford", to_users=["rom-1"])
    asked["grants"] = [given]
    assert told(asked, "persons.l1.gender", reader="rom-1") == ("withhold", "no-clause")
    given["passes"] = [{"link": "l1", "floor": "child", "why": "she is missing"}]
    assert told(asked, "persons.l1.gender", reader="rom-1") == ("disclose", "grant")


def test_original_text_needs_a_pass_for_everyone_on_the_record():
    asked = world(OPEN, grants=[grant(["account"])], records=linked("victim"))
    assert told(asked, "account") == ("withhold", "no-clause")
    asked["grants"][0]["passes"] = [{"link": "l1", "floor": "protected", "why": "she asked for it"}]
    assert told(asked, "account") == ("disclose", "grant")
    asked["records"] = linked("victim", conditions={"sanitised_only": True})
    assert told(asked, "account") == ("withhold", "no-clause")


# Break-glass


def test_broken_glass_opens_everything_but_the_source_without_a_release():
    asked = world(OPEN, releases=[], break_glass=[glass()], subjects=[subject(anonymity_order="youth")])
    asked["records"] = linked("victim")
    assert told(asked, "persons.l1.family_name") == ("disclose", "break-glass")
    assert ask(asked, now="2026-02-17T14:20:00Z") == NONE
    assert ask(asked, exit="print") == NONE
    assert ask(asked, reader="hav-2") == NONE
    asked["records"] = [record("rec", "intelligence")]
    assert told(asked, "handler") == ("absent", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"factor_at": "2026-02-17T13:45:00Z"},
        {"role": "desk"},
        {"role": "duty_inspector"},
        {"danger": "curiosity"},
        {"reason": ""},
    ],
)
def test_glass_broken_without_ground_opens_nothing(wrong):
    assert ask(world(OPEN, releases=[], break_glass=[glass(**wrong)])) == NONE


def test_business_never_breaks_glass():
    asked = world(OPEN, releases=[], break_glass=[glass(user="rom-1")])
    asked["users"][3]["roles"] = ["safeguarding_lead"]
    assert ask(asked, reader="rom-1") == NONE


def test_an_overdue_review_asks_for_a_second_person_who_holds_the_role():
    overdue = glass(id="earlier", at="2026-02-10T10:00:00Z")
    asked = world(OPEN, releases=[], break_glass=[overdue, glass()])
    assert ask(asked) == NONE
    asked["break_glass"][1]["second_person"] = "hav-2"
    assert ask(asked) != NONE
    asked["break_glass"][1]["second_person"] = "met-1"
    assert ask(asked) == NONE
    asked["break_glass"] = [{**overdue, "reviewed": "2026-02-14T10:00:00Z"}, glass()]
    assert ask(asked) != NONE


def test_a_veto_holds_against_broken_glass():
    asked = world(OPEN, releases=[], break_glass=[glass()])
    asked["records"] = linked(conditions={"withhold_classes": ["place"], "veto": True})
    assert told(asked, "ward") == ("withhold", "no-clause")
    assert told(asked, "outcome") == ("disclose", "break-glass")
    asked["records"] = linked(conditions={"withhold_classes": ["place"]})
    assert told(asked, "ward") == ("disclose", "break-glass")


def test_what_gives_as_much_first_is_cited():
    asked = world(OPEN, clause("t", ["narrative"]), grants=[grant(["outcome", "account"])])
    asked["break_glass"], asked["releases"] = [glass()], [release(text="Said.")]
    assert told(asked, "outcome") == ("disclose", "clause")
    assert told(asked, "account") == ("disclose", "grant")
    assert told(asked, "ward") == ("disclose", "break-glass")
