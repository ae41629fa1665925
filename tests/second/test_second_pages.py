"""Hand-checked worlds for pages, media, links and reasons, and mistakes planted in the second side."""

import pytest

from tests.second import ages, clauses, decision, floors, terms
from tests.second.comparing import answers
from tests.second.examples import PURPOSE, ask, clause, person, person_clause, record, release, told, world
from tests.second.worlds import random_world

NONE = "no such record"
OPEN = clause("open", ["event"])
PAGE = record("page", "subject", subject="ann")


def of_page(**more):
    return release("r2", of="page", **more)


def test_a_page_is_judged_by_the_category_of_its_release():
    asked = world(person_clause("p", ["identity"], categories=["suspect"]), records=[PAGE])
    for category, expected in (("suspect", ("disclose", "clause")), ("victim", None)):
        asked["releases"] = [of_page(category=category)]
        assert (told(asked, "gender", of="page") if expected else ask(asked, of="page")) == (expected or NONE)


def test_a_page_without_a_category_stands_on_the_links_released_to_the_reader():
    asked = world(OPEN, person_clause("p", ["identity"], categories=["suspect"]))
    asked["records"], asked["releases"] = [record("rec", persons=[person("suspect")]), PAGE], [of_page()]
    assert ask(asked, of="page") == NONE
    asked["releases"] = [release(), of_page()]
    assert told(asked, "gender", of="page") == ("disclose", "clause")
    asked["records"][0]["persons"] = [person("suspect", "victim")]
    assert ask(asked, of="page") == NONE
    asked["records"][0]["persons"] = [person("victim"), person("suspect", link="l2")]
    assert told(asked, "gender", of="page") == ("disclose", "clause")


def test_media_exist_where_their_parent_does_if_a_clause_names_media():
    asked = world(clause("i", ["event"], records=["incident"]), records=[record("rec"), PAGE])
    asked["records"][1] = record("film", "media", parent="rec")
    assert ask(asked, of="film") == NONE
    asked["agreements"][0]["versions"][0]["clauses"].append(clause("m", ["image"], records=["media"]))
    assert told(asked, "picture", of="film") == ("disclose", "clause")
    asked["records"][0]["conditions"] = {"named_recipients": ["romford"]}
    assert ask(asked, of="film") == NONE


def linked_pair(by="met", **other):
    first = record("rec", links=[{"link": "j", "to": "other", "by": by}])
    return [first, record("other", **other)]


def test_a_link_leaves_where_it_is_released_and_both_ends_exist():
    both = [release(), release("r2", of="other")]
    asked = world(clause("c", ["event", "links"]), records=linked_pair(), releases=both)
    assert told(asked, "links.j") == ("disclose", "clause")
    assert told({**asked, "releases": both[:1]}, "links.j") == ("absent", None)
    assert told(world(OPEN, records=linked_pair(), releases=both), "links.j") == ("absent", None)
    assert told(asked, "links.j", reader="met-1") == ("disclose", "owner")


def test_a_link_of_a_third_agency_is_for_its_staff():
    both = [release(), release("r2", of="other")]
    asked = world(clause("c", ["event", "links"]), records=linked_pair("romford"), releases=both)
    assert told(asked, "links.j") == ("absent", None)
    assert told(asked, "links.j", reader="met-1") == ("absent", None)
    assert told(asked, "links.j", reader="rom-1") == ("disclose", "owner")


def test_a_link_that_joins_a_protected_person_is_absent_for_business():
    both = [release(), release("r2", of="other")]
    asked = world(clause("c", ["event", "links"]), releases=both)
    asked["records"] = linked_pair(persons=[person("victim")])
    assert told(asked, "links.j", reader="rom-1") == ("absent", None)
    assert told(asked, "links.j") == ("disclose", "clause")


def test_reasons_name_the_opening_clause_that_got_furthest():
    near = [
        clause("c-purpose", ["event"], purposes=["another"]),
        clause("b-role", ["event"], roles=["nobody"]),
        clause("a-expired", ["event"], retention_days=1),
    ]
    for count, reason in ((1, "purpose"), (2, "role"), (3, "expired")):
        asked = world(clause("p", ["place"]), *near[:count])
        assert told(asked, "outcome") == ("withhold", reason)
        assert ask(asked)["outcome"]["clause"] == near[count - 1]["id"]
    assert PURPOSE not in near[0]["purposes"]


def without_the_protected_floor(patch):
    patch.setattr(floors, "_protected", lambda *_: False)


def a_day_late_with_eighteen(patch):
    patch.setattr(ages, "whole_years", lambda since, until: until.year - since.year)


def without_specificity(patch):
    patch.setattr(clauses, "beats", lambda *_: False)


def without_the_version_of_the_release(patch):
    patch.setattr(decision, "confirmed", lambda *_: True)


def with_rejoining_that_revives(patch):
    patch.setattr(terms, "_withdrew_since", lambda *_: False)


def without_a_least_length(patch):
    patch.setattr(clauses, "too_short", lambda *_: False)


FAULTS = [
    without_the_protected_floor,
    a_day_late_with_eighteen,
    without_specificity,
    without_the_version_of_the_release,
    with_rejoining_that_revives,
    without_a_least_length,
]


@pytest.mark.parametrize("plant", FAULTS)
def test_a_fault_planted_here_shows_on_random_worlds(plant):
    for seed in range(120):
        document = random_world(seed)
        sound = answers(document)
        with pytest.MonkeyPatch.context() as patch:
            plant(patch)
            if answers(document) != sound:
                return
    pytest.fail("no random world shows the planted fault")
