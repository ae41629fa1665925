"""Doing what the outbox says: one job at a time, in a thread beside the server or in a process of its own."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Database, Tx
from foundation.errors import ConcordatError
from foundation.outbox import rows
from foundation.outbox.rows import Hopeless, Job, LeaseLost

_log = logging.getLogger(__name__)

_REST_AFTER_FAILURE = 2.0  # seconds
_FORGET_EVERY = 3600.0  # seconds


def _nothing(_tx: Tx, _job: Job) -> None:
    """Nothing else follows from giving up."""


@dataclass(frozen=True)
class Kind:
    """How one kind of job is done.

    `run` ends the job with `rows.finish` in the transaction of its effect; an effect outside the database
    carries the job's id, so that a receiver knows it again. `tries` counts the first; `dropped` is called in
    the transaction that gives the job up.
    """

    run: Callable[[Job], None]
    tries: int = 8
    dropped: Callable[[Tx, Job], None] = _nothing


Kinds = Mapping[str, Kind]


def work_once(database: Database, kinds: Kinds, lease: timedelta) -> bool:
    """Do one job if one is due; says whether there was one.

    Raises:
        Unavailable: if the database cannot be reached.
    """
    with database.reading() as tx:
        if not rows.any_due(tx, kinds):
            return False
    with database.transaction() as tx:
        job = rows.claim(tx, kinds, lease)
    if job is None:
        return False
    kind = kinds[job.kind]
    if job.attempts > kind.tries:
        _give_up(database, kind, job, "WorkerLost")
        return True
    try:
        kind.run(job)
    except LeaseLost:
        _log.warning("Job %s of kind %s was ended by somebody else.", job.id, job.kind)
    except Exception as error:  # noqa: BLE001 - whatever a job raises, the next one is done
        _failed(database, kind, job, error)
    return True


def _failed(database: Database, kind: Kind, job: Job, error: Exception) -> None:
    name = type(error).__name__
    # The error's own words may hold what somebody typed or what a record says.
    _log.error("Job %s of kind %s failed: %s at %s", job.id, job.kind, name, _place(error))
    if isinstance(error, Hopeless) or job.attempts >= kind.tries:
        _give_up(database, kind, job, name)
        return
    try:
        with database.transaction() as tx:
            rows.postpone(tx, job, name)
    except LeaseLost:
        return


def _give_up(database: Database, kind: Kind, job: Job, error: str) -> None:
    _log.error("Job %s of kind %s is given up.", job.id, job.kind)
    try:
        with database.transaction() as tx:
            rows.give_up(tx, job, error)
            kind.dropped(tx, job)
    except LeaseLost:
        return


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


class Runner:
    """Does jobs until stopped, `threads` at once; looks for the next every `interval` seconds when idle."""

    def __init__(
        self, database: Database, kinds: Kinds, lease: timedelta, *, threads: int = 1, interval: float = 0.5
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._lease = lease
        self._interval = interval
        self._stopping = threading.Event()
        self._forgotten_at = time.monotonic()
        self._threads = [
            threading.Thread(target=self._run, name=f"jobs-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin. A job that the process dies in comes back when its lease has run out."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Begin no further job; safe to call from a signal."""
        self._stopping.set()

    def wait(self) -> None:
        """Return when it has been ended and the jobs in hand are done."""
        while not self._stopping.wait(1.0):
            pass
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def drain(self) -> int:
        """Do all that is due in this thread; gives how many jobs that were.

        Raises:
            Unavailable: if the database cannot be reached.
        """
        done = 0
        while work_once(self._database, self._kinds, self._lease):
            done += 1
        return done

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            rest = self._round()

    def _round(self) -> float:
        try:
            self._forget()
            return 0.0 if work_once(self._database, self._kinds, self._lease) else self._interval
        except (ConcordatError, SQLAlchemyError) as error:
            _log.error("The outbox could not be read: %s at %s", type(error).__name__, _place(error))
            return _REST_AFTER_FAILURE

    def _forget(self) -> None:
        if time.monotonic() - self._forgotten_at < _FORGET_EVERY:
            return
        self._forgotten_at = time.monotonic()
        with self._database.transaction() as tx:
            rows.forget_done(tx)
