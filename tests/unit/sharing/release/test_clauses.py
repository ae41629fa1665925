from dataclasses import replace

import pytest

from sharing.release.facts import Children
from sharing.release.schema import Category
from tests.unit.sharing.release.scene import (
    ADULT,
    CHILD,
    PURPOSE,
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

SUSPECT, VICTIM, WITNESS = Category.SUSPECT, Category.VICTIM, Category.WITNESS


@pytest.mark.parametrize("name", ["purposes", "from_parties", "to_parties", "records", "roles", "categories"])
def test_empty_list_in_a_clause_is_refused_and_names_the_clause(name):
    with pytest.raises(ValueError, match=r"Clause 3\.1"):
        clause("3.1", {"event"}, **{name: set()})


def test_empty_fields_of_a_clause_are_refused():
    with pytest.raises(ValueError, match="fields"):
        clause("3.1", set())


def test_field_named_beats_its_class():
    clauses = (clause("1", {"event"}, "withhold"), clause("2", {"occurred"}, "generalise"))
    assert seen(clauses, "occurred") == ("generalise", "clause", "2")


def test_named_agency_beats_its_kind_on_the_recipients_side():
    clauses = (clause("1", {"event"}), clause("2", {"event"}, "withhold", to_parties={"havering"}))
    assert seen(clauses, "occurred") == ("withhold", "clause", "2")
    assert seen(clauses, "occurred", who=reader("romford")) == ("disclose", "clause", "1")


def test_named_agency_beats_its_kind_on_the_owners_side():
    clauses = (clause("1", {"event"}, "withhold"), clause("2", {"event"}, from_parties={"east"}))
    assert seen(clauses, "occurred") == ("disclose", "clause", "2")


def test_named_role_beats_any():
    clauses = (clause("1", {"event"}, "withhold"), clause("2", {"event"}, roles={"officer"}))
    assert seen(clauses, "occurred", who=reader("havering", "officer")) == ("disclose", "clause", "2")


def test_only_children_beats_also():
    clauses = (
        clause("1", {"hair"}, categories={SUSPECT}, children=Children.ALSO),
        clause("2", {"hair"}, "withhold", categories={SUSPECT}, children=Children.ONLY),
    )
    child = with_child()
    assert persons(clauses, "hair", child) == ("withhold", "clause", "2")


def test_members_is_as_specific_as_a_named_agency():
    clauses = (clause("1", {"event"}), clause("2", {"event"}, "withhold", to_parties={"members"}))
    assert seen(clauses, "occurred", who=reader("romford", sites=frozenset({"s1"}))) == (
        "withhold",
        "clause",
        "2",
    )
    assert seen(clauses, "occurred", who=reader("romford")) == ("disclose", "clause", "1")


def test_between_clauses_of_which_neither_beats_the_other_the_stronger_protection_holds():
    clauses = (clause("1", {"occurred"}), clause("2", {"event"}, "generalise", to_parties={"havering"}))
    assert seen(clauses, "occurred") == ("generalise", "clause", "2")


def test_equal_clauses_are_cited_by_the_first():
    clauses = (clause("2", {"event"}), clause("1", {"event"}))
    assert seen(clauses, "occurred") == ("disclose", "clause", "1")


def test_never_yields_to_no_other_clause_of_its_agreement():
    clauses = (
        clause("1", {"event"}, "withhold", never=True),
        clause("2", {"occurred"}, to_parties={"havering"}),
    )
    assert seen(clauses, "occurred") == ("withhold", "clause", "1")


def test_never_does_not_bind_another_agreement():
    about = record(releases=(released(), released("S", agreement="B")))
    strict = agreement(clause("0", {"status"}), clause("1", {"event"}, "withhold", never=True))
    kind = agreement(clause("9", {"event"}), name="B")
    assert told(decided((strict, kind), about), "occurred") == ("disclose", "clause", "9")


def test_opening_clause_must_name_all_of_the_links_categories():
    clauses = (clause("1", {"hair"}, categories={SUSPECT}),)
    both = with_person_of(SUSPECT, WITNESS)
    assert persons(clauses, "hair", both) == ("withhold", "category", "1")
    assert persons(clauses, "hair", with_person_of(SUSPECT)) == ("disclose", "clause", "1")


def test_withholding_clause_covers_every_link_that_has_any_of_its_categories():
    clauses = (
        clause("1", {"hair"}, categories={SUSPECT, WITNESS}),
        clause("2", {"hair"}, "withhold", categories={WITNESS, VICTIM}),
    )
    assert persons(clauses, "hair", with_person_of(SUSPECT, WITNESS)) == ("withhold", "clause", "2")


def test_clause_without_categories_opens_no_field_of_a_person():
    assert persons((clause("1", {"hair"}),), "hair", with_person_of(SUSPECT))[:2] == ("withhold", "no-clause")


def test_withholding_clause_without_categories_covers_every_person():
    clauses = (clause("1", {"description"}, "withhold"), clause("2", {"description"}, categories={SUSPECT}))
    assert persons(clauses, "hair", with_person_of(SUSPECT)) == ("withhold", "clause", "1")


def test_clause_with_categories_opens_no_field_of_the_record():
    assert seen((clause("1", {"event"}, categories={SUSPECT}),), "occurred")[:2] == ("withhold", "no-clause")


def test_empty_list_of_categories_is_other():
    clauses = (clause("1", {"hair"}, categories={SUSPECT}),)
    about = with_person_of(categories=frozenset())
    assert persons(clauses, "hair", about) == ("withhold", "category", "1")


def test_children_no_unless_said_closes_an_opening_clause_to_children():
    clauses = (clause("1", {"hair"}, categories={SUSPECT}),)
    assert persons(clauses, "hair", with_child()) == ("withhold", "category", "1")


def test_withholding_clause_covers_children_unless_it_says_less():
    clauses = (
        clause("1", {"hair"}, categories={SUSPECT}, children=Children.ALSO),
        clause("2", {"hair"}, "withhold"),
    )
    assert persons(clauses, "hair", with_child()) == ("withhold", "clause", "2")


def test_withholding_clause_with_roles_covers_these_roles_only():
    clauses = (clause("1", {"event"}), clause("2", {"event"}, "withhold", roles={"member"}))
    assert seen(clauses, "occurred")[0] == "disclose"
    assert seen(clauses, "occurred", who=reader("havering", "member"))[0] == "withhold"


def test_roles_of_one_reader_count_together():
    clauses = (clause("1", {"occurred"}, roles={"analyst"}), clause("2", {"loss"}, roles={"officer"}))
    who = reader("havering", "analyst", "officer")
    assert seen(clauses, "occurred", who=who)[0] == seen(clauses, "loss", who=who)[0] == "disclose"


@pytest.mark.parametrize(
    ("more", "reason", "cited"),
    [
        ({"retention_days": 5}, "expired", "1"),
        ({"roles": {"officer"}}, "role", "1"),
        ({"purposes": {"other"}}, "purpose", "1"),
        ({"to_parties": {"bcrp"}}, "no-clause", None),
        ({"from_parties": {"council"}}, "no-clause", None),
        ({"records": {"sighting"}}, "no-clause", None),
    ],
)
def test_reason_is_what_stopped_the_opening_clause(more, reason, cited):
    assert seen((clause("1", {"event"}, **more),), "occurred") == ("withhold", reason, cited)


def test_the_clause_that_got_furthest_speaks():
    clauses = (
        clause("1", {"event"}, purposes={"other"}),
        clause("2", {"event"}, roles={"officer"}),
        clause("3", {"event"}, retention_days=1),
    )
    assert seen(clauses, "occurred") == ("withhold", "expired", "3")
    assert seen(clauses[:2], "occurred") == ("withhold", "role", "2")


def test_retention_ends_at_its_last_moment():
    clauses = (clause("1", {"event"}, retention_days=10),)
    assert seen(clauses, "occurred")[1] == "expired"
    assert seen((clause("1", {"event"}, retention_days=11),), "occurred")[0] == "disclose"


def test_withholding_clause_has_no_retention():
    clauses = (clause("1", {"occurred"}, "withhold", retention_days=1), clause("2", {"event"}))
    assert seen(clauses, "occurred") == ("withhold", "clause", "1")


def test_silence_is_absent_for_assessment_and_withheld_for_the_rest():
    assert seen((), "risk_score") == ("absent", None, None)
    assert seen((), "occurred") == ("withhold", "no-clause", None)


def test_treatment_that_a_type_does_not_have_is_withheld():
    assert seen((clause("1", {"cad_reference"}, "mask"),), "cad_reference") == (
        "withhold",
        "no-treatment",
        "1",
    )


def test_coarse_field_leaves_as_it_is_and_counts_as_disclosed():
    assert seen((clause("1", {"ward"}, "generalise"),), "ward") == ("disclose", "clause", "1")


def test_free_text_leaves_only_as_the_releases_own_text():
    clauses = (clause("1", {"narrative"}),)
    assert seen(clauses, "account") == ("withhold", "no-release-text", "1")
    about = record(releases=(released(text="A robbery near the station."),))
    assert seen(clauses, "account", about) == ("disclose", "clause", "1")


def test_short_value_is_withheld_rather_than_masked():
    vehicle = {"type": "vehicle"}
    clauses = (clause("1", {"registration"}, "mask"),)
    assert (
        seen(clauses, "registration", record(values={"registration": "AB1"}, **vehicle))[1] == "no-treatment"
    )
    assert seen(clauses, "registration", record(values={"registration": "AB12"}, **vehicle))[0] == "mask"


def test_unstated_purpose_makes_no_record():
    assert decided(agreement(clause("1", {"event"})), purpose="other") is None
    assert decided(agreement(clause("1", {"event"})), purpose=PURPOSE) is not None


def with_child():
    return with_person(CHILD)


def with_person_of(*found, categories=None):
    one = link(ADULT, *found)
    if categories is not None:
        one = replace(one, categories=categories)
    return record(persons=(one,))
