"""What people of the demonstration see, read through the one way out: the promises that its pages make."""

import pytest

from auth.actor import Actor
from foundation import clock
from foundation.errors import Missing
from sharing.demonstration.people import id_of, read_people
from sharing.disclosure import read_record
from sharing.release.schema import Reason, Treatment
from tests.unit.sharing.demonstration.conftest import NOW

PEOPLE = read_people()
AGENCIES = {agency.id: agency for agency in PEOPLE.agencies}
ROBBERY = "preventing-and-detecting-robbery"
EXCLUDING = "excluding-repeat-offenders"


def actor(key, purpose):
    user = PEOPLE.by_user[id_of(key)]
    agency = AGENCIES[user.agency_id]
    return Actor(
        user.id,
        user.name,
        agency.id,
        agency.name,
        agency.kind,
        agency.business,
        user.roles,
        purpose,
        "s",
        user.sites,
    )


@pytest.fixture
def see(small):
    def see(key, record, *, purpose=ROBBERY, type_="incident"):
        with clock.stopped(NOW):
            return read_record(small[0], actor(key, purpose), type_, id_of(f"record {record}"))

    return see


def persons(page):
    """The persons on a page, by what they wear: names are what is at stake."""
    return {tuple(person.fields.get("clothing") or ()): person for person in page.record.persons}


def suspects(page):
    return [person for person in page.record.persons if "category" in person.fields]


def test_a_member_sees_the_day_the_ward_and_the_text_for_sharing(see):
    record = see("magda-kowalska", "7QF4-K2").record
    assert record.fields["crime_type"] == "robbery"
    assert record.fields["ward"] == "St Edward's"
    assert record.fields["account"].startswith("Four older boys surrounded two younger boys")
    for name in ("occurred", "address", "point", "loss"):
        assert record.treated[name].treatment is Treatment.GENERALISE


def test_a_member_sees_a_suspect_by_looks_and_a_stand_in_name_and_asks_for_the_name(see):
    (adult,) = [p for p in suspects(see("magda-kowalska", "7QF4-K2")) if p.fields["age_band"] == "18–24"]
    assert adult.fields["clothing"][0] == "black-puffer"
    assert adult.treated["subject"].treatment is Treatment.PSEUDONYM
    assert adult.withheld["family_name"].clause == "4.2"
    assert adult.withheld["family_name"].reason is Reason.CLAUSE


def test_a_child_suspect_is_protected_from_a_member_until_a_note_is_signed(see):
    (child,) = [p for p in suspects(see("magda-kowalska", "7QF4-K2")) if p.fields["age_band"] == "16–17"]
    for name in ("given_name", "date_of_birth", "home_address", "picture"):
        assert child.withheld[name].reason is Reason.PROTECTED
        assert child.withheld[name].clause in ("4.7a", "4.7b")


def test_a_member_learns_that_there_were_two_victims_and_nothing_more(see):
    page = see("magda-kowalska", "7QF4-K2")
    victims = [person for person in page.record.persons if "category" not in person.fields]
    assert [set(person.fields) for person in victims] == [{"seen_as"}, {"seen_as"}]
    assert {person.withheld["phone"].clause for person in victims} == {"4.8"}


def test_a_member_sees_stills_with_every_face_covered_and_no_camera(see):
    (still,) = see("magda-kowalska", "6WF3-A7", type_="sighting").stills
    assert still.treated["picture"].treatment is Treatment.MASK
    assert still.withheld["footage_reference"].clause == "3.4"


def test_transport_police_see_everything_but_other_faces_and_the_victims_names(see):
    page = see("imran-sadiq", "7QF4-K2")
    assert page.record.withheld == {}
    assert {p.fields["family_name"] for p in suspects(page) if "pnc_id" in p.fields} == {"Tetlow", "Prior"}
    assert page.stills[0].treated["picture"].treatment is Treatment.GENERALISE
    masked = [p for p in page.record.persons if "family_name" in p.treated]
    assert len(masked) == 3
    assert {thing.fields.get("imei") for thing in page.things} >= {"353918112045774", "350123451234560"}


def test_the_control_room_sees_a_stand_in_and_enforcement_initials(see):
    for key, treatment in (("dan-osei", Treatment.PSEUDONYM), ("owen-fairlie", Treatment.MASK)):
        found = suspects(see(key, "7QF4-K2"))
        assert [p.treated["family_name"].treatment for p in found] == [treatment, treatment]
        assert (
            len(see(key, "7QF4-K2").record.persons) == 2
        )  # victims and witnesses do not exist for the council


def test_youth_justice_sees_a_childs_home_only_to_safeguard_the_child(see):
    def home(purpose):
        found = suspects(see("joan-adeyinka", "7QF4-K2", purpose=purpose))
        return {p.fields.get("given_name"): p.fields.get("home_address") for p in found}

    assert home(ROBBERY) == {"Ryan": None, "Callum": None}
    assert home("safeguarding-children")["Callum"] == "Flat 3, Heaton Avenue, Romford"


def test_a_school_sees_nobody(see):
    page = see("mark-whitcombe", "7QF4-K2")
    assert page.record.persons == ()
    assert page.stills == ()
    assert page.record.treated["occurred"].treatment is Treatment.GENERALISE


@pytest.mark.parametrize("key", ["eleanor-vance", "ravi-sandhu", "hannah-cole", "colin-whyte"])
def test_the_robbery_reduction_partnership_sees_no_person(see, key):
    page = see(key, "7QF4-K2", purpose="reducing-robbery")
    assert page.record.persons == ()
    assert page.record.fields["ward"] == "St Edward's"
    assert "account" not in page.record.fields


def test_the_gallery_shows_an_adults_picture_and_no_childs(see):
    adult = see("magda-kowalska", "subject-114", purpose=EXCLUDING, type_="subject").record
    assert "picture" in adult.fields
    assert "family_name" in adult.withheld
    convicted = see("magda-kowalska", "subject-087", purpose=EXCLUDING, type_="subject").record
    assert convicted.fields["family_name"] == "Vinter"
    child = see("magda-kowalska", "sought-35", purpose=EXCLUDING, type_="subject").record
    assert child.withheld["picture"].reason is Reason.PROTECTED
    assert child.fields["face"] == ["cap"]


def test_another_shop_sees_a_checked_report_and_not_one_that_is_open(see):
    page = see("sunil-dhar", "3XN7-Q8", purpose=EXCLUDING)
    assert page.record.treated["loss"].treatment is Treatment.GENERALISE
    assert len(page.record.persons) == 1
    with pytest.raises(Missing):
        see("magda-kowalska", "9TR5-D2", purpose=EXCLUDING)


def test_intelligence_under_a_condition_reaches_the_named_agency_only(see):
    page = see("imran-sadiq", "4ZK3-M7", type_="intelligence")
    assert "source_identity" not in {**page.record.fields, **page.record.withheld}
    assert page.record.withheld["judgement"].reason is Reason.ORIGINATOR_CONDITION
    with pytest.raises(Missing):
        see("dan-osei", "4ZK3-M7", type_="intelligence")
