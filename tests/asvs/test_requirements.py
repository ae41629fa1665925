"""Every requirement has a row, and what a row names is there."""

from dataclasses import replace

import pytest

from tests.asvs.requirements import PAGE, TABLE, faults, listed, page, rows

ROWS = rows(TABLE.read_text(encoding="utf-8"))


def test_every_requirement_is_shown_or_says_why_not():
    assert faults(ROWS, listed()) == []


def test_page_says_what_the_table_says():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.asvs.requirements write"


def test_missing_row_and_doubled_row_are_found():
    first, *others = ROWS
    assert faults(others, listed()) == [f"{first.id} has no row"]
    assert faults([*ROWS, first], listed()) == [f"{first.id} stands twice"]
    assert faults(ROWS, listed()[1:]) == [f"{first.id} is not in the list"]


@pytest.mark.parametrize(
    "place",
    [
        "pages/test_gate.py::test_of_which_nobody_knows",
        "pages/test_none.py::test_x",
        "docs/handling.md#no-such",
        "docs/none.md#marking",
        "portal/gate/headers.py::no_such",
        "pages/test_gate.py::planted",
    ],
)
def test_place_that_is_not_there_is_found(place):
    first, *others = ROWS
    assert faults([replace(first, by=(place,)), *others], listed()) == [
        f"{first.id} names {place}, which is not there"
    ]


def test_row_that_says_nothing_is_found():
    first, *others = ROWS
    assert len(faults([replace(first, by=()), *others], listed())) == 1
    assert faults([replace(first, by=("portal/gate/headers.py::content_policy",)), *others], listed()) == []
