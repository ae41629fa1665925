"""The matrix says what the engine would: by class, by single field where they part, by recipient."""

import pytest

from sharing.release.facts import Children
from sharing.release.matrix import Asked, columns_of, matrix_of
from sharing.release.schema import Category, Treatment
from sharing.release.supposed import in_force
from tests.unit.sharing.release.scene import NOW, PURPOSE, clause, policy, reader, version

SUSPECT, VICTIM = Category.SUSPECT, Category.VICTIM
COUNCIL, SHOPS = reader("havering"), reader("romford")
D, G, W, A = Treatment.DISCLOSE, Treatment.GENERALISE, Treatment.WITHHOLD, Treatment.ABSENT


def made(clauses, *readers, before=None, **more):
    asked = Asked(**{"owner": "east", "type": "incident", "purpose": PURPOSE, **more})
    policies = [
        policy(in_force("A", version(*each), NOW), approvers={}) if each is not None else None
        for each in (clauses, before)
    ]
    return matrix_of(tuple(policies), "A", asked, readers or (COUNCIL,), NOW)


def row(part, field):
    return next(each for each in part if field in each.fields)


def test_a_class_is_one_row_until_a_clause_names_a_field_of_it():
    whole = made([clause("1", {"admin", "place"})])
    assert [(each.fields, each.whole) for each in whole.record if each.field_class == "place"] == [
        (("address", "point", "ward", "place_kind"), True)
    ]
    parted = made([clause("1", {"admin", "place"}), clause("2", {"ward"}, "withhold")])
    assert [each.fields for each in parted.record if each.field_class == "place"] == [
        ("address", "point", "place_kind"),
        ("ward",),
    ]
    (cell,) = row(parted.record, "ward").cells
    assert (cell.treatment, cell.clause, cell.floor) == (W, "2", False)


def test_a_treatment_that_a_field_lacks_shows_as_withheld():
    found = made([clause("1", {"admin"}), clause("2", {"event"}, "generalise")])
    assert row(found.record, "occurred").cells[0].treatment is G
    assert row(found.record, "method").cells[0].treatment is W
    assert row(found.record, "crime_type").cells[0].treatment is D


def test_recipients_are_columns_and_a_role_may_see_more():
    clauses = [clause("1", {"admin"}), clause("2", {"event"}, roles={"officer"})]
    found = made(clauses, COUNCIL, reader("havering", "officer"), SHOPS)
    assert [cell.treatment for cell in row(found.record, "occurred").cells] == [W, D, W]


def test_a_record_that_does_not_exist_for_somebody_shows_nothing_there():
    found = made([clause("1", {"admin"}, to_parties={"havering"})], COUNCIL, SHOPS)
    assert found.exists == (True, False)
    assert [cell.treatment for cell in row(found.record, "status").cells] == [D, A]


def test_a_person_is_shown_by_what_they_were_and_their_age():
    opens = clause("2", {"identity"}, categories={SUSPECT})
    adult = made([clause("1", {"admin"}), opens], category=SUSPECT)
    child = made([clause("1", {"admin"}), opens], category=SUSPECT, child=True)
    victim = made([clause("1", {"admin"}), opens], category=VICTIM)
    assert [row(each.person, "family_name").cells[0].treatment for each in (adult, child, victim)] == [
        D,
        A,
        A,
    ]
    assert made([clause("1", {"admin"})]).person == ()


@pytest.mark.parametrize(
    ("who", "field", "category", "floor"),
    [
        (SHOPS, "injury", SUSPECT, True),
        (COUNCIL, "injury", SUSPECT, False),
        (SHOPS, "family_name", VICTIM, True),
        (COUNCIL, "family_name", VICTIM, False),
        (SHOPS, "family_name", SUSPECT, False),
        (SHOPS, "hair", VICTIM, False),
    ],
)
def test_what_no_clause_could_show_is_marked(who, field, category, floor):
    found = made([clause("1", {"admin"})], who, category=category)
    assert row(found.person, field).cells[0].floor is floor


def test_source_is_never_shown_to_anybody():
    found = made([clause("1", {"admin", "source"})], COUNCIL, SHOPS, type="intelligence")
    assert all(cell.floor for each in found.record if each.field_class == "source" for cell in each.cells)


def test_what_a_note_of_necessity_would_open_is_said():
    clauses = [
        clause("1", {"admin"}),
        clause("2", {"identity", "build"}, categories={SUSPECT}, children=Children.ALSO),
    ]
    found = made(clauses, SHOPS, COUNCIL, category=SUSPECT, child=True)
    business, council = row(found.person, "family_name").cells
    assert (business.treatment, business.noted, business.floor) == (W, D, False)
    assert (council.treatment, council.noted) == (D, None)
    victim = made([*clauses, clause("3", {"build"}, categories={VICTIM}, children=Children.ALSO)], SHOPS,
                  category=VICTIM, child=True)  # fmt: skip
    assert row(victim.person, "family_name").cells[0].noted is None


def test_links_are_judged_as_links():
    found = made([clause("1", {"admin"}), clause("2", {"links"}, to_parties={"council"})], COUNCIL, SHOPS)
    assert [cell.treatment for cell in row(found.record, "links").cells] == [D, A]


def test_a_persons_own_record_and_a_kept_thing_follow_the_person():
    clauses = [
        clause("1", {"admin"}),
        clause("2", {"identity", "registration"}, "mask", categories={SUSPECT}),
    ]
    page = made(clauses, type="subject", category=SUSPECT)
    assert row(page.person, "family_name").cells[0].treatment is Treatment.MASK
    assert row(page.record, "status").cells[0].treatment is D
    vehicle = made(clauses, type="vehicle", category=SUSPECT)
    assert row(vehicle.record, "registration").cells[0].treatment is Treatment.MASK
    assert row(made(clauses, type="vehicle").record, "registration").cells[0].treatment is W


def test_the_version_before_stands_beside():
    found = made([clause("1", {"admin", "place"})], before=[clause("1", {"admin"})])
    changed = row(found.record, "ward")
    assert [cell.treatment for cell in changed.before] == [W]
    assert [cell.treatment for cell in changed.cells] == [D]
    assert row(found.record, "status").before == row(found.record, "status").cells


def test_what_no_clause_alone_could_show_is_known_where_there_is_no_such_record_too():
    (shops, council) = columns_of(
        policy(in_force("A", version(clause("1", {"admin"}, to_parties={"havering"})), NOW)),
        "A",
        Asked("east", "incident", PURPOSE, SUSPECT, child=True),
        [SHOPS, COUNCIL],
        NOW,
    )
    assert shops.cells is None
    assert {"persons.person.family_name", "persons.person.injury"} <= shops.barred
    assert not {"status", "persons.person.build"} & shops.barred
    assert council.barred == frozenset()


@pytest.mark.parametrize("type_", ["incident", "media", "vehicle", "subject"])
def test_what_a_clause_could_show_is_never_called_a_floor(type_):
    """A still needs its parent, and a thing that somebody keeps has fields that are not theirs."""
    found = made([clause("1", {"occurred"})], SHOPS, type=type_, category=VICTIM)
    assert not row(found.record, "status").cells[0].floor
    member = reader("romford", "member", sites=frozenset({"s1"}))
    alone = [clause("1", {"occurred"}, from_parties={"romford"}, to_parties={"members"})]
    version_of = in_force("A", version(*alone, parties=frozenset({"romford"})), NOW)
    (column,) = columns_of(policy(version_of), "A", Asked("romford", type_, PURPOSE, SUSPECT), [member], NOW)
    assert "status" not in column.barred
