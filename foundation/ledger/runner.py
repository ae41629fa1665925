"""The thread that sequences while the server runs, and measures how long entries wait."""

import logging
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from foundation import clock
from foundation.database import Database
from foundation.errors import ConcordatError
from foundation.ledger import pressure
from foundation.ledger.pressure import Pressure
from foundation.ledger.reading import pressure_now
from foundation.ledger.sequencer import sequence
from foundation.ledger.signing import check_anchor
from foundation.ledger.tables import ledger_checkpoint

_log = logging.getLogger(__name__)

#: Each batch counts anew for every agency that it touches, so that fewer of them make a shorter log. An owner
#: reads a look at its records once it is in a batch.
_INTERVAL = 5.0  # seconds
#: A process leaves a round to the others if one of them had a batch within this part of the interval: each
#: batch costs a count for every agency, however few entries it has.
_SHARED = 0.75
#: On SQLite a batch holds up everybody else, so batches are short there.
_SQLITE_LIMIT = 512
_LIMIT = 4096
_MEASURE_EVERY = 1.0  # seconds
_REST_AFTER_FAILURE = 2.0  # seconds
_SECOND = timedelta(seconds=1)
_LAST_BATCH = select(ledger_checkpoint.c.at).order_by(ledger_checkpoint.c.size.desc()).limit(1)


class Sequencer:
    """Sequences every `interval` seconds until stopped. Each process may run one."""

    def __init__(self, database: Database, data_dir: Path, interval: float = _INTERVAL) -> None:
        self._database = database
        self._data_dir = data_dir
        self._interval = interval
        self._limit = _SQLITE_LIMIT if database.is_sqlite else _LIMIT
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ledger-sequencer", daemon=True)
        self._measured_at = 0.0
        self._full = False  # the last batch took all that it might, and more may wait
        self._waiting_since: float | None = None  # something has waited at every look since then

    def start(self) -> None:
        """Begin, once the database has been found to reach what was signed before.

        Raises:
            Misconfigured: if it does not; the process must not start.
        """
        check_anchor(self._database, self._data_dir)
        self._thread.start()

    def stop(self) -> None:
        """End after the batch in hand. What still waits stays in the database."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()
        pressure.measured(Pressure())

    def _run(self) -> None:
        rest = 0.0
        while not self._stopping.wait(rest):
            rest = self._round()

    def _round(self) -> float:
        """Sequence one batch, and give the seconds to rest."""
        rest = _REST_AFTER_FAILURE
        try:
            if self._full or not self._others_had_one():
                count = sequence(self._database, self._data_dir, self._limit)
                self._full = count >= self._limit
            rest = 0.0 if self._full else self._interval
        except Exception:  # noqa: BLE001 - the edge of the thread: it must not end of what cannot be read
            # Entries wait in the database, and consultations are refused once they have waited too long.
            _log.exception("The ledger could not be sequenced.")
        self._measure()
        return rest

    def _others_had_one(self) -> bool:
        """Whether a batch has just been written; by a clock that is ahead of this one none has."""
        with self._database.reading() as tx:
            last = tx.execute(_LAST_BATCH).scalar()
        return last is not None and timedelta() <= clock.now() - last < self._interval * _SHARED * _SECOND

    def _bounded(self, found: Pressure) -> Pressure:
        """Nothing has waited longer than this thread has seen anything wait.

        An entry says itself when it happened; one that was made offline or loaded from a file says that it
        was long ago.
        """
        now = time.monotonic()
        if not found.pending:
            self._waiting_since = None
            return found
        if self._waiting_since is None:
            self._waiting_since = now
        return replace(found, oldest=min(found.oldest, timedelta(seconds=now - self._waiting_since)))

    def _measure(self) -> None:
        if time.monotonic() - self._measured_at < _MEASURE_EVERY:
            return
        self._measured_at = time.monotonic()
        try:
            with self._database.transaction() as tx:
                found = pressure_now(tx)
        except (ConcordatError, SQLAlchemyError):
            _log.exception("How long entries wait could not be measured.")
            return
        found = self._bounded(found)
        pressure.measured(found)
        if found.alarming:
            _log.error("The oldest entry of the ledger has waited %s.", found.oldest)
