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


def test_every_event_that_the_ledger_may_hold_is_listed():
    names = set()
    for module in ("auth/events.py", "sharing/events.py"):
        names |= set(re.findall(r'"((?:auth|sharing):[a-z:-]+)"', (ROOT / module).read_text()))
    listed = set(re.findall(r"^\| `([a-z:-]+)` \|", events_page(), re.MULTILINE))
    assert listed == names
