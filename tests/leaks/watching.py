"""Watches over channels that two equal answers do not show; each gives what it found, or nothing.

A watch leaves both worlds as it found them, as far as their observer can see.
"""

import io
import json
import re
from itertools import count
from math import sqrt
from time import perf_counter
from unittest.mock import patch

from PIL import Image
from sqlalchemy import select, update

from auth.once import Once
from portal.api import records as api_records
from portal.web import records as web_records
from sharing.agreements.tables import release
from sharing.contribution import submit
from sharing.records.registry import TABLES
from sharing.submission import NewRecord
from tests.leaks.asks import UNKNOWN, Ask
from tests.leaks.drive import Answer, Observer
from tests.leaks.pairs import Pair
from tests.leaks.telling import told
from tests.leaks.worlds import at_rest
from tests.partnership import actor
from tests.portal import Browser

_INCIDENTS = "/api/v1/incidents"
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_COUNTING = re.compile(r"server-timing|ratelimit|x-rate|x-runtime|x-total", re.IGNORECASE)
_PAIRS_OF_READINGS = 60
#: Of a rank sum this far from its middle, in standard deviations, chance makes one in ten million.
_FAR = 5.3
_OWNER = "aaron-field"
#: Segments of a picture that hold nothing but the picture: JFIF's own, tables, frame and scan.
_PLAIN = frozenset({0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xDD})
_fresh = count(1)


def fault(pair: Pair) -> list[str]:
    """Somewhere a fault arises with a hidden value in its message."""
    asks = (("web", "/records/incidents", web_records), ("api", _INCIDENTS, api_records))
    found: list[str] = []
    for door, path, module in asks:
        fault_ = ValueError(f"bad phone {pair.one.canaries[0]}")
        with patch.object(module, "list_records", side_effect=fault_):
            answer = pair.observers[0].ask(Ask(door, path, title="a fault"))[0]
        found += sorted(pair.scanner.found(answer.raw))
    return found


def ids(pair: Pair) -> list[str]:
    """A new record's id is random: version 4, and not beside the one before."""
    observer = pair.observers[0]
    made = [_posted(observer, {"values": {"account": "Nothing of note."}}) for _ in range(2)]
    versions = {match[1] for each in made for match in _UUID.finditer(each.raw)}
    return [f"ids of versions {versions}"] if versions - {b"4"} else []


def _posted(observer: Observer, body: dict[str, object], *headers: tuple[str, str]) -> Answer:
    return observer.ask(Ask("api", _INCIDENTS, "POST", body, title=_title("sent in"), headers=headers))[0]


def _title(what: str) -> str:
    return f"{what} {next(_fresh)}"


def not_modified(pair: Pair) -> list[str]:
    """The entity tag of one world, shown to the other: both answer alike."""
    path = f"{_INCIDENTS}/{pair.one.ids['incident-0']}"
    first = pair.observers[0].ask(Ask("api", path))[0]
    tag = dict(first.headers).get("ETag", "")
    since = ("If-Modified-Since", "Mon, 16 Feb 2026 08:00:05 GMT")
    return told(pair, [Ask("api", path, headers=(("If-None-Match", tag), since))])


def change_refused(pair: Pair) -> list[str]:
    """A change of another's record is refused in both worlds alike, and nothing comes back."""
    return told(pair, [_change(pair)])


def _change(pair: Pair) -> Ask:
    path = f"{_INCIDENTS}/{pair.one.ids['incident-0']}"
    return Ask("api", path, "PATCH", {"values": {"ward": "Gooshays"}}, headers=(("If-Match", '"x"'),))


def nothing_emptied(pair: Pair) -> list[str]:
    """What an owner wrote stands there unchanged after others have sent what they see of it."""
    before = _account(pair)
    pair.observers[0].ask(_change(pair))
    return [] if before and before == _account(pair) else ["a hidden field is another"]


def _account(pair: Pair) -> object:
    table = TABLES["incident"]
    with pair.one.database.transaction() as tx:
        wanted = select(table.c.account).where(table.c.record_id == pair.one.ids["incident-0"])
        return tx.execute(wanted).scalar()


def unknown_keys(pair: Pair) -> list[str]:
    """Keys that nobody may set are refused by name."""
    sent = {"values": {"account": "Nothing of note."}, "owner": "newham"}
    answer = _posted(pair.observers[0], sent)
    return [] if answer.status in {403, 422} else [f"taken: {answer.status}"]


def idempotent(pair: Pair) -> list[str]:
    """A key that somebody of another agency has used is new for the observer."""
    observer, key = pair.observers[0], _title("a key")
    with at_rest(pair.one):
        pair.one.draws.begin(key)
        new = NewRecord("incident", {"account": "Taken down by others."})
        theirs = submit(pair.one.database, actor(_OWNER), new, asked=Once(key, "0" * 64))
    mine = _posted(observer, {"values": {"account": "Nothing of note."}}, ("Idempotency-Key", key))
    return [] if theirs.id.encode() not in mine.raw and theirs.reference.encode() not in mine.raw else [key]


def headers_count(pair: Pair) -> list[str]:
    """No header tells of work done or of what is left to ask for."""
    asks = (Ask("api", _INCIDENTS), Ask("web", "/"), Ask("web", f"/records/incidents/{UNKNOWN[0]}"))
    answers = [pair.observers[0].ask(ask)[0] for ask in asks]
    return [name for each in answers for name, _ in each.headers if _COUNTING.search(name)]


def kept_nowhere(pair: Pair) -> list[str]:
    """No answer may be kept by a browser or on the way to it."""
    asks = (
        Ask("api", _INCIDENTS),
        Ask("web", "/"),
        Ask("web", f"/stills/{pair.one.stills['incident-0'][0]}"),
    )
    answers = [(ask.path, dict(pair.observers[0].ask(ask)[0].headers)) for ask in asks]
    return [path for path, told_ in answers if told_.get("Cache-Control") != "no-store"]


def compressed(pair: Pair) -> list[str]:
    """What is secret and what was typed never go through one compression."""
    ask = Ask("web", "/search?q=larkspur", headers=(("Accept-Encoding", "gzip, br, zstd, deflate"),))
    answer = pair.observers[0].ask(ask)[0]
    return [value for name, value in answer.headers if name == "Content-Encoding"] + told(
        pair, [Ask("api", f"{_INCIDENTS}/{pair.one.ids['incident-0']}")]
    )


def after_its_owner(pair: Pair) -> list[str]:
    """In one world the owner has just looked at the same; the observer is answered alike in both."""
    record, still = pair.one.ids["incident-0"], pair.one.stills["incident-0"][0]
    asks = [Ask("web", f"/records/incidents/{record}"), Ask("web", f"/stills/{still}")]
    owner = Observer(pair.one, _OWNER, next(_fresh))
    assert all(owner.ask(ask)[0].status == 200 for ask in asks)
    return told(pair, asks)


def taken_back(pair: Pair) -> list[str]:
    """The address of a picture gives nothing once what was shared is taken back."""
    observer, ask = pair.observers[0], Ask("web", f"/stills/{pair.one.stills['incident-0'][0]}")
    record = release.c.record_id == pair.one.ids["incident-0"]
    observer.ask(ask)
    with pair.one.database.transaction() as tx:
        tx.execute(update(release).where(record).values(revoked=release.c.at))
    try:
        answer = observer.ask(ask)[0]
    finally:
        with pair.one.database.transaction() as tx:
            tx.execute(update(release).where(record).values(revoked=None))
    return [] if answer.status == 404 else [f"answered {answer.status}"]


def bare_picture(pair: Pair) -> list[str]:
    """A picture has its pixels and nothing else, from its first byte to its last."""
    data = pair.observers[0].ask(Ask("web", f"/stills/{pair.one.stills['incident-0'][0]}"))[0].raw
    image = Image.open(io.BytesIO(data))
    found = [f"segment {each:x}" for each in _segments(data) if each not in _PLAIN]
    return found + [f"{name}" for name in image.info if not name.startswith(("jfif", "dpi"))]


def _segments(data: bytes) -> list[int]:
    place, found = 2, []
    while data[place] == 0xFF and data[place + 1] != 0xDA:
        found.append(data[place + 1])
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
    return found + ([] if data.endswith(b"\xff\xd9") else [-1])


def signed_out(pair: Pair) -> list[str]:
    """Signing out has the browser clear what it kept, and no script keeps anything of a page."""
    with at_rest(pair.one):
        pair.one.draws.begin("another browser")
        browser = Browser(pair.one.app)
        browser.sign_in_as(pair.one.view.user)
        left = browser.send("/purpose", "/sign-out")
        cleared = left.headers.get("Clear-Site-Data", "")
    return [] if '"storage"' in cleared and '"cache"' in cleared else [f"cleared: {cleared}"]


def equal_work(pair: Pair) -> list[str]:
    """As many statements are sent to the database for what is hidden as for what nobody has."""
    hidden, absent = (_readings(pair, 1)[each][0] for each in (0, 1))
    return [] if hidden[1] == absent[1] else [f"{hidden[1]} statements against {absent[1]}"]


def clock(pair: Pair) -> list[str]:
    """By the clock, what is hidden cannot be told from what nobody has (Mann-Whitney)."""
    hidden, absent = ([each[0] for each in one] for one in _readings(pair, _PAIRS_OF_READINGS))
    ranked = sorted([(each, 0) for each in hidden] + [(each, 1) for each in absent])
    total = sum(place for place, (_, which) in enumerate(ranked, 1) if which == 0)
    n = _PAIRS_OF_READINGS
    off = (total - n * (2 * n + 1) / 2) / sqrt(n * n * (2 * n + 1) / 12)
    return [f"{off:.1f} deviations"] if abs(off) > _FAR else []


def _readings(pair: Pair, most: int) -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    """(seconds, statements) of reading what is hidden, and of what nobody has, in turns."""
    observer, found = pair.observers[1], ([], [])
    paths = [f"{_INCIDENTS}/{each}" for each in (pair.other.ids["unreleased-incident-2"], UNKNOWN[1])]
    for turn in range(most + 1):
        for which in (0, 1) if turn % 2 else (1, 0):
            begun = perf_counter()
            answer = observer.ask(Ask("api", paths[which], title="a reading"))[0]
            if turn:
                found[which].append((perf_counter() - begun, answer.statements))
    return found


def known_elsewhere(pair: Pair) -> list[str]:
    """Sending in what somebody else hides already is answered as if it were new."""
    reference = _title("reference")
    with at_rest(pair.one):
        pair.one.draws.begin(reference)
        submit(pair.one.database, actor(_OWNER), NewRecord("incident", {"crime_reference": reference}))
    sent = Ask("api", _INCIDENTS, "POST", {"values": {"crime_reference": reference}}, title=reference)
    one, other = pair.ask([sent])
    return [] if json.loads(one[0].raw).keys() == json.loads(other[0].raw).keys() else ["another answer"]
