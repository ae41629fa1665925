"""What stands in `demo/` holds together, and covers what the demonstration is there to show."""

from datetime import UTC, datetime

import pytest

from auth.roles import PERMISSIONS, Role
from foundation import clock
from sharing.demonstration.people import DEMO, id_of, read, read_people
from sharing.demonstration.storyline import person_row, values_of
from sharing.records.person import PERSON
from sharing.records.registry import SCHEMAS
from sharing.records.values import cleaned
from sharing.release.ages import completed_years, is_child
from sharing.release.facts import ApparentAge, Person

NOW = datetime(2026, 2, 20, 12, 0, tzinfo=UTC)
STORY = read("storyline.yaml")
PEOPLE = read_people()
USERS = {user.id: user for user in PEOPLE.users}
#: Coded fields whose list in the vocabulary is that of another type's field of the same name.
SHARED_NAME = {("order", "kind"), ("alert", "kind")}


def test_every_file_says_that_it_is_a_demonstration():
    files = [*DEMO.glob("*.yaml"), *(DEMO / "agreements").glob("*.yaml")]
    assert len(files) >= 9
    assert all(read(path.relative_to(DEMO).as_posix())["demonstration"] for path in files)


def test_every_agency_has_people_and_every_user_a_line_to_try():
    assert {agency.id for agency in PEOPLE.agencies} == {user.agency_id for user in PEOPLE.users}
    assert all(user.demonstration and user.password is None for user in PEOPLE.users)
    assert {role for user in PEOPLE.users for role in user.roles} == set(Role)
    assert len({user.email for user in PEOPLE.users}) == len(PEOPLE.users)


def test_members_have_a_site_of_their_own_agency_and_nobody_else_has_one():
    owner = {site.id: site.agency_id for site in PEOPLE.sites}
    for user in PEOPLE.users:
        assert (Role.MEMBER in user.roles) == (user.sites is not None)
        assert all(owner[site] == user.agency_id for site in user.sites or ())


def in_order(values):
    """Codes have no order; everything else is kept as it is written."""
    return {
        name: sorted(value) if isinstance(value, list) and isinstance(value[0], str) else value
        for name, value in values.items()
    }


@pytest.mark.parametrize("told", STORY["records"], ids=lambda told: told["key"])
def test_every_record_is_one_that_a_person_could_have_entered(told):
    by = USERS[id_of(told["by"])]
    assert by.agency_id == told["owner"]
    assert told.get("site") is None or by.sites is None or id_of(told["site"]) in by.sites
    values = values_of(SCHEMAS[told["type"]], told["values"], NOW)
    mine = {name: value for name, value in values.items() if (told["type"], name) not in SHARED_NAME}
    with clock.stopped(NOW):
        kept = cleaned(SCHEMAS[told["type"]], mine)
    assert in_order(kept) == in_order(mine)
    for person in [*told.get("persons", ()), *([{"values": told["own"]}] if "own" in told else [])]:
        with clock.stopped(NOW):
            assert set(cleaned(PERSON, person["values"])) == set(person["values"])


@pytest.mark.parametrize("told", STORY["records"], ids=lambda told: told["key"])
def test_every_release_stands_under_its_agreement(told):
    for release in told.get("releases", ()):
        version = next(
            v for v in PEOPLE.terms[release["agreement"]].versions if v.signed and v.number in (1, 3)
        )
        version = max(
            (v for v in PEOPLE.terms[release["agreement"]].versions if v.signed), key=lambda v: v.number
        )
        assert told["owner"] in version.parties
        assert set(release["purposes"]) <= set(version.purposes)
        assert release["to"] == "all" or set(release["to"]) <= {*version.parties, "members"}
        assert told["owner"] not in release["to"]
        assert (told["type"] == "subject") == ("category" in release)
        assert any(PERMISSIONS[role].release for role in USERS[id_of(told["by"])].roles)


def test_no_text_for_sharing_names_a_protected_person():
    for told in STORY["records"]:
        secret = {
            person["values"][name]
            for person in told.get("persons", ())
            if {"victim", "witness", "other"} & set(person["categories"])
            for name in ("given_name", "family_name", "phone", "guardian")
            if name in person["values"]
        }
        for release in told.get("releases", ()):
            assert not any(word in (release.get("text") or "") for word in secret), told["key"]


def persons():
    made = {}
    for key, about in STORY["persons"].items():
        row = person_row(key, about, NOW)
        age = row["apparent_age"]
        made[key] = Person(
            key,
            row["date_of_birth"],
            row["date_of_birth_verified"],
            ApparentAge(age["low"], age["high"], NOW.date()) if age else None,
            row["believed_child"],
            row["anonymity_order"],
        )
    return made


def test_the_persons_cover_the_floors():
    people = persons()
    categories = {}
    for told in STORY["records"]:
        for person in told.get("persons", ()):
            categories.setdefault(person["person"], set()).update(person["categories"])
    child = {key: is_child(person, NOW, NOW, business=False) for key, person in people.items()}
    assert not child["ryan-tetlow"]
    assert child["callum-prior"]
    assert child["theo-langford"]
    assert child["cap-boy"]
    ages = {completed_years(p.dob, NOW.date()) for key, p in people.items() if p.dob and child[key]}
    assert {14, 16, 17} <= ages
    assert any(person.dob is None and person.apparent_age is None for person in people.values())
    assert any(is_child(p, NOW, NOW, business=True) and not child[k] for k, p in people.items())
    assert any({"suspect", "victim"} <= held for held in categories.values())
    assert any("convicted" in held for held in categories.values())
    assert any("witness" in held for held in categories.values())
    assert any(person.anonymity_order for person in people.values())
    assert any(told.get("conditions") for told in STORY["records"])


def test_a_man_of_114_has_three_reports_from_three_shops_and_one_that_only_looks_alike():
    reports = [
        (told["site"], person.get("confirmed", True))
        for told in STORY["records"]
        if told["type"] == "incident" and told["owner"] == "romford-bcrp"
        for person in told["persons"]
        if person["person"] == "lee-marden"
    ]
    assert len({site for site, confirmed in reports if confirmed}) == 3
    assert [site for site, confirmed in reports if not confirmed] == ["hartwell-sports"]


def test_meetings_and_actions_name_people_and_partnerships_that_are_there():
    told = read("meetings.yaml")
    keys = {meeting["key"] for meeting in told["meetings"]}
    partnerships = {each["id"]: set(each["agencies"]) for each in PEOPLE.partnerships}
    for meeting in told["meetings"]:
        for user in meeting["attendees"]:
            assert USERS[id_of(user)].agency_id in partnerships[meeting["partnership"]]
    for action in told["actions"]:
        assert action["meeting"] in keys
        assert id_of(action["owner"]) in USERS
    assert sum(meeting["partnership"] == "robbery-reduction" for meeting in told["meetings"]) == 4
