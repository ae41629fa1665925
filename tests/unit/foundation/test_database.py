"""What a transaction promises, on both databases, alone and with many threads."""

import contextlib
import enum
import json
import threading
import time

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from foundation import group_commit
from foundation.database import Database, JsonText
from foundation.errors import Unavailable
from tests.databases import postgresql_url, sqlite_url


class Treatment(enum.StrEnum):
    DISCLOSE = "disclose"


thing = Table("thing", MetaData(), Column("n", Integer, primary_key=True))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url()


@pytest.fixture
def database(url):
    made = Database(url)
    thing.create(made.engine)
    yield made
    made.close()


@pytest.fixture
def sqlite(tmp_path, monkeypatch):
    monkeypatch.setattr(group_commit, "_BATCH_SECONDS", 5.0)  # a batch ends when its transactions have
    made = Database(sqlite_url(tmp_path))
    thing.create(made.engine)
    yield made
    made.close()


def add(database, number):
    with database.transaction() as tx:
        tx.execute(insert(thing), {"n": number})


def held(database):
    """What another connection sees: only what is committed."""
    with database.engine.connect() as other:
        return set(other.execute(select(thing.c.n)).scalars())


def run_all(targets):
    """Run each in a thread of its own, and give what each raised; fails if one does not end."""
    raised = [None] * len(targets)

    def run(place, target):
        try:
            target()
        except BaseException as error:  # noqa: BLE001 - what was raised is what is asserted on
            raised[place] = error

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(targets)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return raised


def together(database, bodies):
    """Run the bodies as transactions of one batch: all are queued while another holds the turn."""
    group, entered = database._group, threading.Event()

    def first():
        with database.transaction() as tx:
            tx.execute(insert(thing), {"n": 0})
            entered.set()
            while group._queued < len(bodies):
                time.sleep(0.001)

    def later(body):
        entered.wait()
        with database.transaction() as tx:
            body(tx)

    return run_all([first, *[lambda body=body: later(body) for body in bodies]])


def adds(number):
    return lambda tx: tx.execute(insert(thing), {"n": number})


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        ["a", 'b\n\t"\\/', "\x00\x1f"],
        ["é", "\u2028", "😀"],
        {"b": [1, -2, 2**53], "a": {"d": None, "c": True}},
        {1: "a key that is no text"},
        ("a tuple", ("of", "tuples")),
        [Treatment.DISCLOSE, 2**70],
    ],
    ids=repr,
)
def test_json_is_the_same_text_whichever_writer_wrote_it(value):
    text = JsonText().process_bind_param(value, None)
    assert text == json.dumps(value, sort_keys=True, separators=(",", ":"))
    assert text.isascii()


def test_what_raised_is_undone_and_the_rest_is_kept(database):
    def fails_after(number):
        with database.transaction() as tx:
            tx.execute(insert(thing), {"n": number})
            raise KeyError

    add(database, 1)
    with pytest.raises(KeyError):
        fails_after(2)
    with pytest.raises(IntegrityError):
        add(database, 1)
    add(database, 3)
    assert held(database) == {1, 3}


def test_a_block_returns_only_after_its_commit(database):
    seen = []

    def go(number):
        add(database, number)
        seen.append(number in held(database))

    assert run_all([lambda n=n: go(n) for n in range(16)]) == [None] * 16
    assert seen == [True] * 16


def test_a_transaction_inside_another_is_refused(database):
    with database.transaction() as tx:
        with pytest.raises(RuntimeError, match="inside its own"):
            add(database, 1)
        tx.execute(insert(thing), {"n": 2})
    assert held(database) == {2}


def test_a_savepoint_can_fail_without_losing_the_rest(database):
    with database.transaction() as tx:
        tx.execute(insert(thing), {"n": 1})
        with pytest.raises(IntegrityError), tx.begin_nested():
            tx.execute(insert(thing), {"n": 1})
        tx.execute(insert(thing), {"n": 2})
    assert held(database) == {1, 2}


def test_a_wrong_statement_is_no_outage(database):
    with pytest.raises(Exception, match="nowhere") as caught, database.transaction() as tx:
        tx.exec_driver_sql("SELECT * FROM nowhere")
    assert not isinstance(caught.value, Unavailable)


def test_a_failing_transaction_of_a_batch_undoes_only_itself(sqlite):
    def fails(tx):
        tx.execute(insert(thing), {"n": 5})
        raise KeyError

    raised = together(sqlite, [adds(1), fails, adds(2), adds(0), adds(3)])
    assert [type(error) for error in raised] == [
        type(None),
        type(None),
        KeyError,
        type(None),
        IntegrityError,
        type(None),
    ]
    assert held(sqlite) == {0, 1, 2, 3}


def test_a_commit_that_fails_wakes_everybody_with_unavailable(sqlite, monkeypatch):
    add(sqlite, 99)

    def breaks():
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(sqlite._group._connection, "commit", breaks)
    raised = together(sqlite, [adds(1), adds(2)])
    assert [type(error) for error in raised] == [Unavailable] * 3
    assert held(sqlite) == {99}
    add(sqlite, 7)  # on a connection of its own
    assert held(sqlite) == {7, 99}


def test_a_commit_that_is_interrupted_is_not_taken_for_kept(sqlite, monkeypatch):
    add(sqlite, 99)

    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(sqlite._group._connection, "commit", interrupted)
    raised = together(sqlite, [adds(1)])
    assert {type(error) for error in raised} == {Unavailable, KeyboardInterrupt}
    assert held(sqlite) == {99}


def test_a_batch_that_the_database_undid_is_kept_for_nobody(sqlite):
    def undone_by_the_database(tx):
        tx.exec_driver_sql("INSERT OR ROLLBACK INTO thing VALUES (0)")

    assert [type(error) for error in together(sqlite, [undone_by_the_database])] == [
        Unavailable,
        IntegrityError,
    ]
    assert held(sqlite) == set()
    # The others run before it, and are lost with it, or after it, and are kept.
    raised = together(sqlite, [adds(1), undone_by_the_database, adds(2), adds(3)])
    kept = {number for number in (1, 2, 3) if raised[(0, 1, 3, 4)[number]] is None}
    assert [type(raised[place]) for place in (0, 2)] == [Unavailable, IntegrityError]
    assert held(sqlite) == kept


def test_a_full_disk_is_unavailable_and_heals(sqlite):
    with sqlite.transaction() as tx:
        tx.exec_driver_sql("CREATE TABLE big (x)")
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar()
    with sqlite.transaction() as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Unavailable), sqlite.transaction() as tx:
        tx.exec_driver_sql("INSERT INTO big VALUES (zeroblob(100000))")
    assert held(sqlite) == set()
    with sqlite.transaction() as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2000}")
    add(sqlite, 1)
    assert held(sqlite) == {1}


def test_whoever_gives_up_in_the_queue_leaves_nobody_waiting(sqlite):
    group = sqlite._group
    with group._queue_guard:
        group._queued += 1  # one that never comes
    raised = run_all([lambda: add(sqlite, 1)])
    assert raised == [None]
    assert held(sqlite) == {1}
    with group._queue_guard:
        group._queued -= 1


def test_a_file_that_another_process_holds_is_unavailable(sqlite):
    with sqlite.transaction() as tx:
        tx.exec_driver_sql("PRAGMA busy_timeout = 50")
    with sqlite.engine.connect() as other, other.begin():
        with pytest.raises(Unavailable, match="cannot be written"):
            add(sqlite, 1)
        assert not sqlite._group._turn.locked()
    add(sqlite, 2)
    assert held(sqlite) == {2}


def test_a_server_that_cannot_be_reached_is_unavailable(tmp_path):
    database = Database(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    with pytest.raises(Unavailable):
        add(database, 1)
    database.close()


def test_a_connection_that_was_cut_is_unavailable_and_heals(tmp_path):
    database = Database(postgresql_url())
    thing.create(database.engine)
    with pytest.raises(Unavailable), database.transaction() as tx:
        tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    add(database, 1)
    assert held(database) == {1}
    database.close()


def test_a_pool_with_no_connection_free_is_unavailable():
    database = Database(postgresql_url(), pool_size=1)
    database.engine.pool._timeout = 0.05
    links = [database.engine.connect() for _ in range(2)]
    with pytest.raises(Unavailable):
        add(database, 1)
    for link in links:
        link.close()
    database.close()


def test_many_threads_keep_exactly_what_was_acknowledged(sqlite):
    acknowledged, guard = set(), threading.Lock()

    def work(first):
        for number in range(first, first + 40):
            with contextlib.suppress(IntegrityError), sqlite.transaction() as tx:
                tx.execute(insert(thing), {"n": number})
                if number % 7 == 0:
                    tx.execute(insert(thing), {"n": number})
            if number % 7:
                with guard:
                    acknowledged.add(number)

    assert run_all([lambda first=first: work(first) for first in range(0, 800, 40)]) == [None] * 20
    assert held(sqlite) == acknowledged
    assert len(acknowledged) == 800 - len(range(0, 800, 7))


def test_after_closing_nothing_is_taken(sqlite):
    sqlite.close()
    with pytest.raises(Unavailable, match="stopping"):
        add(sqlite, 1)
