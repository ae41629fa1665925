"""Imports point one way. The contracts stand in pyproject.toml; here they run, and catch planted faults."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

PACKAGES = ("portal", "sharing", "auth", "foundation")

#: A file to append to or to make, the line to plant, and the words by which the report names the fault.
FAULTS = {
    "a page selects rows": ("portal/web/health.py", "import sqlalchemy", "portal.web.health -> sqlalchemy"),
    "a page reads tables": ("portal/web/health.py", "import auth.tables", "portal.web.health -> auth.tables"),
    "a resource skips the exit": (
        "portal/api/errors.py", "import sharing.queries", "portal.api.errors -> sharing.queries"),
    "a page imports the JSON door": (
        "portal/web/health.py", "import portal.api.errors", "portal.web.health -> portal.api.errors"),
    "a job calls a page": (
        "portal/jobs/night.py", "import portal.web.health", "portal.jobs.night -> portal.web.health"),
    "portal gets a room of its own": ("portal/words.py", "import json", "- portal.words"),
    "sharing gets a room of its own": ("sharing/service.py", "import json", "- sharing.service"),
    "auth gets a room of its own": ("auth/service.py", "import json", "- auth.service"),
    "the engine asks the database": (
        "sharing/release/schema.py", "import sqlalchemy", "sharing.release.schema -> sqlalchemy"),
    "the engine reads the clock": (
        "sharing/release/schema.py", "import foundation.clock", "sharing.release.schema -> foundation.clock"),
    "a role asks the database": ("auth/roles.py", "import sqlalchemy", "auth.roles -> sqlalchemy"),
    "the domain reads the request": ("sharing/scope.py", "import flask", "sharing.scope -> flask"),
    "auth knows what is shared": ("auth/actor.py", "import sharing.scope", "auth.actor -> sharing.scope"),
    "foundation knows who asks": (
        "foundation/clock.py", "import auth.actor", "foundation.clock -> auth.actor"),
    "a second writer of the ledger": (
        "sharing/scope.py", "import foundation.ledger.append", "sharing.scope -> foundation.ledger.append"),
    "the ledger's bytes ask where they are kept": (
        "foundation/ledger/encoding/tiles.py", "import foundation.ledger.tables",
        "foundation.ledger.encoding.tiles -> foundation.ledger.tables"),
    "the ledger's bytes ask the database": (
        "foundation/ledger/encoding/detail.py", "import sqlalchemy",
        "foundation.ledger.encoding.detail -> sqlalchemy"),
    "a judge of the ledger reads its tables": (
        "foundation/ledger/replay.py", "import foundation.ledger.logs",
        "foundation.ledger.replay -> foundation.ledger.logs"),
    "the sequencer judges itself": (
        "foundation/ledger/sequencer.py", "import foundation.ledger.replay",
        "foundation.ledger.sequencer -> foundation.ledger.replay"),
    "a second reader of records": (
        "sharing/contribution.py", "import sharing.queries", "sharing.contribution -> sharing.queries"),
    "one record type knows another": (
        "sharing/records/incident.py", "import sharing.records.vehicle",
        "sharing.records.incident -> sharing.records.vehicle"),
    "a query calls a use case": (
        "sharing/queries.py", "import sharing.contribution", "sharing.queries -> sharing.contribution"),
}  # fmt: skip


def report(folder: Path) -> tuple[int, str]:
    """What import-linter says of the tree in the folder: its exit code and its words, unwrapped."""
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--no-cache", "--config", "pyproject.toml"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={"COLUMNS": "400", "PATH": ""}
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """The report on a copy of the tree with every fault in it."""
    folder = tmp_path_factory.mktemp("planted")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, line, _ in FAULTS.values():
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else '"""Planted."""\n'
        path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    return report(folder)


def test_imports_point_one_way():
    code, words = report(ROOT)
    assert code == 0, words


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_caught(planted, fault):
    code, words = planted
    assert code == 1
    assert FAULTS[fault][2] in words, f"{fault}: not named in\n{words}"
