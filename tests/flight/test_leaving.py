"""What was asked for, queued or handed out before a change is decided by how things stand when it leaves."""

from contextlib import ExitStack
from itertools import product
from unittest.mock import patch

import pytest
from sqlalchemy import select

from foundation import clock
from sharing import stills
from sharing.exports import contents, fetching, making
from sharing.exports.tables import export
from sharing.recalls.acts import Act
from sharing.recalls.recalling import recall
from sharing.release.facts import Exit
from sharing.sight import look, released_one
from sharing.webhooks import telling
from tests.flight.changes import CHANGES
from tests.flight.expiries import EXPIRIES
from tests.flight.held import PLACES, Hold, having_decided, having_read, overtaken
from tests.flight.leaving import LEAVING, export_made, fetch_it, left
from tests.flight.scene import ASKS, OWNER, READER, Scene
from tests.partnership import actor


@pytest.mark.parametrize("way", LEAVING)
def test_it_leaves_if_nothing_changed(scene: Scene, way: str):
    """Else that it does not leave afterwards would prove nothing."""
    before, leave = LEAVING[way]
    assert left(scene, leave(scene, before(scene)))


@pytest.mark.parametrize(("way", "change"), [*product(LEAVING, CHANGES)])
def test_nothing_leaves_after_the_change(scene: Scene, way: str, change: str):
    before, leave = LEAVING[way]
    held = before(scene)
    made = CHANGES[change](scene)
    assert not left(scene, leave(scene, held))
    assert scene.later_looks(made) == []


@pytest.mark.parametrize(("way", "of"), [*product(LEAVING, EXPIRIES)])
def test_nothing_leaves_after_the_expiry(opened: Scene, way: str, of: str):
    before, leave = LEAVING[way]
    with EXPIRIES[of](opened) as expiry:
        opened.send()
        try:
            held = before(opened)
            expiry.come()
            assert not left(opened, leave(opened, held))
            assert opened.looks_from(expiry.at) == []
        finally:
            opened.restore()


#: What leaves an entry when it leaves, which a change can overtake.
ENTERED = [way for way in LEAVING if way != "program told again"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("way", "change"), [*product(ENTERED, ("revoked", "suspended", "role changed"))])
def test_nothing_that_is_leaving_stands_behind_the_change(scene: Scene, way: str, change: str, place: str):
    before, leave = LEAVING[way]
    held, hold = before(scene), Hold()
    with PLACES[place](hold):
        _, made = overtaken(hold, lambda: leave(scene, held), lambda: CHANGES[change](scene))
    assert scene.later_looks(made) == []


@pytest.mark.parametrize("place", [*PLACES.values(), having_decided], ids=lambda place: place.__name__)
@pytest.mark.parametrize("way", ENTERED)
def test_nothing_that_is_leaving_is_of_a_moment_after_the_expiry(opened: Scene, way: str, place):
    before, leave = LEAVING[way]
    with EXPIRIES["release"](opened) as expiry:
        opened.send()
        try:
            held, hold = before(opened), Hold()
            with place(hold):
                overtaken(hold, lambda: leave(opened, held), expiry.come)
            assert opened.looks_from(expiry.at) == []
        finally:
            opened.restore()


def test_file_of_what_its_owner_has_put_right_is_not_fetched(scene: Scene):
    """A correction closes nothing, but the file says what is no longer so."""
    held = export_made(scene)
    act = Act(values={"ward": "Mawneys"}, reason="It was the next street.", message="Look again.")
    recall(scene.database, actor(OWNER), "incident", scene.record, act)
    assert not left(scene, fetch_it(scene, held))
    assert b"Mawneys" in ASKS["one"](scene)


def file_as_asked_for(scene: Scene):
    """The file is of what could be seen when it was asked for."""
    with scene.database.transaction() as tx:
        (row,) = tx.execute(select(export).where(export.c.record_id == scene.record)).mappings()
        was = contents.gather_again(tx, actor(READER), row)
    again = [(module, "gather_again", lambda *_: was) for module in (making, fetching)]
    return [(making, "gather", lambda *_: was), *again]


def program_as_announced(_scene: Scene):
    """Who was to be told when it was announced is told."""
    was = telling._Told(actor(READER), clock.now(), actor(OWNER).agency_id)
    return [(telling, "_concerned", lambda *_: was)]


def still_as_linked(scene: Scene):
    """The link is worth what it was worth when the page was shown."""
    with scene.database.transaction() as tx:
        was = released_one(tx, look(tx, actor(READER), Exit.ONE), "media", scene.media)
    return [(stills, "released_one", lambda *_: was)]


KEPT = {
    "export made": file_as_asked_for,
    "export fetched": file_as_asked_for,
    "program told": program_as_announced,
    "program told again": program_as_announced,
    "still's link": still_as_linked,
}


@pytest.mark.parametrize("way", KEPT)
def test_what_keeps_its_first_decision_is_found(scene: Scene, way: str):
    before, leave = LEAVING[way]
    held = before(scene)
    with ExitStack() as stack:
        for fault in KEPT[way](scene):
            stack.enter_context(patch.object(*fault))
        made = CHANGES["suspended"](scene)
        assert left(scene, leave(scene, held))
    # a program that is told again was entered when it was told first
    assert bool(scene.later_looks(made)) is (way in ENTERED)


@pytest.mark.parametrize("way", ["export made", "export fetched", "program told"])
def test_what_leaves_without_holding_the_policy_is_found(scene: Scene, way: str):
    if scene.database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite lets one transaction write at a time")
    before, leave = LEAVING[way]
    held, hold = before(scene), Hold(patience=10)
    with ExitStack() as stack:
        for module in (making, fetching, telling):
            stack.enter_context(patch.object(module, "hold_policy", lambda *_: None))
        stack.enter_context(having_read(hold))
        _, made = overtaken(hold, lambda: leave(scene, held), lambda: CHANGES["revoked"](scene))
    assert scene.later_looks(made) != []
