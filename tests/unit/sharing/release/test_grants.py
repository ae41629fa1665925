from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.release.facts import Conditions, Exit, Grant, NecessityNote, Pass
from sharing.release.schema import Category, Treatment
from tests.unit.sharing.release.scene import (
    ADULT,
    CHILD,
    NOW,
    PURPOSE,
    agreement,
    clause,
    decided,
    link,
    reader,
    record,
    released,
    told,
)

SUSPECT, VICTIM = Category.SUSPECT, Category.VICTIM
TERMS = agreement(
    clause("0", {"status"}),
    clause("1", {"build"}, categories=set(Category)),
    clause("2", {"place"}, "generalise"),
)
SHOP = reader("romford")


def grant(*fields, **more):
    said = {
        "id": "G",
        "agreement": "A",
        "treatment": Treatment.DISCLOSE,
        "to_agency": "havering",
        "to_users": None,
        "purpose": PURPOSE,
        "from_at": NOW - timedelta(days=1),
        "until": NOW + timedelta(days=1),
        **more,
    }
    return Grant(fields=frozenset(fields), **said)


def outcome(key, *grants, who=None, leaving=Exit.ONE, **more):
    about = record(grants=grants, **{"persons": (link(ADULT),), **more})
    return told(decided(TERMS, about, who, leaving=leaving), key)


def test_grant_gives_what_clauses_do_not_and_is_cited_by_its_id():
    assert outcome("occurred", grant("occurred")) == ("disclose", "grant", "G")
    assert outcome("persons.l1.family_name", grant("persons.l1.family_name")) == ("disclose", "grant", "G")


def test_grant_speaks_of_its_own_fields_only():
    assert outcome("occurred", grant("loss"))[0] == "withhold"


@pytest.mark.parametrize(
    "more",
    [
        {"to_agency": "north"},
        {"to_users": frozenset({"somebody"})},
        {"purpose": "other"},
        {"from_at": NOW + timedelta(minutes=1)},
        {"until": NOW},
        {"agreement": "B"},
    ],
)
def test_grant_is_for_its_reader_purpose_time_and_agreement(more):
    assert outcome("occurred", grant("occurred", **more))[0] == "withhold"


def test_business_recipients_are_always_named_users():
    assert outcome("occurred", grant("occurred", to_agency="romford"), who=SHOP)[0] == "withhold"
    named = grant("occurred", to_agency="romford", to_users=frozenset({"romford-user"}))
    assert outcome("occurred", named, who=SHOP)[0] == "disclose"


@pytest.mark.parametrize("leaving", [Exit.BULK, Exit.PRINT, Exit.EXPORT])
def test_grant_never_leaves_in_bulk_print_or_export(leaving):
    assert outcome("occurred", grant("occurred"), leaving=leaving)[0] == "withhold"


def test_grant_lives_only_while_a_release_to_the_reader_does():
    about = record(grants=(grant("occurred"),), releases=(released(revoked=NOW),))
    assert decided(TERMS, about) is None


def test_of_clause_and_grant_the_first_that_gives_as_much_is_cited():
    assert outcome("ward", grant("ward")) == ("disclose", "clause", "2")
    assert outcome("address", grant("address")) == ("disclose", "grant", "G")


def test_grant_makes_a_record_exist_as_a_clause_does():
    terms = agreement(clause("1", {"place"}, "withhold"))
    assert decided(terms, record(grants=(grant("occurred"),))) is not None
    assert decided(terms, record()) is None


NAME = "persons.l1.family_name"


def passing(floor, *, why="Danger.", on="l1"):
    return grant(
        NAME, to_agency="romford", to_users=frozenset({"romford-user"}), passes=(Pass(on, floor, why),)
    )


@pytest.mark.parametrize(
    ("given", "treatment"),
    [
        (passing("protected"), "disclose"),
        (passing("child"), "withhold"),
        (passing("protected", on="l2"), "withhold"),
        (passing("protected", why=" "), "withhold"),
    ],
)
def test_grant_passes_the_protected_floor_person_by_person_and_why(given, treatment):
    assert outcome(NAME, given, who=SHOP, persons=(link(ADULT, VICTIM),))[0] == treatment


NOTE = NecessityNote(
    person="child",
    recipients=frozenset({"romford"}),
    classes=frozenset({"identity"}),
    reason="Robberies of other children.",
    from_at=NOW - timedelta(days=1),
    until=NOW + timedelta(days=30),
    approver="inspector",
)


@pytest.mark.parametrize(
    ("given", "notes", "exists"),
    [
        (passing("child"), (NOTE,), True),
        (passing("child"), (), False),
        (passing("protected"), (NOTE,), False),
        (replace(passing("child"), passes=()), (NOTE,), False),
    ],
)
def test_grant_for_a_child_to_a_business_needs_the_pass_and_the_necessity_note(given, notes, exists):
    terms = agreement(clause("0", {"status"}), clause("1", {"build"}, "withhold"))
    found = decided(terms, record(grants=(given,), notes=notes, persons=(link(CHILD),)), SHOP)
    assert bool(found.persons) is exists
    if exists:
        assert told(found, NAME) == ("disclose", "grant", "G")


def test_grant_of_a_protected_persons_name_to_others_needs_its_pass_too():
    bare, full = grant(NAME), grant(NAME, passes=(Pass("l1", "protected", "Court."),))
    assert outcome(NAME, bare, persons=(link(ADULT, VICTIM),))[0] == "withhold"
    assert outcome(NAME, full, persons=(link(ADULT, VICTIM),))[0] == "disclose"


def test_grant_passes_no_other_floor():
    ordered = replace(ADULT, anonymity_order="yjs")
    assert outcome(NAME, grant(NAME), persons=(link(ordered),))[0] == "withhold"
    barred = Conditions(withhold_classes=frozenset({"event"}))
    assert outcome("occurred", grant("occurred"), conditions=barred)[0] == "withhold"
    injury = replace(passing("protected"), fields=frozenset({"persons.l1.injury"}))
    found = decided(TERMS, record(grants=(injury,), persons=(link(ADULT),)), SHOP)
    assert told(found, "persons.l1.injury")[0] == "absent"


def test_original_text_needs_a_pass_for_everyone_on_the_record():
    people = (link(ADULT, VICTIM), link(replace(ADULT, id="w"), Category.WITNESS, name="l2"))
    one, two = Pass("l1", "protected", "Court."), Pass("l2", "protected", "Court.")
    assert outcome("account", grant("account", passes=(one,)), persons=people)[0] == "withhold"
    assert outcome("account", grant("account", passes=(one, two)), persons=people)[0] == "disclose"


def test_original_text_gives_more_than_the_releases_text():
    terms = agreement(clause("0", {"status", "narrative"}))
    about = record(grants=(grant("account"),), releases=(released(text="Short."),))
    assert told(decided(terms, about), "account") == ("disclose", "grant", "G")


def test_sanitised_text_only_keeps_the_original_from_grants():
    bound = Conditions(sanitised_only=True)
    assert outcome("account", grant("account"), conditions=bound)[0] == "withhold"
