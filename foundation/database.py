"""One database behind one door: SQLite embedded, PostgreSQL in production, by the same code.

Every use case opens exactly one `transaction()`; nothing else commits. On SQLite one connection writes, and
transactions that finish close together share one commit (group commit): a transaction's block returns only
after that commit has reached the disk.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import (
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Executable,
    MetaData,
    String,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from foundation.errors import Unavailable

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept as fixed-width ISO text in UTC so that both databases order it alike."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Give `2026-02-17T14:00:00.000000Z`; refuses a moment without a zone."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs a time zone"
            raise ValueError(message)
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Give the moment back, in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


class JsonText(TypeDecorator[Any]):
    """A list or object of plain values, kept as compact JSON text on both databases."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON with sorted keys."""
        del dialect
        return None if value is None else json.dumps(value, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the JSON back."""
        del dialect
        return None if value is None else json.loads(value)


class Tx(Protocol):
    """What a query or an event may do with the open transaction: execute, never commit."""

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""

    @property
    def engine(self) -> Engine:
        """The engine that the transaction was opened on; tells databases of one process apart."""

    def execute(self, statement: Executable, parameters: Any = None, /) -> CursorResult[Any]:
        """Run one statement."""

    def begin_nested(self) -> AbstractContextManager[Any]:
        """A savepoint: what is tried inside it can fail without losing the rest."""


class Database:
    """The open database of one process. `transaction` is the only way to reach it."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url, pool_size)
        self._group = _Group(self.engine) if self.is_sqlite else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One unit of work: committed and on disk when the block has ended, undone if it raised.

        Raises:
            Unavailable: if the database cannot be reached or cannot commit.
        """
        if self._group is not None:
            with self._group.transaction() as tx:
                yield tx
            return
        try:
            connection = self.engine.connect()
        except DBAPIError as error:
            raise Unavailable("The database cannot be reached. Nothing is lost. Try again.") from error
        with connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every connection; the process ends or the test is over."""
        if self._group is not None:
            self._group.close()
        self.engine.dispose()


#: A batch is committed at the latest after so many transactions, or so many seconds, however long the queue.
_BATCH_MOST = 64
_BATCH_SECONDS = 0.02


class _Batch:
    """Transactions that share one commit."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.failure: BaseException | None = None
        self.began = time.monotonic()
        self.size = 0

    def full(self) -> bool:
        return self.size >= _BATCH_MOST or time.monotonic() - self.began > _BATCH_SECONDS


class _Group:
    """Group commit on the one SQLite connection.

    Threads take turns inside one open transaction, each in a savepoint of its own. Whoever ends with nobody
    queued behind it, or with the batch full, commits for all; the others wait for that commit.
    """

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        self._turn = threading.Lock()
        self._batch = _Batch()
        self._open = False
        self._queued = 0
        self._queue_guard = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        if self._holder == threading.get_ident():
            message = "a use case opened a transaction inside its own"
            raise RuntimeError(message)
        self._queue(+1)
        self._turn.acquire()
        self._queue(-1)
        self._holder = threading.get_ident()
        try:
            batch = self._begin()
            savepoint = self._connection.begin_nested()
            try:
                yield self._connection
            except BaseException:
                savepoint.rollback()
                raise
            savepoint.commit()
        finally:
            if self._queued == 0 or self._batch.full():
                self._commit()
            self._holder = None
            self._turn.release()
        batch.done.wait()
        if batch.failure is not None:
            raise Unavailable("The database could not keep this. Nothing was shown.") from batch.failure

    def _queue(self, change: int) -> None:
        with self._queue_guard:
            self._queued += change

    def _begin(self) -> _Batch:
        if not self._open:
            self._connection.begin()
            self._batch = _Batch()
            self._open = True
        self._batch.size += 1
        return self._batch

    def _commit(self) -> None:
        if not self._open:
            return
        batch, self._open = self._batch, False
        try:
            self._connection.commit()
        except DBAPIError as error:
            batch.failure = error
            self._connection.rollback()
        finally:
            batch.done.set()

    def close(self) -> None:
        with self._turn:
            self._commit()
            self._connection.close()


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "timeout": 30, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _take_the_write_lock(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str, pool_size: int) -> Engine:
    return create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)
