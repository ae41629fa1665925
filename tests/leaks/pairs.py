"""Pairs of worlds for tests, built once for each file of tests and asked once."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from tests.databases import postgresql_url, sqlite_url
from tests.leaks.asks import Ask
from tests.leaks.drive import Answer, Observer, ask_all
from tests.leaks.exits import every
from tests.leaks.scanner import Scanner
from tests.leaks.views import VIEWS
from tests.leaks.worlds import World, world

ENGINES = ("sqlite", "postgresql")


@dataclass
class Pair:
    """Two worlds, and their observer signed in at both."""

    one: World
    other: World

    def __post_init__(self) -> None:
        self.observers = (Observer(self.one), Observer(self.other))

    @cached_property
    def asks(self) -> list[Ask]:
        """Everything the observer can ask."""
        return every(self.one, self.other)

    @cached_property
    def answers(self) -> tuple[list[Answer], list[Answer]]:
        """The answers of both worlds to everything."""
        return self.ask(self.asks)

    @cached_property
    def scanner(self) -> Scanner:
        """Looks for every canary of either world."""
        return Scanner([*self.one.canaries, *self.other.canaries])

    def ask(self, asks: list[Ask]) -> tuple[list[Answer], list[Answer]]:
        """The answers of both worlds."""
        one, other = (ask_all(observer, asks) for observer in self.observers)
        return one, other


class Pairs:
    """Gives the pair of a database engine and a view, and keeps it open until they are closed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open, self._stack = folder, {}, ExitStack()

    def of(self, engine: str, view: str) -> Pair:
        if (engine, view) not in self._open:
            self._open[engine, view] = Pair(*(self._world(engine, view, number) for number in (0, 1)))
        return self._open[engine, view]

    def _world(self, engine: str, view: str, number: int) -> World:
        url = sqlite_url(self._folder) if engine == "sqlite" else postgresql_url()
        folder = self._folder / f"{engine}-{view}-{number}"
        return self._stack.enter_context(world(url, folder, VIEWS[view], number))

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    """The pairs of one file of tests: what another asked of one world stands in that world's ledger."""
    made = Pairs(tmp_path_factory.mktemp("worlds"))
    yield made
    made.close()
