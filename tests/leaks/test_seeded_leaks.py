"""Every planted leak is found: by a difference between the two worlds, or by a canary."""

import pytest

from tests.leaks.drive import differences
from tests.leaks.exits import Ask
from tests.leaks.pairs import Pair, Pairs
from tests.leaks.seeds import SEEDS, Seed

LEAST = 12
FOUND: set[str] = set()


def asks_of(pair: Pair, seed: Seed) -> list[Ask]:
    hidden = pair.one.writer.canary("incident-0.account")
    names = {**pair.other.ids, **pair.one.ids, "hidden": hidden, "still": pair.one.stills["incident-0"][0]}
    paths = [path.format_map(names) for path in seed.paths]
    return [Ask("api" if path.startswith("/api/") else "web", path) for path in paths]


def told(pair: Pair, asks: list[Ask]) -> list[str]:
    """All by which the suite would notice: differences, and canaries that nobody typed."""
    one, other = pair.ask(asks)
    typed = repr([(ask.path, ask.body) for ask in (*asks, *pair.asks)])
    hits = {hit for answer in (*one, *other) for hit in pair.scanner.found(answer.raw)}
    return [*differences(one, other), *(hit for hit in hits if hit.split()[0] not in typed)]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_planted_leak_is_found(pairs: Pairs, seed: Seed):
    pair = pairs.of("sqlite", seed.view)
    asks = asks_of(pair, seed)
    assert told(pair, asks) == [], "found without the leak"
    with seed.plant():
        assert told(pair, asks) != []
    FOUND.add(seed.name)


def test_all_planted_leaks_are_found(capsys: pytest.CaptureFixture[str]):
    with capsys.disabled():
        print(  # noqa: T201 - the line that a reader of the run looks for
            f"\n{len(FOUND)} of {len(SEEDS)} seeded leaks found"
        )
    assert len(SEEDS) >= LEAST
    assert {seed.name for seed in SEEDS} == FOUND
