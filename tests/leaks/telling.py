"""By what the suite notices a leak: differences between two worlds, and canaries that nobody typed."""

from tests.leaks.asks import Ask
from tests.leaks.drive import Answer, differences
from tests.leaks.exits import hidden_account
from tests.leaks.pairs import Pair


def named(pair: Pair) -> dict[str, str]:
    """What the addresses of planted leaks may name: records by label, a still, a hidden word."""
    hidden = hidden_account(pair.one)
    still = pair.one.stills["incident-0"][0]
    return {**pair.other.ids, **pair.one.ids, "hidden": hidden, "beginning": hidden[:6], "still": still}


def asks_of(pair: Pair, paths: tuple[str, ...]) -> list[Ask]:
    """The requests of these addresses, of which each is one that the observer makes anyway."""
    found = [path.format_map(named(pair)) for path in paths]
    return [Ask("api" if path.startswith("/api/") else "web", path) for path in found]


def told(pair: Pair, asks: list[Ask]) -> list[str]:
    """All by which the suite would notice: differences, and canaries that nobody typed."""
    return told_by(pair, asks, *pair.ask(asks))


def told_by(pair: Pair, asks: list[Ask], one: list[Answer], other: list[Answer]) -> list[str]:
    """The same, of answers that are there already."""
    typed = repr([(ask.path, ask.body) for ask in (*asks, *pair.asks)])
    hits = {
        hit
        for answer in (*one, *other)
        for hit in pair.scanner.found(answer.raw) | pair.scanner.found(repr(answer.headers).encode())
    }
    return [*differences(one, other), *(hit for hit in hits if hit.split()[0] not in typed)]
