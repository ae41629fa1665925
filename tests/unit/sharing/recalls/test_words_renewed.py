"""Two who change a record at once: it is found by what it holds in the end and by nothing else."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from sharing import inserts
from sharing.agreements.releases import NewRelease
from sharing.contribution import release_record
from sharing.recalls.recalling import recall
from sharing.records.record import word
from tests.partnership import ROBBERY, actor
from tests.unit.sharing.recalls.conftest import COUNCIL, OWNER, TRANSPORT

#: How long whoever may have to wait for the other is given before the other goes on, in seconds.
_HEAD_START = 0.4


def words(scene, record_id):
    with scene.database.transaction() as tx:
        return set(tx.execute(select(word.c.word).where(word.c.record_id == record_id)).scalars())


@pytest.fixture
def stopped(monkeypatch):
    """Stops the first who renews words where everything of the record is read and no word is changed."""
    reached, go, first = threading.Event(), threading.Event(), threading.Lock()
    original = inserts.found_by

    def found_by(type_, values):
        if first.acquire(blocking=False):
            reached.set()
            assert go.wait(10)
        return original(type_, values)

    def race(one, other):
        monkeypatch.setattr(inserts, "found_by", found_by)
        with ThreadPoolExecutor(2) as pool:
            earlier = pool.submit(one)
            assert reached.wait(10)
            later = pool.submit(other)
            threading.Event().wait(_HEAD_START)
            go.set()
            earlier.result(20)
            later.result(20)

    return race


def test_what_is_taken_out_while_a_text_is_reworded_finds_nothing(scene, act, stopped):
    made = scene.incident(TRANSPORT, address="Quincunx House, Romford")
    assert "quincunx" in words(scene, made)
    release = scene.releases(made)[scene.name(TRANSPORT)]
    reworded = act(texts={release: "One person ran to the marigold."})
    stopped(
        lambda: recall(scene.database, actor(OWNER), "incident", made, reworded),
        lambda: recall(scene.database, actor(OWNER), "incident", made, act(values={"address": None})),
    )
    assert "quincunx" not in words(scene, made)
    assert "marigold" in words(scene, made)


def test_text_of_a_release_made_while_a_field_is_corrected_still_finds_it(scene, act, stopped):
    made = scene.incident(TRANSPORT, address="Quincunx House, Romford")
    new = NewRelease("HAV-CSP-01", (ROBBERY,), (COUNCIL,), text="One person ran to the marigold.")
    stopped(
        lambda: recall(scene.database, actor(OWNER), "incident", made, act(values={"address": None})),
        lambda: release_record(scene.database, actor(OWNER), made, new),
    )
    assert "quincunx" not in words(scene, made)
    assert "marigold" in words(scene, made)
