from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.release.facts import Children, Exit, NecessityNote
from sharing.release.schema import Category
from tests.unit.sharing.release.scene import (
    ADULT,
    CHILD,
    NOW,
    PURPOSE,
    ROLES,
    agreement,
    clause,
    decided,
    link,
    policy,
    reader,
    record,
    released,
    told,
    with_person,
)

SUSPECT, VICTIM, OBSERVED = Category.SUSPECT, Category.VICTIM, Category.OBSERVED
SHOP = reader("romford")
STATUS = clause("0", {"status"})


def test_owners_staff_see_by_role_type_and_class_and_floors_do_not_bind_them():
    officer = decided(agreement(), with_person(ADULT, VICTIM), reader("east", "officer"))
    assert told(officer, "persons.l1.family_name") == ("disclose", "owner", None)
    analyst = decided(agreement(), record(), reader("east", "analyst"))
    assert told(analyst, "occurred") == ("disclose", "owner", None)
    assert told(analyst, "ward") == ("withhold", "role", None)


def test_owners_staff_without_a_permission_see_nothing_but_that_it_is_there():
    found = decided(agreement(), record(type="sighting"), reader("east", "analyst"))
    assert {outcome.reason for outcome in found.outcomes.values()} == {"role"}


def test_source_needs_the_intelligence_role_that_reads_the_class_itself():
    about = record(type="intelligence")
    assert told(decided(agreement(), about, reader("east", "analyst")), "handler")[1] == "role"


def test_purpose_of_the_owners_staff_is_not_matched():
    assert decided(agreement(), record(), reader("east", "officer"), purpose="other") is not None


def test_roles_with_purposes_bound_what_a_reader_may_state():
    bound = {"clerk": replace(ROLES["officer"], purposes=frozenset({"other"}))}
    terms = agreement(clause("1", {"event"}))
    from sharing.release.decision import decide
    from sharing.release.facts import Question

    ask = Question(PURPOSE, NOW)
    assert decide(policy(terms, roles=bound), record(), reader("havering", "clerk"), ask) is None
    key = reader("havering", purposes=frozenset({"other"}))
    assert decide(policy(terms), record(), key, ask) is None


def test_record_without_a_release_does_not_exist():
    assert decided(agreement(STATUS), record(releases=())) is None


def test_record_exists_only_if_one_of_its_fields_is_better_than_withheld():
    assert decided(agreement(clause("1", {"event"}, "withhold"))) is None
    assert decided(agreement(clause("1", {"occurred"}, "generalise"))) is not None


def test_record_of_which_floors_stop_all_that_clauses_open_does_not_exist():
    assert decided(agreement(clause("1", {"source"})), record(type="intelligence")) is None


def test_persons_fields_alone_do_not_make_a_record_exist():
    assert decided(agreement(clause("1", {"description"}, categories={SUSPECT})), with_person(ADULT)) is None


def test_person_of_whom_nothing_opens_does_not_exist_on_the_record():
    found = decided(
        agreement(STATUS, clause("1", {"description"}, categories={SUSPECT})),
        about=record(persons=(link(ADULT), link(replace(ADULT, id="v"), VICTIM, name="l2"))),
    )
    assert found.persons == ("l1",)
    assert not [key for key in found.outcomes if key.startswith("persons.l2.")]


@pytest.mark.parametrize("leaving", list(Exit))
def test_existence_is_judged_as_for_one_record_at_every_exit(leaving):
    note = NecessityNote(
        "child",
        frozenset({"romford"}),
        frozenset({"identity"}),
        "Robberies.",
        NOW - timedelta(days=1),
        NOW + timedelta(days=1),
        "inspector",
    )
    terms = agreement(STATUS, clause("1", {"identity"}, categories={SUSPECT}, children=Children.ONLY))
    found = decided(terms, with_person(CHILD, notes=(note,)), SHOP, leaving=leaving)
    assert found.persons == ("l1",)


def page(*events, **more):
    return record(type="subject", id="page", subject=ADULT, events=events, **more)


NAMES = clause("1", {"family_name", "build"}, categories={SUSPECT})


def test_persons_own_record_is_judged_by_the_category_that_its_release_states():
    stated = page(releases=(released(category=SUSPECT),))
    assert told(decided(agreement(NAMES), stated), "family_name") == ("disclose", "clause", "1")
    other = page(releases=(released(category=OBSERVED),))
    assert told(decided(agreement(STATUS, NAMES), other), "family_name") == ("withhold", "category", "1")


def test_persons_own_record_is_judged_by_each_released_link_alone_and_the_weakest_wins():
    as_suspect = with_person(ADULT, SUSPECT, id="e1")
    as_victim = with_person(ADULT, VICTIM, id="e2")
    about = clause("2", {"build"}, categories={VICTIM})
    found = decided(agreement(STATUS, NAMES, about), page(as_suspect, as_victim))
    assert told(found, "family_name") == ("disclose", "clause", "1")


def test_persons_own_record_without_category_and_released_link_does_not_exist():
    assert decided(agreement(STATUS, NAMES), page()) is None
    hidden = with_person(ADULT, SUSPECT, id="e1", releases=())
    assert decided(agreement(STATUS, NAMES), page(hidden)) is None


def test_links_of_another_owner_do_not_count_for_a_persons_own_record():
    theirs = with_person(ADULT, SUSPECT, id="e1", owner="north")
    assert decided(agreement(STATUS, NAMES), page(theirs)) is None


def still(parent, **more):
    return record(type="media", id="m1", parent=parent, releases=(), **more)


def test_media_exist_where_their_parent_does_if_a_clause_names_media():
    names_media = agreement(clause("1", {"event"}, records={"media", "incident"}))
    assert decided(names_media, still(record())) is not None
    assert decided(agreement(clause("1", {"event"}, records={"incident"})), still(record())) is None
    assert decided(names_media, still(record(releases=()))) is None
    assert decided(agreement(clause("1", {"event"}, records={"media"})), still(record())) is None


def test_media_of_another_owner_do_not_ride_on_a_release():
    terms = agreement(clause("1", {"event"}))
    assert decided(terms, still(record(owner="north"))) is None
