"""A look under way stands before the recall in the ledger, or shows nothing: whoever committed first."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from foundation.errors import Missing
from foundation.ledger.reading import entries_of_record
from sharing import disclosure
from sharing.accounts import shown_of
from sharing.recalls import recalling
from sharing.recalls.recalling import recall
from tests.partnership import actor
from tests.unit.sharing.recalls.conftest import COUNCIL, OWNER, TRANSPORT

#: How long somebody who may have to wait for the other is given before the other goes on, in seconds.
_HEAD_START = 0.4


def broken(scene, record_id):
    """The looks that show something of the record and stand behind its recall in the log."""
    scene.sequence()
    with scene.database.transaction() as tx:
        entries = entries_of_record(tx, record_id, 10_000)
    (recalled,) = [entry.index for entry in entries if entry.event == "sharing:recall:made"]
    looks = [entry for entry in entries if entry.agency in (TRANSPORT, COUNCIL)]
    return [
        entry.index
        for entry in looks
        if entry.index > recalled
        and (shown := shown_of(entry.records, entry.detail, record_id)) is not None
        and shown.opened
    ]


class Pause:
    """Stops the first look at the given side of its entry until it is told to go on."""

    def __init__(self, monkeypatch, *, before):
        self.reached, self.go = threading.Event(), threading.Event()
        self._left = threading.Lock()
        original = disclosure.events.record_read

        def record_read(tx, who, **more):
            first = who.user_id == "imran-sadiq" and self._left.acquire(blocking=False)
            if first and before:
                self._wait()
            made = original(tx, who, **more)
            if first and not before:
                self._wait()
            return made

        monkeypatch.setattr(disclosure.events, "record_read", record_read)

    def _wait(self):
        self.reached.set()
        assert self.go.wait(10)


def race(scene, act, monkeypatch, *, before):
    """One look stopped at its entry while the record is recalled; gives whether the look showed it."""
    made = scene.incident(TRANSPORT)
    release = scene.releases(made)[scene.name(TRANSPORT)]
    pause = Pause(monkeypatch, before=before)

    def look():
        try:
            return scene.look("imran-sadiq", made).fields["address"]
        except Missing:
            return None

    with ThreadPoolExecutor(2) as pool:
        looking = pool.submit(look)
        assert pause.reached.wait(10)
        recalling_ = pool.submit(recall, scene.database, actor(OWNER), "incident", made, act(release=release))
        threading.Event().wait(_HEAD_START)
        pause.go.set()
        shown, done = looking.result(20), recalling_.result(20)
    return made, shown, done


@pytest.mark.parametrize("before", [True, False])
def test_look_under_way_stands_before_the_recall_and_is_told_or_shows_nothing(
    scene, act, monkeypatch, before
):
    made, shown, done = race(scene, act, monkeypatch, before=before)
    assert broken(scene, made) == []
    assert done.told == (1 if shown else 0)
    assert set(scene.notices(made)) == ({"imran-sadiq"} if shown else set())


def test_without_waiting_the_order_breaks_and_the_test_sees_it(scene, act, monkeypatch):
    if scene.database.is_sqlite:
        pytest.skip("transactions follow one another there")
    monkeypatch.setattr(recalling, "close_to_readers", lambda _tx: None)
    made, shown, done = race(scene, act, monkeypatch, before=True)
    assert shown == "1 Victoria Road, Romford"
    assert done.told == 0
    assert len(broken(scene, made)) == 1


def test_of_many_looks_around_a_recall_none_behind_it_shows_anything(scene, act):
    made = scene.incident("*")
    release = scene.releases(made)["All parties"]
    users = ("imran-sadiq", "hugh-barrow", "kate-lindqvist", "dan-osei", "anil-mehta")
    ended, saw = threading.Event(), set()

    def look(user):
        while not ended.is_set():
            if any(each.id == made for each in scene.lists(user)):
                saw.add(user)
            try:
                scene.look(user, made)
                saw.add(user)
            except Missing:
                pass

    def sequencing():
        while not ended.is_set():
            scene.sequence()

    with ThreadPoolExecutor(len(users) + 1) as pool:
        running = [pool.submit(look, user) for user in users] + [pool.submit(sequencing)]
        threading.Event().wait(0.5)
        recall(scene.database, actor(OWNER), "incident", made, act(release=release))
        threading.Event().wait(0.2)
        ended.set()
        for each in running:
            each.result(20)
    assert broken(scene, made) == []
    assert saw
    assert set(scene.notices(made)) == saw
