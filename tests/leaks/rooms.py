"""The rooms beside the records that an observer can ask for: requests, recalls, files, terms, the log."""

from collections.abc import Iterator

from sharing.catalogue import PLURALS
from tests.leaks.asks import UNKNOWN, Ask
from tests.leaks.dealings import id_of
from tests.leaks.worlds import World

#: Pages and doors that name nothing.
_LISTS = (
    "/account", "/agreements/drafts", "/anonymity-orders", "/break-glass", "/break-glass/reviews", "/exports",
    "/exports/stopped", "/grants", "/help", "/help/recorded", "/intelligence/new", "/ledger/checkpoint",
    "/ledger/own", "/people", "/people/log", "/recalls", "/receipts", "/requests", "/retention", "/webhooks",
    "/webhooks/new",
)  # fmt: skip
_DOORS = (
    "agencies", "agencies/audiences", "agreements/drafts", "anonymity-orders", "exports", "gallery", "grants",
    "insight/choices", "insight/recorded", "ledger/checkpoint", "ledger/entries", "people", "people/log",
    "recalls", "receipts", "reports/terms", "requests", "webhooks", "search?q=larkspur",
)  # fmt: skip
#: What others deal in, by the dealing's name; and what nobody has.
_NAMED = (
    ("break-glass/{}", "glass"), ("exports/{}/file", "stop"), ("notes/{}", "request"),
    ("recalls/{}", "recall"), ("recalls/notices/{}", "notice"), ("requests/{}", "request"),
    ("sightings/drafts/{}", "draft"), ("webhooks/{}", "webhook"),
)  # fmt: skip
_NAMED_AT_DOOR = (
    ("exports/{}", "stop"), ("recalls/{}", "recall"), ("recalls/notices/{}", "notice"),
    ("requests/{}", "request"), ("webhooks/{}", "webhook"),
)  # fmt: skip
_OF_VERSIONS = (
    "exact-text",
    "simulation",
    "terms",
    "draft/text",
    "exports/json",
    "exports/odrl",
    "exports/yaml",
)
_VERSIONS = ("HAV-CSP-01/versions/3", "HAV-CSP-01/versions/5", "STR-TALKS/versions/1")


def rooms(one: World, other: World) -> Iterator[Ask]:
    """Every room, asked by whoever may enter it and by those who may not."""
    yield from (Ask("web", path) for path in _LISTS)
    yield from (Ask("api", f"/api/v1/{path}") for path in _DOORS)
    for path, name in _NAMED:
        yield from (Ask("web", f"/{path.format(each)}") for each in (id_of(name), UNKNOWN[0]))
    for path, name in _NAMED_AT_DOOR:
        yield from (Ask("api", f"/api/v1/{path.format(each)}") for each in (id_of(name), UNKNOWN[0]))
    for version in _VERSIONS:
        yield from (Ask("web", f"/agreements/{version}/{page}") for page in _OF_VERSIONS)
        for page in ("changes", "exact-text", "lints", "promises", "exports/json"):
            yield Ask("api", f"/api/v1/agreements/{version}/{page}")
    for agreement in ("HAV-CSP-01", "STR-TALKS"):
        yield Ask("web", f"/agreements/{agreement}/confirmation")
        yield Ask("web", f"/agreements/{agreement}/record-review")
    yield from _around_records(one, other)


def _around_records(one: World, other: World) -> Iterator[Ask]:
    """What stands beside a record: for one that is shown, one that is hidden, one's own, and nobody's."""
    shown = {label: each for label, each in one.ids.items() if label in {"incident-0", "own-incident-9"}}
    for record_id in (*shown.values(), other.ids["unreleased-incident-2"], UNKNOWN[0]):
        page, door = f"/records/{PLURALS['incident']}/{record_id}", f"/api/v1/incidents/{record_id}"
        for place in ("anonymity-order", "audiences", "handling", "notes/new", "recall"):
            yield Ask("web", f"{page}/{place}")
        yield Ask("web", f"/requests/new?record={record_id}&field=account")
        yield Ask("api", f"/api/v1/requests?record={record_id}&field=account")
        for place in ("anonymity-order/preview", "audiences", "handling", "receipts"):
            yield Ask("api", f"{door}/{place}")
    for still in (one.stills["incident-0"][0], other.stills["unreleased-incident-0"][0], UNKNOWN[0]):
        yield Ask("web", f"/stills/{still}/print")
        yield Ask("api", f"/api/v1/media/{still}/picture")
