"""Documents that are written from the code say what the code says."""

import shutil

from portal.cli.docs import DOCS, DOCUMENTS, stale


def test_written_documents_are_up_to_date():
    assert stale(DOCS) == [], "run: python -m portal.cli.docs write"


def test_document_that_lags_behind_is_found(tmp_path):
    for name, _ in DOCUMENTS:
        shutil.copy(DOCS / name, tmp_path / name)
    (tmp_path / "settings.md").write_text("# Settings\n", encoding="utf-8")
    assert stale(tmp_path) == ["settings.md"]
