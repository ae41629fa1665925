"""Every planted leak is found, on both databases; without it nothing is.

On PostgreSQL the second wall would hide most of what a leak of the first lets out, so here it is not asked.
"""

import pytest

from tests.leaks.channels import CHANNELS
from tests.leaks.pairs import ENGINES, Pairs
from tests.leaks.planting import first_wall_alone
from tests.leaks.seeds import CRAWLED, SEEDS, Seed
from tests.leaks.telling import asks_of

FOUND: set[tuple[str, str]] = set()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_planted_leak_is_found(pairs: Pairs, seed: Seed, engine: str):
    pair = pairs.of(engine, seed.view)
    with first_wall_alone(pair.one.app, pair.other.app):
        assert seed.finds(pair) == [], "found without the leak"
        with seed.plant():
            assert seed.finds(pair) != []
    FOUND.add((seed.name, engine))


@pytest.mark.parametrize("seed", CRAWLED, ids=lambda seed: seed.name)
def test_crawler_goes_where_a_planted_leak_tells(pairs: Pairs, seed: Seed):
    """So that the test of two worlds would fail of it."""
    pair = pairs.of("sqlite", seed.view)
    assert {ask.name for ask in asks_of(pair, seed.paths)} <= {ask.name for ask in pair.asks}


def test_all_planted_leaks_are_found(capsys: pytest.CaptureFixture[str]):
    open_ = [channel for channel in CHANNELS if not channel.absent]
    with capsys.disabled():
        print(  # noqa: T201 - the line that a reader of the run looks for
            f"\n{len(FOUND)} of {len(SEEDS) * len(ENGINES)} seeded leaks found, "
            f"in {len(open_)} of {len(CHANNELS)} channels"
        )
    assert {(seed.name, engine) for seed in SEEDS for engine in ENGINES} == FOUND
