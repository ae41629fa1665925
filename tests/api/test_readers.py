"""The same record as its owner, an officer, a transport police analyst and a business member read it."""

import pytest

from tests.api.doors import (
    EVERYBODY,
    MEMBER,
    OFFICER,
    OPERATOR,
    REDUCING,
    STRANGER,
    TRANSPORT_ANALYST,
    incident,
    problem,
    sighting,
    to,
)

CLAUSE = "HAV-CSP-01"


@pytest.fixture(scope="module")
def seen(each_sharing):
    """The id of a sighting by the council's operator, released to everybody."""
    return each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))


@pytest.fixture(scope="module")
def robbed(each_sharing):
    """The id of an incident of the Metropolitan Police's, released to everybody else."""
    wanted = to("havering", "british-transport-police", "romford-bcrp", "members")
    return each_sharing.made("incidents", OFFICER, incident(wanted))


def read(door, path, user):
    answer = door.get(path, user)
    assert answer.status_code == 200, answer.text
    body = answer.json
    for name, told in body["withheld"].items():
        assert told.pop("ask") == f"/api/v1/requests?record={body['id']}&field={name}"
    return body


def held(body):
    """The fields that say something, without the ids of links."""
    return {name.split(".", 2)[-1]: value for name, value in body["fields"].items() if value is not None}


def person(body, link):
    """The three maps of one person on the record, with short names."""
    prefix = f"persons.{link}."
    return tuple(
        {name.removeprefix(prefix): value for name, value in body[part].items() if name.startswith(prefix)}
        for part in ("fields", "treated", "withheld")
    )


def links(owner_body):
    """Family name -> the opaque id of the person's link, as the owner sees it."""
    return {
        value: name.split(".")[1]
        for name, value in owner_body["fields"].items()
        if name.endswith(".family_name")
    }


def by(treatment, clause):
    return {"treatment": treatment, "agreement": CLAUSE, "clause": clause}


def why(reason, clause=None):
    return {"reason": reason, "agreement": CLAUSE, "clause": clause}


def test_owner_sees_all_of_a_sighting(each_sharing, seen):
    body = read(each_sharing, f"sightings/{seen}", OPERATOR)
    assert (body["treated"], body["withheld"]) == ({}, {})
    assert body["fields"]["address"] == "12 South Street, Romford"
    assert body["fields"]["account"] == "Two people by the cash machine."


def test_officer_sees_a_sighting_but_for_the_account_without_text(each_sharing, seen):
    body = read(each_sharing, f"sightings/{seen}", OFFICER)
    assert body["treated"] == {}
    assert body["withheld"] == {"account": why("no-release-text", "2.1a")}
    assert body["fields"]["footage_reference"] == "TAPE-7781"
    assert "account" not in body["fields"]


def test_transport_analyst_must_ask_for_what_makes_somebody_vulnerable(each_sharing, seen):
    body = read(each_sharing, f"sightings/{seen}", TRANSPORT_ANALYST)
    withheld = {name.split(".")[-1]: reason for name, reason in body["withheld"].items()}
    asked = ("vulnerability_markers", "care_status", "communication_needs", "injury", "hate_motive")
    assert withheld == {
        "account": why("no-release-text", "2.3a"),
        **{name: why("clause", "4.5") for name in asked},
    }
    assert held(body)["clothing"] == ["black-puffer"]
    assert held(body)["address"] == "12 South Street, Romford"


def test_member_sees_ward_part_of_day_and_a_stand_in(each_sharing, seen):
    body = read(each_sharing, f"sightings/{seen}", MEMBER)
    fields, treated, withheld = body["fields"], body["treated"], body["withheld"]
    assert (fields["address"], fields["ward"]) == ("St Edward's", "St Edward's")
    assert treated["address"] == treated["seen"] == by("generalise", "3.1b")
    assert fields["seen"].split(", ")[1] in {"00:00–06:00", "06:00–12:00", "12:00–18:00", "18:00–24:00"}
    assert withheld["footage_reference"] == why("clause", "3.4")
    assert withheld["account"] == why("no-release-text", "3.1a")
    assert held(body)["subject"].startswith("Person ")
    assert {"direction"} & {*fields, *treated, *withheld} == set()  # absent is in none of the three


def test_owner_and_transport_police_know_the_suspects_and_the_council_only_initials(each_sharing, robbed):
    own = read(each_sharing, f"incidents/{robbed}", OFFICER)
    adult = links(own)["Suspectson"]
    fields, treated, withheld = person(read(each_sharing, f"incidents/{robbed}", TRANSPORT_ANALYST), adult)
    assert fields["family_name"] == "Suspectson"
    assert "family_name" not in treated | withheld
    fields, treated, withheld = person(read(each_sharing, f"incidents/{robbed}", OPERATOR), adult)
    assert fields["given_name"].startswith("Person ")
    assert treated["given_name"] == by("pseudonym", "4.1a")
    assert withheld["home_address"] == why("clause", "4.1c")


def test_victim_is_absent_for_the_council(each_sharing, robbed):
    own = read(each_sharing, f"incidents/{robbed}", OFFICER)
    body = read(each_sharing, f"incidents/{robbed}", OPERATOR)
    fields, treated, withheld = person(body, links(own)["Quillfeather"])
    identity = {"given_name", "family_name", "phone", "home_address", "date_of_birth"}
    assert identity & {*fields, *treated, *withheld} == set()


def test_member_never_learns_who_the_victim_is(each_sharing, robbed):
    answer = each_sharing.get(f"incidents/{robbed}", MEMBER)
    for secret in ("Quillfeather", "Vera", "7946 0001", "Elm Road", "1990-05-01"):
        assert secret not in answer.text


def test_member_is_told_why_an_adult_suspect_has_no_name(each_sharing, robbed):
    own = read(each_sharing, f"incidents/{robbed}", OFFICER)
    body = read(each_sharing, f"incidents/{robbed}", MEMBER)
    fields, treated, withheld = person(body, links(own)["Suspectson"])
    assert fields["clothing"] == ["black-puffer"]
    assert treated["subject"] == by("pseudonym", "3.1e")
    assert withheld["family_name"] == why("clause", "4.2")


def test_member_is_not_told_that_a_suspect_is_a_child(each_sharing, robbed):
    answer = each_sharing.get(f"incidents/{robbed}", MEMBER)
    for secret in ("Youngling", "Tim", "Oak Way"):
        assert secret not in answer.text
    fields, _, withheld = person(
        read(each_sharing, f"incidents/{robbed}", MEMBER),
        links(read(each_sharing, f"incidents/{robbed}", OFFICER))["Youngling"],
    )
    assert withheld["family_name"] == why("protected", "4.7a")
    assert "floor-child" not in answer.text
    assert fields["clothing"] == ["black-puffer"]


def test_hidden_and_absent_are_the_same_bytes(each_sharing, seen):
    hidden = each_sharing.get(f"sightings/{seen}", STRANGER)
    absent = each_sharing.get("sightings/00000000-0000-4000-8000-000000000000", STRANGER)
    other_type = each_sharing.get(f"incidents/{seen}", OPERATOR)
    assert problem(hidden) == (404, "missing")
    assert hidden.data == absent.data == other_type.data


def test_purpose_of_no_live_agreement_gives_an_empty_world(each_sharing, seen):
    listed = each_sharing.get("sightings", MEMBER, purpose=REDUCING)
    assert (listed.status_code, listed.json) == (200, {"records": [], "more": False, "cursor": None})
    one = each_sharing.get(f"sightings/{seen}", MEMBER, purpose=REDUCING)
    assert one.data == each_sharing.get(f"sightings/{seen}", STRANGER).data


@pytest.mark.parametrize("path", ["sightings", "sightings/{seen}", "gallery", "search?q=romford"])
def test_read_without_a_purpose_is_refused(each_sharing, seen, path):
    answer = each_sharing.get(path.format(seen=seen), OPERATOR, purpose=None)
    assert problem(answer) == (400, "purpose-required")


def test_look_leaves_one_entry_that_says_what_was_shown(each_sharing, seen):
    with each_sharing.new_entries(MEMBER) as entries:
        body = read(each_sharing, f"sightings/{seen}", MEMBER)
    (entry,) = entries
    assert (entry["event"], entry["actor"]) == ("sharing:record:read", MEMBER)
    assert entry["records"] == [seen]
    assert entry["agencies"] == ["havering", "romford-bcrp"]
    (form,) = entry["detail"]["shown"]["forms"]
    full = {name for name in body["fields"] if "." not in name} - {*body["treated"]}
    assert entry["detail"]["shown"]["records"] == ["0 HAV-CSP-01"]
    assert {*form["full"]} == full
    assert form["treated"]["address"] == "generalise 3.1b"
    assert form["withheld"]["footage_reference"] == "clause 3.4"
    assert "South Street" not in str(entry)


def test_look_that_finds_nothing_leaves_one_entry_too(each_sharing, seen):
    with each_sharing.new_entries(STRANGER) as entries:
        each_sharing.get(f"sightings/{seen}", STRANGER)
    assert [entry["event"] for entry in entries] == ["sharing:record:missed"]
    assert entries[0]["agencies"] == ["newham"]


def held_back_of_somebody(door, years, band):
    """Why a member does not read the name and picture of somebody sent with these years and in this band."""
    body = sighting(EVERYBODY)
    body["persons"][0] |= {"apparent_age": years, "values": {"apparent_age": band} if band else {}}
    told = read(door, f"sightings/{door.made('sightings', OPERATOR, body)}", MEMBER)["withheld"]
    reasons = {name.split(".")[-1]: each["reason"] for name, each in told.items()}
    return reasons["given_name"], reasons["picture"]


@pytest.mark.parametrize("years", [{"low": 18, "high": 99}, {"low": 30, "high": 40}, None])
@pytest.mark.parametrize("band", ["under-10", "16-17"])
def test_business_reads_as_a_child_whoever_was_seen_in_an_age_under_18(sharing, years, band):
    assert held_back_of_somebody(sharing, {"low": 30, "high": 40}, "25-34") == ("clause", "category")
    assert held_back_of_somebody(sharing, {"low": 14, "high": 15}, None) == ("protected", "protected")
    assert held_back_of_somebody(sharing, years, band) == ("protected", "protected")
