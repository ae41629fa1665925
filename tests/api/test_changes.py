"""Changing, releasing and taking back own records."""

from concurrent.futures import ThreadPoolExecutor

from tests.api.doors import EVERYBODY, EXCLUDING, MEMBER, OFFICER, OPERATOR, problem, sighting, to


def tag(door, made, user=OPERATOR):
    return door.get(f"sightings/{made}", user).headers["ETag"]


def change(door, made, match, user=OPERATOR, **values):
    headers = {"If-Match": match} if match else {}
    return door.send("PATCH", f"sightings/{made}", user, body={"values": values}, headers=headers)


def test_change_of_what_was_read_is_kept_and_leaves_one_entry(each_sharing):
    made = each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    match = tag(each_sharing, made)
    with each_sharing.new_entries(OPERATOR) as entries:
        assert change(each_sharing, made, match, ward="Hacton", direction=None).status_code == 204
    (entry,) = entries
    assert (entry["event"], entry["detail"]["fields"]) == ("sharing:record:amended", ["direction", "ward"])
    fields = each_sharing.get(f"sightings/{made}", OPERATOR).json["fields"]
    assert (fields["ward"], fields["direction"]) == ("Hacton", None)
    assert fields["address"] == "12 South Street, Romford"


def test_lost_race_changes_nothing(each_sharing):
    made = each_sharing.made("sightings", OPERATOR, sighting())
    match = tag(each_sharing, made)
    change(each_sharing, made, match, ward="Hacton")
    assert problem(change(each_sharing, made, match, ward="Heaton")) == (412, "precondition")
    assert each_sharing.get(f"sightings/{made}", OPERATOR).json["fields"]["ward"] == "Hacton"


def test_of_eight_changes_at_once_one_wins(each_sharing):
    made = each_sharing.made("sightings", OPERATOR, sighting())
    match = tag(each_sharing, made)
    with ThreadPoolExecutor(8) as pool:
        tried = pool.map(lambda n: change(each_sharing, made, match, account=f"Version {n}"), range(8))
        answers = sorted(answer.status_code for answer in tried)
    assert answers == [204] + [412] * 7


def test_change_without_or_with_any_version_is_refused(sharing):
    made = sharing.made("sightings", OPERATOR, sighting())
    for match in (None, "*", '"a", "b"'):
        assert problem(change(sharing, made, match, ward="Hacton")) == (428, "precondition-required")


def test_recipient_changes_nothing_and_learns_nothing(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    match = tag(sharing, made, OFFICER)
    assert problem(change(sharing, made, match, OFFICER, ward="Hacton")) == (404, "missing")


def test_change_needs_the_fields_of_its_type(sharing):
    made = sharing.made("sightings", OPERATOR, sighting())
    match = tag(sharing, made)
    for values in ({}, {"crime_type": "robbery"}, {"status": "closed"}, {"seen": "never"}):
        assert problem(change(sharing, made, match, **values)) == (422, "invalid")


def test_release_lets_a_recipient_read_and_taking_it_back_ends_that(each_sharing):
    made = each_sharing.made("sightings", OPERATOR, sighting())
    assert each_sharing.get(f"sightings/{made}", MEMBER).status_code == 404
    with each_sharing.new_entries(OPERATOR) as entries:
        release = each_sharing.made(f"sightings/{made}/releases", OPERATOR, to("members"))
    assert [(entry["event"], entry["operation"]) for entry in entries] == [
        ("sharing:record:released", "disclosure")
    ]
    assert each_sharing.get(f"sightings/{made}", MEMBER).status_code == 200
    assert each_sharing.post(f"sightings/{made}/releases/{release}/revoke", OPERATOR).status_code == 204
    assert each_sharing.get(f"sightings/{made}", MEMBER).status_code == 404


def test_release_is_for_its_purpose_only(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(to("members", purposes=(EXCLUDING,))))
    assert sharing.get(f"sightings/{made}", MEMBER).status_code == 404
    assert sharing.get(f"sightings/{made}", MEMBER, purpose=EXCLUDING).status_code == 200


def test_only_the_owner_releases_and_takes_back(sharing):
    made = sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    path = f"sightings/{made}/releases"
    assert problem(sharing.post(path, OFFICER, to("romford-bcrp"))) == (404, "missing")
    strange = f"{path}/00000000-0000-4000-8000-000000000000/revoke"
    assert problem(sharing.post(strange, OPERATOR)) == (404, "missing")


def test_receipts_tell_the_owner_alone_who_has_looked(each_sharing):
    made = each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    each_sharing.get(f"sightings/{made}", OFFICER)
    each_sharing.sequence()
    receipts = each_sharing.get(f"sightings/{made}/receipts", OPERATOR).json
    assert [look["name"] for look in receipts["looks"]] == ["PC Leanne Whitby"]
    assert [release["agreement"] for release in receipts["releases"]] == ["HAV-CSP-01"]
    assert problem(each_sharing.get(f"sightings/{made}/receipts", OFFICER)) == (404, "missing")


def test_preview_shows_each_audience_what_it_will_see_and_keeps_nothing(sharing):
    body = sighting(to("metropolitan-east-area", "romford-bcrp"))
    police, members = sharing.post("sightings/preview", OPERATOR, body).json["audiences"]
    assert police["record"]["fields"]["address"] == "12 South Street, Romford"
    assert members["record"]["fields"]["address"] == "St Edward's"
    assert members["record"]["withheld"]["footage_reference"]["clause"] == "3.4"
    found = police["record"]["id"]
    assert sharing.get(f"sightings/{found}", OPERATOR).status_code == 404
