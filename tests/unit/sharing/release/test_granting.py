"""What a grant would open, before it is given: the same as what the engine gives once it is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.release.facts import Conditions, Grant, NecessityNote, Pass, Person, Question
from sharing.release.granting import field_of, opened, weigh
from sharing.release.schema import Category, FieldClass, Reason, Treatment
from tests.unit.sharing.release.scene import (
    ADULT,
    CHILD,
    NOW,
    PURPOSE,
    agreement,
    clause,
    link,
    policy,
    reader,
    record,
)

VICTIM, SUSPECT = Category.VICTIM, Category.SUSPECT
TERMS = agreement(
    clause("0", {"status", "account"}),
    clause("1", {"build"}, categories=set(Category)),
    clause("2", {"home_address"}, "generalise", categories={SUSPECT, VICTIM}),
)
SHOP = reader("romford")
NAME = "persons.l1.family_name"


def grant(*keys, treatment=Treatment.DISCLOSE, agency="havering", **more):
    until = NOW + timedelta(days=1)
    said = {"to_users": frozenset({f"{agency}-user"}), "from_at": NOW, "until": until, **more}
    return Grant("G", "A", frozenset(keys), treatment, agency, purpose=PURPOSE, **said)


def weighed(about, key, who=None, **more):
    who = who or reader()
    given = grant(key, agency=who.agency, **more)
    return weigh(policy(TERMS), about, who, Question(PURPOSE, NOW), given)[key]


def with_person(*args, **more):
    return replace(record(**more), persons=(link(*args),))


def test_name_of_an_adult_suspect_opens_for_the_council_by_one_person_alone():
    found = weighed(with_person(ADULT), NAME)
    assert (found.opens, found.stopped, found.passes, found.second) == (True, None, frozenset(), False)


def test_name_of_a_victim_opens_only_past_the_floor_and_by_two_people():
    found = weighed(with_person(ADULT, VICTIM), NAME)
    assert (found.opens, found.passes, found.second) == (True, {("l1", "protected")}, True)


def test_clause_that_names_victims_leaves_no_floor_to_pass_but_still_asks_for_two():
    found = weighed(with_person(ADULT, VICTIM), "persons.l1.home_address")
    assert (found.opens, found.passes, found.second) == (True, frozenset(), True)


def test_businesses_always_need_two_people():
    assert weighed(with_person(ADULT), NAME, SHOP).second
    assert weighed(record(), "loss", SHOP).second
    assert not weighed(record(), "loss").second


def test_child_opens_for_a_business_only_with_a_note_that_is_signed():
    bare = with_person(CHILD)
    assert weighed(bare, NAME, SHOP).stopped is Reason.FLOOR_CHILD
    note = NecessityNote(
        "child", frozenset({"romford"}), frozenset({FieldClass.IDENTITY}), "To find him.", NOW,
        NOW + timedelta(days=30), "inspector",
    )  # fmt: skip
    found = weighed(replace(bare, notes=(note,)), NAME, SHOP)
    assert (found.opens, found.passes) == (True, {("l1", "child")})


def test_child_needs_two_people_and_no_pass_towards_the_council():
    found = weighed(with_person(CHILD), NAME)
    assert (found.opens, found.passes, found.second) == (True, frozenset(), True)


def test_original_text_passes_the_floors_of_everybody_on_the_record():
    about = replace(record(), persons=(link(ADULT, VICTIM), link(ADULT, name="l2")))
    found = weighed(about, "account")
    assert (found.opens, found.passes, found.second) == (True, {("l1", "protected")}, True)


@pytest.mark.parametrize(
    ("about", "key", "who", "reason"),
    [
        (with_person(ADULT), "persons.l1.injury", SHOP, Reason.FLOOR_VULNERABILITY),
        (with_person(ADULT, conditions=Conditions(withhold_classes=frozenset({FieldClass.IDENTITY}))),
         NAME, None, Reason.ORIGINATOR_CONDITION),
        (with_person(Person("named", dob=ADULT.dob, anonymity_order="cps")), NAME, None,
         Reason.ANONYMITY_ORDER),
        (record(releases=()), "loss", None, Reason.EXPIRED),
    ],
)  # fmt: skip
def test_what_no_grant_opens_says_what_stops_it(about, key, who, reason):
    found = weighed(about, key, who)
    assert (found.opens, found.stopped) == (False, reason)


def test_treatment_that_the_field_does_not_have_is_named_as_the_reason():
    assert weighed(record(), "method", treatment=Treatment.MASK).stopped is Reason.NO_TREATMENT


def test_what_is_seen_already_is_said_to_be():
    assert weighed(record(), "status").seen


def test_key_that_names_nothing_is_refused():
    assert field_of(policy(TERMS), with_person(ADULT), "persons.other.family_name") is None
    with pytest.raises(KeyError):
        weighed(record(), "nonsense")


def test_opened_counts_the_passes_that_the_grant_has():
    about, who = with_person(ADULT, VICTIM), reader()
    asked = (policy(TERMS), about, who, Question(PURPOSE, NOW))
    assert opened(*asked, grant(NAME)) == frozenset()
    assert opened(*asked, grant(NAME, passes=(Pass("l1", "protected", "  "),))) == frozenset()
    assert opened(*asked, grant(NAME, passes=(Pass("l1", "protected", "He asked for it."),))) == {NAME}
