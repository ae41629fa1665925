"""What takes a record from a reader holds from its entry in the ledger on, for requests on their way too."""

import threading
from itertools import product
from unittest.mock import patch

import pytest

from sharing import sight
from sharing.agreements import policy
from sharing.events import entry as entries
from tests.flight.changes import CHANGES
from tests.flight.expiries import EXPIRIES
from tests.flight.held import PLACES, Hold, overtaken
from tests.flight.scene import ASKS, Scene


@pytest.mark.parametrize("ask", ASKS)
def test_record_is_seen_before(scene: Scene, ask: str):
    """Else that it is not seen afterwards would prove nothing."""
    seen = ASKS[ask](scene)
    assert seen.startswith(b"\xff\xd8") if ask in {"picture", "still"} else scene.record.encode() in seen


#: Each way of asking with a change of each sort, and each change with a read of one record.
TOGETHER = sorted({("one", change) for change in CHANGES} | {*product(ASKS, ("revoked", "role changed"))})


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("ask", "change"), TOGETHER)
def test_no_look_stands_behind_the_change(scene: Scene, ask: str, change: str, place: str):
    hold = Hold()
    with PLACES[place](hold):
        _, made = overtaken(hold, lambda: ASKS[ask](scene), lambda: CHANGES[change](scene))
    assert scene.later_looks(made) == []


@pytest.mark.parametrize(("ask", "change"), TOGETHER)
def test_nobody_sees_it_after_the_change(scene: Scene, ask: str, change: str):
    made = CHANGES[change](scene)
    after = ASKS[ask](scene)
    assert scene.record.encode() not in after
    assert not after.startswith(b"\xff\xd8")
    assert scene.later_looks(made) == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("ask", "of"), [*product(["list", "one", "picture", "page", "still"], ["release"]), ("one", "agreement")]
)
def test_no_look_is_of_a_moment_after_the_expiry(opened: Scene, ask: str, of: str, place: str):
    with EXPIRIES[of](opened) as expiry:
        opened.send()
        hold = Hold()
        with PLACES[place](hold):
            overtaken(hold, lambda: ASKS[ask](opened), expiry.come)
        assert opened.looks_from(expiry.at) == []
        assert opened.record.encode() not in ASKS[ask](opened)


def test_readers_all_the_while_see_it_until_the_entry_and_never_behind_it(scene: Scene):
    """No place to hold them: as they come, on four threads."""
    stop, seen = threading.Event(), []

    def read(ask):
        while not stop.is_set():
            seen.append(scene.record.encode() in ASKS[ask](scene))

    readers = [threading.Thread(target=read, args=(ask,)) for ask in ("list", "one", "page", "search")]
    for each in readers:
        each.start()
    stop.wait(0.4)
    made = CHANGES["revoked"](scene)
    stop.wait(0.3)
    stop.set()
    for each in readers:
        each.join()
    assert {True, False} <= {*seen}
    assert scene.later_looks(made) == []


def planted_policy(tx):
    """What was compiled once is held for good, under whatever epoch there is now."""
    epoch = policy.epoch_of(tx)
    return epoch, policy._held[tx.engine][1]


def planted_entry(tx, whole, *, while_=None):
    """The entry is written, whatever has changed since the rows were read."""
    return entries_append(tx, whole)


entries_append = entries.append

FAULTS = {
    "positive policy held for good": ("sqlite", sight, "policy_of", planted_policy, "suspended", "let in"),
    "who asks is not looked at again": (
        "sqlite", sight, "refuse_if_changed", lambda *_: None, "role changed", "let in",
    ),
    "entry without condition": ("postgresql", entries, "append", planted_entry, "revoked", "having read"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found(opened: Scene, request, fault: str):
    engine, module, name, wrong, change, place = FAULTS[fault]
    if engine not in request.node.callspec.id:
        pytest.skip(f"shows on {engine}")
    opened.send()
    hold = Hold(patience=10)
    try:
        with patch.object(module, name, wrong), PLACES[place](hold):
            _, made = overtaken(hold, lambda: ASKS["one"](opened), lambda: CHANGES[change](opened))
        assert opened.later_looks(made) != []
    finally:
        opened.restore()
