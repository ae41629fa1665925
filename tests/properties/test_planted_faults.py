"""Faults planted in engine, scope, compiled policy and the second rules are found, with a history of each."""

from unittest.mock import patch

import hypothesis.internal.conjecture.engine
import pytest
from hypothesis.stateful import run_state_machine_as_test

from sharing.agreements import policy
from tests.databases import sqlite_url
from tests.properties.databases import opened
from tests.properties.machine import History, only
from tests.properties.planted import FAULTS
from tests.properties.profiles import LONG, PLANTED

#: So long a found history is made shorter.
SHRINKING_SECONDS = 30 if LONG else 1


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    made = opened(sqlite_url(tmp_path_factory.mktemp("planted")))
    yield made
    made.close()


@pytest.fixture
def compiled_anew():
    """Nothing that was compiled under a fault outlives it."""
    policy._held.clear()
    yield
    policy._held.clear()


@pytest.mark.usefixtures("compiled_anew")
@pytest.mark.parametrize(("fault", "acts"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
def test_planted_fault_is_found(database, fault, acts, capsys):
    machine = type(
        "History", (only(acts, History),), {"database": database, "kind": "planted", "readers_asked": 0}
    )
    with (
        patch.object(hypothesis.internal.conjecture.engine, "MAX_SHRINKING_SECONDS", SHRINKING_SECONDS),
        fault(),
        pytest.raises(AssertionError) as found,
    ):
        run_state_machine_as_test(machine, settings=PLANTED)
    history = "\n".join(found.value.__notes__)
    assert "state.begin" in history
    with capsys.disabled():
        print(f"\n{fault.__name__}: {found.value}\n{history}")  # noqa: T201 - the example, for who reads the run
