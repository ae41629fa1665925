"""Which words find a record: those that are shown and kept, and never by what else holds them."""

import base64
from datetime import timedelta

import pytest

from foundation import clock
from tests.api.doors import EVERYBODY, MEMBER, OFFICER, OPERATOR, sighting, to
from tests.unit.foundation import picture_corpus as corpus

_SEEN = clock.now() - timedelta(hours=30)
_DAY = f"{_SEEN.astimezone(clock.LONDON):%Y-%m-%d}"
#: What differs between two records however alike they are, and is not what is searched for.
_EACH = {"owner_reference", "recorded_at"}


def found(door, user, word, plural="sightings"):
    """The ids that the list and the search find, which agree."""
    answers = [door.get(f"{path}?q={word}", user).json["records"] for path in (plural, "search")]
    ids = [{record["id"] for record in answer} for answer in answers]
    if plural != "media":  # the search is not for stills
        assert ids[0] == ids[1]
    return ids[0]


def shown(door, user, made, plural="sightings"):
    """What the record shows; persons are not told apart by their links or stand-in names."""
    body = door.get(f"{plural}/{made}", user).json
    fields = {
        name.rpartition(".")[2] if name.startswith("persons.") else name: value
        for name, value in body["fields"].items()
    }
    return {name: value for name, value in fields.items() if name not in _EACH | {"subject"}}


def made_twice(door, word, *releases, **values):
    """Two sightings whose accounts differ in one word; the account is shown to nobody but their owner."""
    accounts = (f"It says {each} here." for each in (word, "something"))
    return [
        door.made("sightings", OPERATOR, sighting(*releases, seen=_SEEN.isoformat(), account=said, **values))
        for said in accounts
    ]


@pytest.mark.parametrize(
    ("user", "name", "word"),
    [
        (MEMBER, "age_band", "44"),
        (MEMBER, "seen", _DAY),
        (MEMBER, "category", "observed"),
        (MEMBER, "status", "open"),
        (MEMBER, "marking", "sensitive"),
        (OFFICER, "recorded_by", "osei"),
        (OFFICER, "statement_kind", "allegation"),
    ],
)
def test_what_is_shown_and_not_kept_finds_neither_of_two_that_look_alike(each_sharing, user, name, word):
    made = made_twice(each_sharing, word, EVERYBODY, statement_kind="allegation")
    looks = [shown(each_sharing, user, each) for each in made]
    assert looks[0] == looks[1]
    assert word in str(looks[0][name]).casefold()
    assert "account" not in looks[0]
    assert not found(each_sharing, user, word) & {*made}
    assert made[0] in found(each_sharing, OPERATOR, word)


def test_price_band_finds_neither_of_two_that_look_alike(each_sharing):
    made = [
        each_sharing.made(
            "items",
            OPERATOR,
            {
                "values": {"kind": "phone", "loss": 12_000, "account": f"He ran {way} the bridge."},
                "releases": [EVERYBODY],
            },
        )
        for way in ("under", "over")
    ]
    looks = [shown(each_sharing, MEMBER, each, "items") for each in made]
    assert looks[0] == looks[1]
    assert looks[0]["loss"] == "under £200"
    assert not found(each_sharing, MEMBER, "under", "items") & {*made}


def test_stand_in_name_finds_nothing_wherever_it_is_written(each_sharing):
    made = each_sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    fields = each_sharing.get(f"sightings/{made}", MEMBER).json["fields"]
    (name,) = (value for key, value in fields.items() if key.endswith(".subject"))
    token = name.removeprefix("Person ")
    before = found(each_sharing, MEMBER, token)
    match = {"If-Match": each_sharing.get(f"sightings/{made}", OPERATOR).headers["ETag"]}
    change = {"values": {"account": f"They call him {token}."}}
    path = f"sightings/{made}"
    assert each_sharing.send("PATCH", path, OPERATOR, body=change, headers=match).status_code == 204
    assert found(each_sharing, MEMBER, token) == before == set()
    assert found(each_sharing, OPERATOR, token) == {made}


def test_text_of_a_later_release_finds_both_of_two_that_look_alike(each_sharing):
    made = made_twice(each_sharing, "quince")
    for each in made:
        body = to("romford-bcrp", "members", text="Somebody ran to the quince tree.")
        each_sharing.made(f"sightings/{each}/releases", OPERATOR, body)
    looks = [shown(each_sharing, MEMBER, each) for each in made]
    assert looks[0] == looks[1]
    assert looks[0]["account"] == "Somebody ran to the quince tree."
    assert found(each_sharing, MEMBER, "quince") == {*made}


@pytest.mark.parametrize("later", [False, True])
def test_text_of_a_release_finds_for_those_alone_who_are_shown_it(each_sharing, later):
    words = ("damson", "bullace") if later else ("loquat", "sorb")
    releases = [
        to("romford-bcrp", "members", text=f"By the {words[0]} tree."),
        to("metropolitan-east-area", text=f"By the {words[1]} tree."),
    ]
    made = each_sharing.made("sightings", OPERATOR, sighting(*([] if later else releases)))
    for each in releases if later else ():
        each_sharing.made(f"sightings/{made}/releases", OPERATOR, each)
    assert [found(each_sharing, MEMBER, word) for word in words] == [{made}, set()]
    assert [found(each_sharing, OFFICER, word) for word in words] == [set(), {made}]


def test_text_beside_a_still_finds_neither_of_two_that_look_alike(each_sharing):
    picture = base64.b64encode(corpus.jpeg()).decode()
    release = to("romford-bcrp", "members", text="Somebody ran to the walnut tree.")
    stills = []
    for caption in ("A walnut tree.", "An old tree."):
        body = {**sighting(release), "stills": [{"picture": picture, "looked_over": True}]}
        made = each_sharing.made("sightings", OPERATOR, body)
        (still,) = [each["id"] for each in each_sharing.get(f"sightings/{made}", OPERATOR).json["stills"]]
        match = {"If-Match": each_sharing.get(f"media/{still}", OPERATOR).headers["ETag"]}
        change = {"values": {"caption": caption}}
        path = f"media/{still}"
        assert each_sharing.send("PATCH", path, OPERATOR, body=change, headers=match).status_code == 204
        stills.append(still)
    looks = [shown(each_sharing, MEMBER, each, "media") for each in stills]
    assert [look["caption"] for look in looks] == ["Somebody ran to the walnut tree."] * 2
    assert found(each_sharing, MEMBER, "walnut", "media") == set()


def test_what_is_shown_as_it_was_entered_finds(each_sharing):
    release = to("romford-bcrp", "members", "metropolitan-east-area", text="Somebody ran to the elder.")
    body = sighting(release, ward="Gooshays")
    body["persons"][0]["values"]["clothing"] = ["orange-lining"]
    made = each_sharing.made("sightings", OPERATOR, body)
    reference = each_sharing.get(f"sightings/{made}", MEMBER).json["fields"]["owner_reference"]
    for word in ("gooshays", "lining", "elder", reference):
        assert found(each_sharing, MEMBER, word) == {made}
    assert found(each_sharing, OFFICER, "tape-7781") >= {made}


def test_correction_leaves_every_word_that_finds(each_sharing):
    made = each_sharing.made(
        "sightings",
        OPERATOR,
        sighting(to("romford-bcrp", "members", text="To the rowan."), ward="Emerson Park"),
    )
    match = {"If-Match": each_sharing.get(f"sightings/{made}", OPERATOR).headers["ETag"]}
    change = {"values": {"direction": "south"}}
    path = f"sightings/{made}"
    assert each_sharing.send("PATCH", path, OPERATOR, body=change, headers=match).status_code == 204
    for word in ("rowan", "emerson", "puffer"):
        assert made in found(each_sharing, MEMBER, word)
