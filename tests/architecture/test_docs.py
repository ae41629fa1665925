"""Documents that are written from the code say what the code says."""

import re
import shutil

from portal.cli.docs import DOCS, DOCUMENTS, stale
from portal.cli.references import events_page
from tests.architecture.sources import ROOT


def test_written_documents_are_up_to_date():
    assert stale(DOCS) == [], "run: python -m portal.cli.docs write"


def test_document_that_lags_behind_is_found(tmp_path):
    for name, _ in DOCUMENTS:
        shutil.copy(DOCS / name, tmp_path / name)
    (tmp_path / "settings.md").write_text("# Settings\n", encoding="utf-8")
    assert stale(tmp_path) == ["settings.md"]


def unproved(page):
    """What the page names as a test and is none."""
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", page)
    return [name for file, name in named if f"def {name}(" not in (ROOT / "tests" / file).read_text()]


def test_every_promise_of_the_ledger_names_tests_that_there_are():
    page = (DOCS / "proofs.md").read_text(encoding="utf-8")
    assert page.count("::") > 15
    assert unproved(page) == []
    assert unproved(page.replace("::test_place_that", "::test_gone_that")) != []


def test_every_event_that_the_ledger_may_hold_is_listed():
    names = set()
    for module in (ROOT / "auth/events.py", *(ROOT / "sharing/events").glob("*.py")):
        names |= set(re.findall(r'"((?:auth|sharing):[a-z:-]+)"', module.read_text()))
    listed = set(re.findall(r"^\| `([a-z:-]+)` \|", events_page(), re.MULTILINE))
    assert listed == names
