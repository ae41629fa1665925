"""Every exit that one observer can ask: the requests, the same for both worlds, in one order."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

from sharing.catalogue import PLURALS, fields_of
from sharing.release.schema import FieldType
from tests.leaks.asks import UNKNOWN, Ask
from tests.leaks.rooms import rooms
from tests.leaks.values import plain
from tests.leaks.views import SAME, View, grade_of
from tests.leaks.worlds import WORD, World


def hidden_account(world: World) -> str:
    """What stands in a hidden field of a record that is seen, by which observers search and filter."""
    return world.writer.canary("incident-0.account")


_SPANNED = (
    "occurred",
    "seen",
    "last_seen",
    "ping_at",
    "recorded_at",
    "taken",
    "footage_until",
    "gallery_until",
)


def every(one: World, other: World) -> list[Ask]:
    """Every request of the observer of these two worlds."""
    view = one.view
    words = _words(one, other)
    return [
        *_pages(view),
        *(ask for type_ in PLURALS for ask in _lists(type_, words)),
        *(ask for type_ in PLURALS for ask in _filters(view, type_)),
        *_single(one, other),
        *_searches(words),
        *rooms(one, other),
        *_strange(one, other),
    ]


def of_type(one: World, other: World, type_: str) -> list[Ask]:
    """The requests that concern one type of record, for a quick look."""
    words = _words(one, other)
    single = [ask for ask in _single(one, other) if f"/{PLURALS[type_]}/" in ask.path]
    return [*_lists(type_, words), *_filters(one.view, type_), *single]


def _words(one: World, other: World) -> list[str]:
    """Words that are shown, words that nobody wrote, and hidden ones of either world."""
    hidden = [hidden_account(one), *(each.canaries[place] for each in (one, other) for place in (0, -1))]
    return [WORD, "station", "nowhere-such-word", *hidden, hidden[0].upper()]


def _pages(view: View) -> Iterator[Ask]:
    paths = [
        "/",
        "/gallery",
        "/agreements",
        "/meetings",
        "/actions",
        "/purpose",
        "/sightings/new",
        "/ledger",
        "/report",
        "/insight",
    ]
    paths += [f"/agreements/{each}" for each in sorted({*view.agreements.values(), "RRP-01", "STR-TALKS"})]
    for version in ("HAV-CSP-01/versions/3", "HAV-CSP-01/versions/5", "STR-TALKS/versions/1"):
        paths += [f"/agreements/{version}{page}" for page in ("", "/clauses", "/changes", "/history")]
        yield Ask("api", f"/api/v1/agreements/{version}")
    yield from (Ask("api", f"/api/v1/{noun}") for noun in ("agreements", "agreements/HAV-CSP-01", "waiting"))
    yield from (Ask("web", path) for path in paths)
    yield from (Ask("api", f"/api/v1/{noun}") for noun in ("meetings", "actions"))


def _lists(type_: str, words: list[str]) -> Iterator[Ask]:
    page, door = f"/records/{PLURALS[type_]}", f"/api/v1/{PLURALS[type_]}"
    yield Ask("web", page)
    yield Ask("api", door)
    for limit in (1, 2, 3):
        yield Ask("api", f"{door}?limit={limit}", walk=True)
    for word in words:
        yield Ask("api", f"{door}?q={quote(word)}")
    yield Ask("api", f"{door}?q={WORD}&limit=1", walk=True)
    yield Ask("web", f"{page}?q={words[3]}")
    yield Ask("web", f"{page}?q={WORD}")


def _filters(view: View, type_: str) -> Iterator[Ask]:
    """A filter on each field by what both worlds show or by a value of one world, and spans of days."""
    door, grades = f"/api/v1/{PLURALS[type_]}", view.records.get(type_, {})
    for each in fields_of(type_):
        value = plain(each, 0, 0 if grade_of(each, grades) == SAME else 2)
        first = value[0] if isinstance(value, list) and value else value
        yield Ask("api", f"{door}?{urlencode({each.name: _text(first)})}")
        if each.type in (FieldType.TIME, FieldType.DATE) and each.name in _SPANNED:
            for since, until in (("2026-02-10", "2026-02-10"), ("2026-02-11", ""), ("", "2026-01-20")):
                days = {f"{each.name}.from": since, f"{each.name}.until": until}
                yield Ask("api", f"{door}?{urlencode(days)}")
    yield Ask("api", f"{door}?no_such_field=1")
    yield Ask("api", f"{door}?limit=200")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _single(one: World, other: World) -> Iterator[Ask]:
    """Each record, whether it exists for the observer, for somebody else, in one world or nowhere."""
    for label, record_id in sorted({**one.ids, **other.ids}.items()):
        plural = PLURALS[_type_of(label)]
        yield Ask("web", f"/records/{plural}/{record_id}")
        yield Ask("web", f"/records/{plural}/{record_id}/print")
        yield Ask("api", f"/api/v1/{plural}/{record_id}")
    stills = {still for each in (one, other) for ids in each.stills.values() for still in ids}
    for still in sorted(stills):
        yield Ask("web", f"/stills/{still}")
        yield Ask("web", f"/records/media/{still}")
        yield Ask("api", f"/api/v1/media/{still}")
    for plural in PLURALS.values():
        yield Ask("web", f"/records/{plural}/{UNKNOWN[0]}")
        yield Ask("api", f"/api/v1/{plural}/{UNKNOWN[0]}")
    yield Ask("web", f"/stills/{UNKNOWN[0]}")


def _type_of(label: str) -> str:
    return next(type_ for type_ in PLURALS if type_ in label.split("-"))


def _searches(words: list[str]) -> Iterator[Ask]:
    for typed in (*words, *(word[:6] for word in words[3:5]), f"{WORD} {words[3]}"):
        yield Ask("web", f"/search?q={quote(typed)}")


def _strange(one: World, other: World) -> Iterator[Ask]:
    """Other methods, wrong types, broken cursors, and sending in what somebody else already hides."""
    hidden = other.ids["unreleased-incident-2"]
    for record_id in (hidden, one.ids["incident-0"], UNKNOWN[1]):
        yield Ask("web", f"/records/sightings/{record_id}")
        yield Ask("api", f"/api/v1/incidents/{record_id}", "HEAD")
        yield Ask("api", f"/api/v1/incidents/{record_id}", "DELETE")
        yield Ask("api", f"/api/v1/incidents/{record_id}?fields=account&expand=releases")
        yield Ask("web", f"/records/incidents/{record_id}/releases/{UNKNOWN[0]}/revoke", "POST", {})
        yield Ask("web", f"/records/incidents/{record_id}/check", "POST", {"evidence": "good"})
    for query in (
        "limit=none",
        "limit=0",
        "cursor=AAAA",
        "sort=occurred",
        "order=account",
        "account=a&account=b",
    ):
        yield Ask("api", f"/api/v1/incidents?{query}")
    yield Ask("api", f"/api/v1/incidents?account={hidden_account(one)}")
    yield Ask("api", "/api/v1/openapi.json")
    yield Ask("api", "/api/v1/incidents", "OPTIONS")
    yield Ask("api", "/api/v1/nothing")
    yield Ask("web", "/nothing")
    known = {"account": f"Somebody like {other.canaries[3]}", "crime_reference": one.canaries[0]}
    yield Ask("api", "/api/v1/incidents", "POST", {"values": known})
    yield Ask("api", "/api/v1/incidents", "POST", {"values": {**known, "risk_score": "high"}})
