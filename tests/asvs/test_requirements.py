"""Every requirement has a row, and what a row names is there."""

import re
from dataclasses import replace

import pytest

from foundation.settings import described
from sharing.release.schema import FieldClass
from tests.asvs.requirements import PAGE, ROOT, TABLE, faults, listed, page, rows

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


def test_accepted_risk_is_counted_apart_and_wants_a_document_that_tells_it():
    first, *others = ROWS
    risk = "docs/threat-model.md#risks-that-are-accepted"
    told = replace(first, accepted="no module of hardware", by=(risk,))
    assert faults([told, *others], listed()) == []
    assert told.state == "accepted"
    for by in ((), ("docs/handling.md#marking",)):
        found = faults([replace(told, by=by), *others], listed())
        assert found == [f"{first.id} accepts a risk that no document tells"]
    assert len(faults([replace(told, open="something"), *others], listed())) == 1


def test_what_holds_under_a_setting_says_so_and_the_setting_is_there():
    held = [row for row in ROWS if row.under]
    lines = {line.split(" | ")[0].strip("| "): line for line in PAGE.read_text(encoding="utf-8").splitlines()}
    assert held
    assert all(f"**Where `{row.under}` is set;**" in lines[row.id] for row in held)
    first, *others = ROWS
    planted = replace(first, under="CONCORDAT_NO_SUCH=1")
    assert faults([planted, *others], listed()) == [
        f"{first.id} holds under CONCORDAT_NO_SUCH=1, which is no setting"
    ]


def test_no_accepted_risk_is_told_as_met():
    kept = [row for row in ROWS if row.accepted]
    lines = {line.split(" | ")[0].strip("| "): line for line in PAGE.read_text(encoding="utf-8").splitlines()}
    assert kept
    assert all("**Not met, risk accepted:**" in lines[row.id] for row in kept)


def test_every_class_of_fields_has_what_it_needs_written_down():
    told = (
        (ROOT / "docs" / "handling.md").read_text(encoding="utf-8").partition("## What each class needs")[2]
    )
    assert set(re.findall(r"`([a-z_]+)`", told)) >= set(FieldClass)


def test_every_secret_of_the_settings_has_its_change_written_down():
    told = (ROOT / "docs" / "hardening.md").read_text(encoding="utf-8").partition("## Secrets")[2]
    told = told.partition("\n## ")[0]
    files = {item.metadata["variable"] for item in described() if "_FILE" in item.metadata["variable"]}
    assert files
    assert files <= set(re.findall(r"`(CONCORDAT_\w+)`", told))
    sealed = ("authenticator apps", "passkeys", "webhooks", "identity providers")
    assert all(what in told for what in sealed)


def test_row_that_says_nothing_is_found():
    first, *others = ROWS
    assert len(faults([replace(first, by=()), *others], listed())) == 1
    assert faults([replace(first, by=("portal/gate/headers.py::content_policy",)), *others], listed()) == []
