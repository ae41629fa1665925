"""Lists: full pages to the end, cursors that fit one reader, filters on what is shown."""

import pytest

from tests.api.doors import EVERYBODY, MEMBER, OFFICER, OPERATOR, STRANGER, problem, sighting


@pytest.fixture(scope="module")
def seven(each_sharing):
    """Ids of seven sightings of which the fourth is for nobody, newest first."""
    made = [
        each_sharing.made("sightings", OPERATOR, sighting(*([] if n == 3 else [EVERYBODY]))) for n in range(7)
    ]
    return made[::-1]


def walk(door, user, limit):
    """The pages of the list, from the first to the last."""
    pages, cursor = [], ""
    while cursor is not None:
        body = door.get(f"sightings?limit={limit}&cursor={cursor}", user).json
        assert body.keys() == {"records", "more", "cursor"}
        assert body["more"] is (body["cursor"] is not None)
        pages.append([record["id"] for record in body["records"]])
        cursor = body["cursor"]
    return pages


def test_pages_are_full_until_the_end_and_hold_each_record_once(each_sharing, seven):
    pages = walk(each_sharing, OFFICER, 2)
    assert [len(page) for page in pages] == [2, 2, 2]
    assert [one for page in pages for one in page] == [*seven[:3], *seven[4:]]


def test_owner_sees_the_record_that_is_for_nobody_else(each_sharing, seven):
    assert [one for page in walk(each_sharing, OPERATOR, 3) for one in page] == seven


def test_cursor_tells_nothing_and_is_good_for_one_reader_and_list_only(each_sharing, seven):
    cursor = each_sharing.get("sightings?limit=2", OFFICER).json["cursor"]
    assert seven[1] not in cursor
    for path, user in (("sightings", MEMBER), ("incidents", OFFICER)):
        assert problem(each_sharing.get(f"{path}?cursor={cursor}", user)) == (422, "invalid")


@pytest.mark.parametrize("cursor", ["x", "%00", "A" * 4000])
def test_made_up_cursor_is_refused(sharing, cursor):
    assert problem(sharing.get(f"sightings?cursor={cursor}", OFFICER)) == (422, "invalid")


@pytest.mark.parametrize("limit", ["0", "-1", "x", "²", "9" * 5000])
def test_limit_that_is_no_number_is_refused(sharing, limit):
    assert problem(sharing.get(f"sightings?limit={limit}", OFFICER)) == (422, "invalid")


def test_list_leaves_one_entry_with_what_each_record_showed(each_sharing, seven):
    with each_sharing.new_entries(OFFICER) as entries:
        each_sharing.get("sightings?limit=2", OFFICER)
    (entry,) = entries
    assert entry["event"] == "sharing:record:listed"
    assert entry["records"] == sorted(seven[:2])
    shown = entry["detail"]["shown"]
    assert len(shown["records"]) == 2
    assert "address" in shown["forms"][0]["full"]


def test_filter_finds_by_what_is_shown(sharing):
    wanted = sharing.made("sightings", OPERATOR, sighting(EVERYBODY, ward="Hacton"))
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY, ward="Heaton"))
    found = sharing.get("sightings?ward=Hacton", MEMBER).json["records"]
    assert [record["id"] for record in found] == [wanted]


def test_filter_on_a_hidden_field_is_refused_with_the_same_words_whatever_is_stored(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY))
    path = "sightings?footage_reference="
    there, not_there = (sharing.get(path + value, STRANGER) for value in ("TAPE-7781", "NONE"))
    unknown = sharing.get("sightings?no_such_field=1", STRANGER)
    assert sharing.get(path + "TAPE-7781", MEMBER).json["records"] == []
    assert there.data == not_there.data
    assert problem(unknown) == (400, "filter-refused")


def test_search_finds_nothing_by_a_word_that_is_not_shown(sharing):
    sharing.made("sightings", OPERATOR, sighting(EVERYBODY, footage_reference="ZEBRA9"))
    assert len(sharing.get("search?q=zebra9", OPERATOR).json["records"]) == 1
    assert sharing.get("search?q=zebra9", MEMBER).json["records"] == []
