from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.release.facts import Children, Conditions, Exit, Keeper, NecessityNote
from sharing.release.schema import Category
from tests.unit.sharing.release.scene import (
    ADULT,
    CHILD,
    NOW,
    agreement,
    clause,
    decided,
    link,
    persons,
    reader,
    record,
    released,
    seen,
    told,
    with_person,
)

SUSPECT, VICTIM = Category.SUSPECT, Category.VICTIM
EVERYBODY = set(Category)
OPEN = (
    clause(
        "1", {"identity", "contact", "image", "identifier", "link", "vulnerability"}, categories=EVERYBODY
    ),
)
TO_CHILDREN = (clause("1", {"identity", "contact"}, categories=EVERYBODY, children=Children.ONLY),)
SHOP = reader("romford")


def note(**more):
    said = {
        "person": "child",
        "recipients": frozenset({"romford"}),
        "classes": frozenset({"identity"}),
        "reason": "Robberies of other children.",
        "from_at": NOW - timedelta(days=1),
        "until": NOW + timedelta(days=30),
        "approver": "inspector",
        **more,
    }
    return NecessityNote(**said)


def child_with(*notes):
    return with_person(CHILD, notes=notes)


def test_source_is_for_the_owners_intelligence_role_only():
    about = record(type="intelligence")
    assert seen((clause("1", {"source"}),), "handler", about) == ("withhold", "protected", "1")
    assert told(decided(agreement(), about, reader("east", "officer")), "handler")[:2] == ("withhold", "role")
    assert told(decided(agreement(), about, reader("east", "intelligence")), "handler")[1] == "owner"


def test_vulnerability_never_goes_to_business_recipients():
    about = with_person(ADULT)
    assert persons(OPEN, "injury", about, SHOP) == ("withhold", "protected", "1")
    assert persons(OPEN, "injury", about) == ("disclose", "clause", "1")


@pytest.mark.parametrize("category", [Category.VICTIM, Category.WITNESS, Category.OTHER])
@pytest.mark.parametrize("field", ["family_name", "phone", "picture", "pnc_id", "subject", "category"])
def test_protected_person_never_goes_to_business_recipients(category, field):
    about = with_person(ADULT, category)
    assert persons(OPEN, field, about, SHOP) == ("withhold", "protected", "1")
    assert persons(OPEN, field, about) == ("disclose", "clause", "1")


def test_token_of_a_protected_person_is_stopped_too():
    clauses = (clause("1", {"subject"}, "pseudonym", categories=EVERYBODY),)
    assert persons(clauses, "subject", with_person(ADULT, VICTIM), SHOP)[:2] == ("withhold", "protected")
    assert persons(clauses, "subject", with_person(ADULT, SUSPECT), SHOP)[0] == "pseudonym"


def test_what_a_protected_person_keeps_falls_under_that_persons_floor():
    about = record(type="vehicle", keeper=Keeper(link(ADULT, VICTIM, name="k"), NOW))
    clauses = (clause("1", {"identifier"}, categories=EVERYBODY),)
    assert seen(clauses, "registration", about, SHOP) == ("withhold", "protected", "1")
    assert seen(clauses, "registration", about) == ("disclose", "clause", "1")


def test_what_a_person_keeps_is_judged_as_fields_of_that_persons_link():
    about = record(type="item", keeper=Keeper(link(ADULT, SUSPECT, name="k"), NOW))
    assert seen((clause("1", {"imei"}),), "imei", about)[:2] == ("withhold", "no-clause")
    assert seen((clause("1", {"imei"}, categories={SUSPECT}),), "imei", about)[0] == "disclose"


def test_child_needs_a_clause_for_children_and_a_necessity_note():
    assert persons(TO_CHILDREN, "family_name", child_with(), SHOP) == ("withhold", "protected", "1")
    assert persons(TO_CHILDREN, "family_name", child_with(note()), SHOP) == ("disclose", "clause", "1")
    assert persons(OPEN, "family_name", child_with(note()), SHOP) == ("withhold", "category", "1")


def test_child_floor_does_not_bind_agencies_that_are_no_business():
    assert persons(TO_CHILDREN, "family_name", child_with())[0] == "disclose"


@pytest.mark.parametrize(
    "more",
    [
        {"person": "adult"},
        {"recipients": frozenset({"havering"})},
        {"classes": frozenset({"contact"})},
        {"reason": " "},
        {"until": NOW},
        {"from_at": NOW + timedelta(minutes=1)},
        {"until": NOW + timedelta(days=200)},
        {"approver": "manager"},
        {"approver": "nobody"},
    ],
)
def test_necessity_note_is_void(more):
    assert persons(TO_CHILDREN, "family_name", child_with(note(**more)), SHOP)[0] == "withhold"


def test_necessity_note_of_exactly_six_months_is_good():
    start = NOW.replace(month=1, day=31)
    half_year = start.replace(month=7)
    good = note(from_at=start, until=half_year, approver="worker")
    assert persons(TO_CHILDREN, "family_name", child_with(good), SHOP)[0] == "disclose"
    late = note(from_at=start, until=half_year + timedelta(microseconds=1))
    assert persons(TO_CHILDREN, "family_name", child_with(late), SHOP)[0] == "withhold"


@pytest.mark.parametrize("leaving", [Exit.BULK, Exit.PRINT, Exit.EXPORT])
def test_child_never_leaves_in_bulk_print_or_export_but_exists_there(leaving):
    about = child_with(note())
    assert persons(TO_CHILDREN, "family_name", about, SHOP, leaving=leaving)[:2] == ("withhold", "protected")


ORDERED = replace(ADULT, anonymity_order="yjs")


@pytest.mark.parametrize("field", ["family_name", "phone", "picture", "pnc_id", "subject"])
def test_anonymity_order_hides_the_person_and_does_not_end_at_eighteen(field):
    about = with_person(ORDERED)
    assert persons(OPEN, field, about) == ("withhold", "anonymity-order", "1")
    assert persons(OPEN, field, about, SHOP)[1] == "protected"
    assert persons(OPEN, field, about, reader("yjs"))[0] == "disclose"
    assert persons(OPEN, field, about, reader("cps"))[0] == "disclose"
    assert told(decided(agreement(), about, reader("east", "officer")), f"persons.l1.{field}")[1] == "owner"


def test_anonymity_order_hides_the_narratives_of_matched_records_and_not_their_references():
    about = with_person(ORDERED, releases=(released(text="A text."),))
    clauses = (clause("1", {"narrative", "identifier"}),)
    assert seen(clauses, "account", about)[:2] == ("withhold", "anonymity-order")
    assert seen(clauses, "crime_reference", about)[0] == "disclose"


def test_anonymity_order_binds_members_of_its_holder_and_of_prosecution():
    about = with_person(replace(ORDERED, anonymity_order="romford"), releases=(released(text="A text."),))
    narrative = (clause("1", {"narrative"}),)
    assert seen(narrative, "account", about, SHOP)[0] == "disclose"
    for member in (reader("romford", sites=frozenset({"s1"})), reader("cps", sites=frozenset({"s1"}))):
        assert seen(narrative, "account", about, member)[:2] == ("withhold", "protected")


def test_anonymity_order_leaves_other_persons_on_the_record_alone():
    about = record(persons=(link(ADULT), link(replace(ORDERED, id="o"), name="l2")))
    assert persons(OPEN, "picture", about)[0] == "disclose"


def test_originators_condition_withholds_classes():
    about = record(conditions=Conditions(withhold_classes=frozenset({"event"})))
    assert seen((clause("1", {"event"}),), "occurred", about) == ("withhold", "originator-condition", "1")
    assert seen((clause("1", {"event"}),), "occurred", about, SHOP)[1] == "protected"


def test_originators_condition_names_recipients():
    about = record(conditions=Conditions(named_recipients=frozenset({"havering"})))
    terms = agreement(clause("1", {"event"}))
    assert decided(terms, about) is not None
    assert decided(terms, about, reader("north")) is None


def test_floor_is_the_reason_only_where_a_clause_had_opened():
    assert persons((), "family_name", with_person(ADULT, VICTIM), SHOP)[1] == "no-clause"


def test_derived_record_keeps_the_floors_and_conditions_of_its_origin():
    origin = with_person(ADULT, VICTIM, id="o1", conditions=Conditions(withhold_classes=frozenset({"place"})))
    copy = with_person(ADULT, Category.OBSERVED, derived_from=origin)
    clauses = (*OPEN, clause("2", {"place"}))
    assert persons(clauses, "family_name", copy, SHOP)[1] == "protected"
    assert seen(clauses, "ward", copy)[1] == "originator-condition"


def test_copy_under_its_origins_conditions_reaches_only_those_whom_these_name():
    terms = agreement(clause("1", {"event"}))
    for conditions, reached in (
        (Conditions(sanitised_only=True), set()),
        (Conditions(named_recipients=frozenset({"havering"})), {"havering"}),
        (None, {"havering", "cps"}),
    ):
        copy = record(derived_from=record(id="o1", owner="cps", conditions=conditions))
        assert {
            who for who in ("havering", "cps") if decided(terms, copy, reader(who)) is not None
        } == reached
        assert decided(terms, copy, reader("east", "officer")) is not None


def test_own_conditions_that_name_nobody_do_not_bar_the_record():
    about = record(derived_from=record(id="o1", conditions=Conditions(sanitised_only=True)))
    assert decided(agreement(clause("1", {"event"})), about) is not None


PICTURED = {"image"}


def picture(about, said, who=SHOP, treatment="disclose", **more):
    return seen((clause("1", PICTURED, treatment, children=said),), "picture", about, who, **more)[:2]


@pytest.mark.parametrize("type_", ["alert", "media"])
@pytest.mark.parametrize("category", [SUSPECT, VICTIM])
def test_picture_of_a_record_with_a_child_needs_a_clause_for_children_and_a_note(type_, category):
    bare = with_person(CHILD, category, type=type_)
    noted = replace(bare, notes=(note(classes=frozenset(PICTURED)),))
    assert picture(bare, Children.ALSO) == ("withhold", "protected")
    assert picture(noted, None) == ("withhold", "protected")
    assert picture(noted, Children.ALSO) == ("disclose", "clause")
    assert picture(noted, Children.ALSO, leaving=Exit.EXPORT) == ("withhold", "protected")
    assert picture(bare, None, reader()) == ("disclose", "clause")


def test_picture_on_which_every_face_is_covered_leaves_without_a_note():
    about = with_person(CHILD, type="alert")
    assert picture(about, None, treatment="mask") == ("mask", "clause")
    assert picture(about, None, treatment="generalise") == ("withhold", "protected")


def test_picture_of_a_record_with_grown_persons_leaves_by_its_clause():
    assert picture(with_person(ADULT, type="alert"), None) == ("disclose", "clause")


def test_derived_record_keeps_a_protected_person_from_clauses_that_do_not_name_the_category():
    copy = with_person(ADULT, Category.OBSERVED, derived_from=with_person(ADULT, VICTIM, id="o1"))
    narrow = (clause("1", {"identity"}, categories={Category.OBSERVED}),)
    assert persons(narrow, "family_name", copy)[1] == "floor-victim"
