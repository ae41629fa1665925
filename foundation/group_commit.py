"""Group commit on the one SQLite connection that writes.

Threads take turns inside one open transaction, each in a savepoint of its own. Whoever ends with nobody
queued behind it, or with the batch full, commits for all; the others wait for that commit.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from foundation.errors import Unavailable

#: A batch is committed at the latest after so many transactions, or so many seconds, however long the queue.
_BATCH_MOST = 64
_BATCH_SECONDS = 0.02

#: Whoever waits longer than this looks whether its batch was left behind, and commits it.
_WAIT_SECONDS = 1.0

_NOT_KEPT = "The database could not keep this. Nothing was shown. Try again."


class _Batch:
    """Transactions that share one commit. Not kept until the commit has returned."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.kept = False
        self.failure: BaseException | None = None
        self.began = time.monotonic()
        self.size = 0

    def full(self) -> bool:
        return self.size >= _BATCH_MOST or time.monotonic() - self.began > _BATCH_SECONDS


class GroupCommit:
    """The writing connection of one process. A transaction's block returns only after its commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._closed = False
        self._turn = threading.Lock()
        self._batch: _Batch | None = None  # the open one; only touched by who has the turn
        self._queued = 0
        self._queue_guard = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One unit of work, undone alone if it raises.

        Raises:
            Unavailable: if it could not begin, or the commit that it shares with others did not succeed.
        """
        batch, connection = self._enter()
        try:
            with _part(connection):
                yield connection
        finally:
            self._leave(batch)
        self._await(batch)
        if not batch.kept:
            raise Unavailable(_NOT_KEPT) from batch.failure

    def close(self) -> None:
        """Commit what is open and close the connection."""
        with self._turn:
            self._closed = True
            if self._batch is not None:
                self._commit(self._batch)
            self._discard()

    def _enter(self) -> tuple[_Batch, Connection]:
        with self._queue_guard:
            self._queued += 1
        try:
            self._turn.acquire()
        finally:
            with self._queue_guard:
                self._queued -= 1
        try:
            return self._opened()
        except BaseException as error:
            self._turn.release()
            if isinstance(error, SQLAlchemyError):
                raise Unavailable(
                    "The database cannot be written now. Nothing is lost. Try again."
                ) from error
            raise

    def _opened(self) -> tuple[_Batch, Connection]:
        if self._closed:
            raise Unavailable("The server is stopping. Nothing is lost. Try again.")
        if self._connection is None:
            self._connection = self._engine.connect()
        if self._batch is None:
            try:
                self._connection.begin()
            except BaseException:
                self._discard()
                raise
            self._batch = _Batch()
        self._batch.size += 1
        return self._batch, self._connection

    def _leave(self, batch: _Batch) -> None:
        try:
            if self._connection is None or not _driver(self._connection).in_transaction:
                self._abandon(batch)
            elif self._queued == 0 or batch.full():
                self._commit(batch)
        finally:
            self._turn.release()

    def _await(self, batch: _Batch) -> None:
        while not batch.done.wait(_WAIT_SECONDS):
            # Whoever was queued behind and should have committed may have given up instead.
            if self._turn.acquire(timeout=_WAIT_SECONDS):
                try:
                    if self._batch is batch:
                        self._commit(batch)
                finally:
                    self._turn.release()

    def _commit(self, batch: _Batch) -> None:
        self._batch = None
        try:
            if self._connection is not None:
                self._connection.commit()
                batch.kept = True
        except DBAPIError as error:
            batch.failure = error
        finally:
            if not batch.kept:
                self._discard()
            batch.done.set()

    def _abandon(self, batch: _Batch) -> None:
        """The database has undone the whole transaction, for instance because the disk is full."""
        # INVARIANT: SQLite's driver lets a commit pass where no transaction is open. So it must not be asked.
        self._batch = None
        self._discard()
        batch.done.set()

    def _discard(self) -> None:
        """Close the connection, which undoes what is open; the next transaction opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError, sqlite3.Error):
                connection.invalidate()
            with contextlib.suppress(SQLAlchemyError, sqlite3.Error):
                connection.close()


@contextmanager
def _part(connection: Connection) -> Iterator[None]:
    # The driver is asked directly: SQLAlchemy's own savepoints cost a third of a short transaction.
    driver = _driver(connection)
    driver.execute("SAVEPOINT part")
    try:
        yield
        _refuse_open_savepoint(connection)
        driver.execute("RELEASE part")
    except BaseException:
        _undo_part(connection, driver)
        raise


def _refuse_open_savepoint(connection: Connection) -> None:
    if connection.in_nested_transaction():
        raise RuntimeError("a savepoint was left open")


def _undo_part(connection: Connection, driver: sqlite3.Connection) -> None:
    try:
        while (nested := connection.get_nested_transaction()) is not None:
            nested.rollback()
        driver.execute("ROLLBACK TO part")
        driver.execute("RELEASE part")
    except (SQLAlchemyError, sqlite3.Error):
        # What cannot be undone alone must not be committed with the others' work.
        driver.rollback()


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("group commit is for SQLite")
    return driver
