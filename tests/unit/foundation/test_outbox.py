"""The outbox on both databases: nothing is lost, nothing is done twice, nothing is tried for ever."""

import contextlib
import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import exists, false, func, select, true

from foundation import clock
from foundation.database import Database
from foundation.outbox import rows
from foundation.outbox.rows import Hopeless, LeaseLost
from foundation.outbox.runner import Kind, Runner, work_once
from foundation.outbox.tables import outbox
from tests.databases import postgresql_url, sqlite_url

LEASE = timedelta(seconds=60)
NOON = clock.datetime(2026, 2, 20, 12, tzinfo=clock.UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    opened = Database(sqlite_url(tmp_path) if request.param == "sqlite" else postgresql_url())
    with opened.transaction() as tx:
        outbox.create(tx)
    yield opened
    opened.close()


def put(database, kind="note", payload=None, **more):
    with database.transaction() as tx:
        return rows.put(tx, kind, payload or {}, **more)


def claim(database, *kinds):
    with database.transaction() as tx:
        return rows.claim(tx, kinds or ("note",), LEASE)


def row(database, job_id):
    with database.transaction() as tx:
        return tx.execute(select(outbox).where(outbox.c.id == job_id)).one()


def finishing(database, done):
    """A kind whose effect is an entry in the list, in the job's own transaction."""

    def run(job):
        with database.transaction() as tx:
            rows.finish(tx, job)
        done.append(job.id)

    return Kind(run)


def test_what_was_undone_is_not_to_be_done(database):
    with contextlib.suppress(RuntimeError), database.transaction() as tx:
        rows.put(tx, "note", {})
        raise RuntimeError
    assert claim(database) is None


def test_a_condition_that_does_not_hold_writes_nothing(database):
    put(database, only_if=false())
    assert claim(database) is None
    put(database, payload={"a": ["b", 1, None]}, agency="havering", only_if=exists(select(1)) & true())
    job = claim(database)
    assert (job.payload, job.agency) == ({"a": ["b", 1, None]}, "havering")


def test_jobs_come_when_they_are_due_the_oldest_first(database):
    with clock.stopped(NOON):
        late = put(database, not_before=NOON + timedelta(hours=1))
    with clock.stopped(NOON + timedelta(minutes=1)):
        soon = put(database)
        job = claim(database)
        assert job.id == soon
        assert claim(database) is None
        with database.transaction() as tx:
            rows.finish(tx, job)
    with clock.stopped(NOON + timedelta(hours=1)):
        assert claim(database, "other") is None
        assert claim(database).id == late


def test_a_claimed_job_comes_back_when_its_lease_has_run_out_and_not_before(database):
    with clock.stopped(NOON):
        put(database)
        first = claim(database)
    with clock.stopped(NOON + LEASE - timedelta(microseconds=1)):
        assert claim(database) is None
    with clock.stopped(NOON + LEASE):
        second = claim(database)
    assert (second.id, second.attempts) == (first.id, 2)
    assert second.lease != first.lease


def test_a_worker_that_was_overtaken_keeps_nothing_of_its_effect(database):
    with clock.stopped(NOON):
        put(database)
        slow = claim(database)
    with clock.stopped(NOON + LEASE):
        quick = claim(database)
    with contextlib.suppress(LeaseLost), database.transaction() as tx:
        rows.put(tx, "effect", {})
        rows.finish(tx, slow)
        pytest.fail("a worker that was overtaken ended its job")
    assert claim(database, "effect") is None
    with database.transaction() as tx:
        rows.finish(tx, quick)
    for end in (rows.finish, lambda tx, job: rows.postpone(tx, job, "E")):
        with pytest.raises(LeaseLost), database.transaction() as tx:
            end(tx, quick)


def test_what_is_done_keeps_no_payload(database):
    put(database, payload={"path": "/invitation/once"})
    job = claim(database)
    with database.transaction() as tx:
        rows.finish(tx, job)
    assert (row(database, job.id).payload, row(database, job.id).done_at is None) == ({}, False)


def test_waits_grow_and_the_last_failure_gives_up_and_says_so(database):
    said = []

    def run(_job):
        raise OSError("with words that must not be kept")

    kinds = {"note": Kind(run, tries=4, dropped=lambda _tx, job: said.append(job.kind))}
    job_id, moments, at = put(database, agency="havering"), [], clock.now()
    with clock.stopped(at):
        while work_once(database, kinds, LEASE):
            moments.append(row(database, job_id).due_at - at)
    for _ in range(3):
        at = row(database, job_id).due_at
        with clock.stopped(at):
            assert work_once(database, kinds, LEASE)
            moments.append(row(database, job_id).due_at - at)
            assert not work_once(database, kinds, LEASE)
    assert moments == [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=8), timedelta(0)]
    assert said == ["note"]
    with database.transaction() as tx:
        (given_up,) = rows.given_up(tx, "havering")
        assert rows.given_up(tx, "newham") == ()
    assert (given_up.kind, given_up.error, given_up.attempts) == ("note", "OSError", 4)


def test_what_is_hopeless_is_tried_once(database):
    def run(_job):
        raise Hopeless

    job_id = put(database)
    assert work_once(database, {"note": Kind(run)}, LEASE)
    assert row(database, job_id).gave_up_at is not None


def test_a_job_that_kills_its_workers_is_given_up_without_being_run_again(database):
    job_id, ran = put(database), []
    for n in range(3):
        with clock.stopped(clock.now() + n * LEASE):
            claim(database)  # by a worker that dies
    with clock.stopped(clock.now() + 3 * LEASE):
        work_once(database, {"note": Kind(ran.append, tries=3)}, LEASE)
    assert ran == []
    assert row(database, job_id).last_error == "WorkerLost"


def test_what_was_given_up_can_be_tried_again_or_let_go_by_its_agency_alone(database):
    ids = [put(database, agency="havering") for _ in range(2)]
    for _ in ids:
        job = claim(database)
        with database.transaction() as tx:
            rows.give_up(tx, job, "E")
    with database.transaction() as tx:
        assert not rows.try_again(tx, "newham", ids[0])
        assert not rows.let_go(tx, "newham", ids[0])
        assert rows.try_again(tx, "havering", ids[0])
        assert rows.let_go(tx, "havering", ids[1])
        assert not rows.let_go(tx, "havering", ids[0])
    assert claim(database).id == ids[0]
    assert claim(database) is None


def test_many_reasons_make_one_job_now_and_one_later(database):
    apart = timedelta(minutes=15)

    def tell():
        with database.transaction() as tx:
            rows.put_once(tx, "note", {}, about="somebody", apart=apart)

    def due():
        with database.transaction() as tx:
            return tx.execute(select(outbox.c.due_at).where(outbox.c.done_at.is_(None))).scalars().all()

    with clock.stopped(NOON):
        for _ in range(5):
            tell()
        assert due() == [NOON]
        with database.transaction() as tx:
            rows.finish(tx, rows.claim(tx, ["note"], LEASE))
    with clock.stopped(NOON + timedelta(minutes=1)):
        for _ in range(5):
            tell()
        assert due() == [NOON + apart]
    with clock.stopped(NOON + 2 * apart), database.transaction() as tx:
        rows.finish(tx, rows.claim(tx, ["note"], LEASE))
    with clock.stopped(NOON + 4 * apart):
        tell()
        assert due() == [NOON + 4 * apart]


def test_what_was_done_long_ago_is_forgotten_and_nothing_else(database):
    with clock.stopped(NOON):
        old, open_ = put(database), put(database)
        for job in (claim(database), claim(database)):
            if job.id == old:
                with database.transaction() as tx:
                    rows.finish(tx, job)
    with clock.stopped(NOON + timedelta(days=8)), database.transaction() as tx:
        rows.forget_done(tx)
        assert tx.execute(select(outbox.c.id)).scalars().all() == [open_]


def test_several_workers_do_each_job_once(database):
    done, count = [], 60
    for _ in range(count):
        put(database)
    runners = [
        Runner(database, {"note": finishing(database, done)}, LEASE, threads=2, interval=0.05)
        for _ in range(2)
    ]
    for runner in runners:
        runner.start()
    waited = threading.Event()
    for _ in range(200):
        with database.transaction() as tx:
            left = tx.execute(select(func.count()).select_from(outbox).where(outbox.c.done_at.is_(None)))
            if not left.scalar_one():
                break
        waited.wait(0.05)
    for runner in runners:
        runner.end()
        runner.wait()
    assert len(done) == count
    assert max(Counter(done).values()) == 1


def test_a_job_that_fails_does_not_stop_the_ones_behind_it(database):
    done = []

    def run(_job):
        raise ValueError

    put(database, "bad")
    good = put(database, "good")
    kinds = {"bad": Kind(run), "good": finishing(database, done)}
    assert Runner(database, kinds, LEASE).drain() == 2
    assert done == [good]
