"""Fixtures that every test may ask for; each stands beside what it is for."""

import pytest

from foundation.ledger.sealing import use_key

pytest_plugins = ["tests.letters", "tests.portal"]


@pytest.fixture(scope="session", autouse=True)
def _a_key_for_details() -> None:
    """Tests that open a database by itself seal with this key; an application opens those of its folder."""
    use_key(bytes(range(32)))
