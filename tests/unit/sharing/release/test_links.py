from dataclasses import replace

import pytest

from sharing.release.facts import RecordLink
from sharing.release.schema import Category
from tests.unit.sharing.release.scene import (
    ADULT,
    agreement,
    clause,
    decided,
    link,
    reader,
    record,
    released,
    told,
)

OPEN = agreement(clause("1", {"status", "links"}))
END = record(id="r2")
SHOP = reader("romford")


def linked(end=END, by="east", **more):
    return record(links=(RecordLink("k", "r2", by, end),), **more)


def outcome(about, who=None, terms=OPEN):
    return told(decided(terms, about, who), "links.k")


def test_link_of_the_owner_leaves_by_a_clause_on_links_or_their_class():
    assert outcome(linked()) == ("disclose", "clause", "1")
    assert outcome(linked(), terms=agreement(clause("1", {"status", "link"}))) == ("disclose", "clause", "1")


@pytest.mark.parametrize("treatment", ["withhold", "generalise", "absent"])
def test_link_that_is_not_released_is_absent(treatment):
    terms = agreement(clause("0", {"status"}), clause("1", {"links"}, treatment))
    assert outcome(linked(), terms=terms) == ("absent", None, None)
    assert outcome(linked(), terms=agreement(clause("0", {"status"}))) == ("absent", None, None)


def test_link_with_one_end_hidden_is_absent_for_everybody():
    assert outcome(linked(replace(END, releases=()))) == ("absent", None, None)
    hidden = record(id="r2", owner="north", releases=())
    assert outcome(linked(hidden), reader("east", "officer")) == ("absent", None, None)
    assert outcome(linked(None)) == ("absent", None, None)


def test_link_of_a_third_agency_is_absent_but_for_its_staff():
    assert outcome(linked(by="north")) == ("absent", None, None)
    assert outcome(linked(by="north"), reader("east", "officer")) == ("absent", None, None)
    assert outcome(linked(by="havering"), reader("havering", "officer")) == ("disclose", "owner", None)
    assert outcome(linked(by="havering"), reader("havering")) == ("absent", None, None)


def test_owners_staff_see_their_links_by_role():
    assert outcome(linked(), reader("east", "officer")) == ("disclose", "owner", None)
    assert outcome(linked(), reader("east", "analyst")) == ("withhold", "role", None)


def test_link_joining_a_protected_person_is_absent_towards_business():
    victim = linked(persons=(link(ADULT, Category.VICTIM),))
    assert outcome(victim, SHOP) == ("absent", None, None)
    assert outcome(victim) == ("disclose", "clause", "1")
    assert outcome(linked(replace(END, persons=(link(ADULT, Category.WITNESS),))), SHOP)[0] == "absent"
    assert outcome(linked(persons=(link(ADULT),)), SHOP)[0] == "disclose"


def test_link_to_the_record_of_a_person_under_an_order_is_absent():
    page = record(
        id="r2",
        type="subject",
        subject=replace(ADULT, anonymity_order="yjs"),
        releases=(released(category=Category.SUSPECT),),
    )
    assert outcome(linked(page)) == ("absent", None, None)
    assert outcome(linked(page), reader("yjs")) == ("disclose", "clause", "1")


def test_links_do_not_make_a_record_exist():
    assert decided(agreement(clause("1", {"links"})), linked()) is None
