"""One world for each sentence that was once read in two ways: both sides now read it as what denies."""

import pytest

from sharing.worlds.answers import answers_of
from tests.second.comparing import differences
from tests.second.examples import (
    CHILD,
    NOW,
    PURPOSE,
    agreement,
    clause,
    glass,
    grant,
    note,
    person,
    person_clause,
    record,
    release,
    subject,
    version,
    world,
)

OPEN = clause("open", ["event"])


def a_role_that_reads_one_type_releases_another():
    return world(
        OPEN, roles={**world()["roles"], "desk": {"types": ["item"], "classes": "all", "release": True}}
    ), "hav-1"


def a_copy_is_released_onward():
    origin = record("first", owner="cps", conditions={"sanitised_only": True})
    return world(OPEN, records=[origin, record("rec", derived_from="first")]), "hav-1"


def a_veto_meets_broken_glass():
    vetoed = record("rec", conditions={"withhold_classes": ["place"], "veto": True})
    return world(OPEN, releases=[], break_glass=[glass()], records=[vetoed]), "hav-1"


def an_alert_shows_a_child():
    shown = record("rec", "alert", persons=[person("suspect")])
    pictured = clause("c", ["image", "event"], records=["alert"])
    return world(pictured, subjects=[subject(born=CHILD)], records=[shown]), "rom-1"


def a_member_of_the_holder_reads_a_narrative():
    matched = record("rec", persons=[person("suspect")])
    asked = world(clause("c", ["event", "narrative"]), subjects=[subject(anonymity_order="romford")])
    return {**asked, "records": [matched], "releases": [release(text="Said.")]}, "shop-1"


def a_note_stands_beside_a_grant():
    noted = record("rec", persons=[person("suspect")], necessity_notes=[note()])
    given = grant(["persons.l1.gender"], to_agency="romford", to_users=["rom-1"])
    described = person_clause("d", ["description"])
    asked = world(OPEN, described, subjects=[subject(born=CHILD)], records=[noted], grants=[given])
    return asked, "rom-1"


def a_pass_stands_without_a_note():
    asked, reader = a_note_stands_beside_a_grant()
    asked["records"][0]["necessity_notes"] = []
    asked["grants"][0]["passes"] = [{"link": "l1", "floor": "child", "why": "she is missing"}]
    return asked, reader


def an_agreement_begins_under_broken_glass():
    late = version(OPEN)
    late["from"] = "2026-02-17T13:55:00Z"
    return world(releases=[], agreements=[agreement(late)], break_glass=[glass()]), "hav-1"


NOTHING = "no such record"
WORLDS = [
    (a_role_that_reads_one_type_releases_another, NOTHING),
    (a_copy_is_released_onward, NOTHING),
    (a_veto_meets_broken_glass, ("ward", "withhold", "no-clause")),
    (an_alert_shows_a_child, ("picture", "withhold", "protected")),
    (a_member_of_the_holder_reads_a_narrative, ("account", "withhold", "protected")),
    (a_note_stands_beside_a_grant, ("persons.l1.gender", "withhold", "no-clause")),
    (a_pass_stands_without_a_note, ("persons.l1.gender", "withhold", "no-clause")),
    (an_agreement_begins_under_broken_glass, NOTHING),
]


@pytest.mark.parametrize(("build", "expected"), WORLDS)
def test_both_sides_read_the_page_as_what_denies(build, expected):
    asked, reader = build()
    question = {"reader": reader, "purpose": PURPOSE, "record": "rec", "now": NOW, "exit": "one"}
    document = {"world": asked, "questions": [question]}
    (product,) = found = answers_of(document)
    assert not differences(document, found)
    if expected == NOTHING:
        assert product == NOTHING
    else:
        key, treatment, reason = expected
        assert (product[key]["treatment"], product[key]["reason"]) == (treatment, reason)
