from dataclasses import replace
from datetime import timedelta

import pytest

from sharing.facts import _columns, _values
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.release.ages import OLDEST
from sharing.release.decision import decide
from sharing.release.exit import Released, ReleasedPerson, release
from sharing.release.facts import ApparentAge, Children, Keeper, Person, Question, Whole
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
    released,
)

SUSPECT = Category.SUSPECT
TERMS = agreement(
    clause("1", {"event", "ward", "narrative"}),
    clause("2", {"occurred", "address"}, "generalise"),
    clause("3", {"subject"}, "pseudonym", categories={SUSPECT}),
    clause("4", {"description"}, categories={SUSPECT}),
    clause("5", {"date_of_birth"}, "generalise", categories={SUSPECT}),
)
VALUES = {
    "crime_type": "robbery",
    "occurred": NOW,
    "address": "1 South Street",
    "ward": "St Edward's",
    "account": "Original words.",
    "cad_reference": "CAD1234",
    "risk_score": 7,
}


ENTERED = replace(ADULT, entered_on="l1")


def made(about=None, who=None, terms=TERMS, stand_in=lambda agreement, person: f"{agreement}{person}"):
    about = about or record(values=VALUES)
    decision = decide(policy(terms), about, who or reader(), Question(PURPOSE, NOW))
    return release(decision, about, stand_in)


def test_released_holds_values_treatments_and_withheld_fields_and_nothing_absent():
    out = made()
    assert out.fields["crime_type"] == "robbery"
    assert out.fields["occurred"].text == "2026-02-17, 12:00–18:00"
    assert out.fields["address"].text == "St Edward's"
    assert out.treated["occurred"].label == "Day and part of day"
    assert (out.treated["occurred"].agreement, out.treated["occurred"].clause) == ("A", "2")
    assert out.withheld["cad_reference"].reason is Reason.NO_CLAUSE
    assert not {"risk_score"} & {*out.fields, *out.treated, *out.withheld}
    assert not set(out.fields) & set(out.withheld)


def test_free_text_leaves_as_the_releases_text_but_as_the_original_for_the_owner():
    about = record(values=VALUES, releases=(released(text="A robbery."),))
    assert made(about).fields["account"] == "A robbery."
    assert made(about, reader("east", "officer")).fields["account"] == "Original words."


def test_person_leaves_under_an_opaque_link_with_a_token_and_bands():
    values = {"date_of_birth": ADULT.dob, "build": "slim"}
    about = record(values=VALUES, persons=(link(ENTERED, values=values),))
    (person,) = made(about).persons
    assert person.link == "l1"
    assert person.fields["subject"].text == "Person Aadult"
    assert person.fields["date_of_birth"].text == person.fields["age_band"] == "35–44"
    assert person.withheld["family_name"].field == "persons.l1.family_name"


def test_age_band_is_computed_and_never_taken_from_what_is_stored():
    values = {"date_of_birth": ADULT.dob, "age_band": "16–17"}
    about = record(values=VALUES, persons=(link(ENTERED, values=values),))
    assert made(about).persons[0].fields["age_band"] == "35–44"


OF_CHILDREN_TOO = agreement(
    clause("1", {"event"}),
    clause("2", {"identity", "description"}, categories={SUSPECT}, children=Children.ALSO),
)
SEEN = replace(ENTERED, dob=None, apparent_age=ApparentAge(25, 30, NOW.date()))


@pytest.mark.parametrize(
    ("person", "values", "band"),
    [
        (SEEN, {}, "18–34"),  # a fortnight before they were seen as 25 to 30: then they may have been 24
        (replace(SEEN, entered_on="l2"), {}, None),
        (replace(SEEN, entered_on=None), {}, None),
        (replace(ENTERED, entered_on="l2"), {}, None),
        (replace(ENTERED, entered_on="l2"), {"date_of_birth": ADULT.dob}, None),
        (ENTERED, {}, None),  # another record told of the date later
        (replace(ENTERED, dob=ADULT.dob.replace(year=2005)), {"date_of_birth": ADULT.dob}, "35–44"),
        (replace(ENTERED, dob_verified=False, believed_child=True), {"date_of_birth": ADULT.dob}, None),
    ],
)
def test_age_band_of_a_person_tells_only_what_was_entered_with_them_on_this_link(person, values, band):
    about = record(values=VALUES, persons=(link(person, values=values),))
    for who in (reader(), reader("east", "officer")):
        assert made(about, who, OF_CHILDREN_TOO).persons[0].fields["age_band"] == band


def test_floor_of_a_child_holds_by_what_any_record_tells_of_the_age():
    child = replace(CHILD, entered_on="l2")
    about = record(values=VALUES, persons=(link(child, values={"given_name": "Kit"}),))
    (person,) = made(about, reader("romford"), OF_CHILDREN_TOO).persons
    assert person.fields["age_band"] is None
    assert person.withheld["given_name"].reason is Reason.PROTECTED


def test_age_band_on_a_persons_page_is_that_of_last_1_january():
    young = replace(ADULT, dob=ADULT.dob.replace(year=2008, month=1, day=2))
    page = record(type="subject", subject=young, releases=(released(category=SUSPECT),))
    assert made(page).fields["age_band"] == "16–17"


def test_page_of_somebody_seen_since_last_1_january_has_them_as_they_were_seen():
    """An adult who was seen in February is not 16 or 17 on the page, and an age by eye tells no birthday."""
    for years, band in (((18, OLDEST), "18 and over"), ((25, 34), "25–34")):
        seen = Person("p", apparent_age=ApparentAge(*years, NOW.date()))
        page = record(type="subject", subject=seen, releases=(released(category=SUSPECT),))
        assert made(page, reader("east", "officer")).fields["age_band"] == band


def test_value_of_which_no_form_can_be_made_is_withheld():
    out = made(record(values={**VALUES, "ward": None}))
    assert "address" not in out.fields
    assert "address" not in out.treated
    assert out.withheld["address"].reason is Reason.NO_TREATMENT


def test_nothing_stays_nothing_under_a_treatment():
    assert made(record(values={**VALUES, "occurred": None})).fields["occurred"] is None


def test_stored_fields_that_no_schema_knows_never_leave():
    out = made(record(values={**VALUES, "secret": "x"}))
    assert "secret" not in out.fields


def test_values_laid_out_whole_leave_as_others_do_and_one_too_many_never():
    fields = {field.name: VALUES.get(field.name) for field in SCHEMAS["incident"].fields}
    plain, whole = made(record(values=dict(fields))), made(record(values=Whole(fields)))
    assert list(whole.fields.items()) == list(plain.fields.items())
    assert "secret" not in made(record(values=Whole({**fields, "secret": "x"}))).fields


@pytest.mark.parametrize("type_", sorted(SCHEMAS))
def test_store_lays_values_out_as_the_schema_has_them(type_):
    names = tuple(field.name for field in SCHEMAS[type_].fields)
    row = dict.fromkeys(_columns(type_)[1]) | {"type": type_}
    values = _values(dict(reversed(row.items())), None)
    assert (type(values), tuple(values)) == (Whole, names)
    person = dict.fromkeys(field.name for field in PERSON.fields) | {"date_of_birth": NOW.date()}
    assert type(_values(row, person)) is dict  # a person's fields stand behind the record's own


def test_stand_in_of_a_thing_is_its_keepers():
    terms = agreement(clause("1", {"event"}), clause("2", {"line_number"}, "mask", categories={SUSPECT}))
    about = record(type="item", keeper=Keeper(link(), NOW), values={"line_number": "07700900418"})
    assert made(about, terms=terms).fields["line_number"].text == "… 418"


def test_withheld_cannot_be_printed_by_accident():
    withheld = made().withheld["cad_reference"]
    assert repr(withheld) == "<withheld>"
    assert withheld.field_class is FieldClass.IDENTIFIER
    with pytest.raises(TypeError):
        str(withheld)
    with pytest.raises(TypeError):
        f"{withheld}"


def test_only_the_exit_makes_what_is_released():
    with pytest.raises(TypeError):
        Released(object(), record(), ({}, {}, {}, {}))
    with pytest.raises(TypeError):
        ReleasedPerson(object(), "l1", ({}, {}, {}, {}))


def test_what_was_released_cannot_be_changed():
    out = made()
    with pytest.raises(AttributeError):
        out.id = "other"
    with pytest.raises(AttributeError):
        del out.id
    with pytest.raises(TypeError):
        out.withheld["x"] = None


def test_decision_about_another_record_is_refused():
    decision = decide(policy(TERMS), record(), reader(), Question(PURPOSE, NOW))
    with pytest.raises(ValueError, match="another record"):
        release(decision, record(id="r2"), lambda *_: "")


def test_version_is_a_digest_of_what_this_reader_was_shown():
    hidden = made(record(values={**VALUES, "cad_reference": "other", "occurred": NOW + timedelta(hours=1)}))
    assert hidden.version == made().version
    assert made(record(values={**VALUES, "crime_type": "burglary"})).version != made().version
    assert made(who=reader("east", "officer")).version != made().version


def test_disclosed_fields_say_by_what():
    out = made()
    assert out.disclosed["crime_type"].treatment is Treatment.DISCLOSE
    assert out.disclosed["crime_type"].clause == "1"
