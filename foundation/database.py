"""One database behind one door: SQLite embedded, PostgreSQL in production, by the same code.

Every use case opens exactly one `transaction()`; nothing else commits. On SQLite one connection writes, and
transactions that finish close together share one commit (group commit): a transaction's block returns only
after that commit has reached the disk.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, Protocol

import orjson
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
from sqlalchemy.exc import TimeoutError as NoneFreeError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from foundation.errors import Unavailable
from foundation.group_commit import GroupCommit
from foundation.moments import in_utc

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
        return in_utc(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Give the moment back, in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


_COMPACT = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
#: orjson takes a tenth of the time, and every entry of the ledger has five lists. What is not plain, or not
#: in ASCII, is left to the encoder above.
_QUICK = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def _compact(value: Any) -> str:
    """Compact JSON in ASCII with sorted keys."""
    try:
        quick = orjson.dumps(value, option=_QUICK)
    except TypeError:
        return _COMPACT.encode(value)
    return quick.decode() if quick.isascii() else _COMPACT.encode(value)


class JsonText(TypeDecorator[Any]):
    """A list or object of plain values, kept as compact JSON text on both databases."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON with sorted keys."""
        del dialect
        return None if value is None else _compact(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the JSON back."""
        del dialect
        return None if value is None else orjson.loads(value)


class Tx(Protocol):
    """What a query or an event may do with the open transaction: execute, never commit."""

    @property
    def dialect(self) -> Dialect:
        """The database's dialect."""

    @property
    def engine(self) -> Engine:
        """The engine that the transaction was opened on; tells databases of one process apart."""

    @property
    def connection(self) -> Any:
        """The driver's connection, which the pool lends."""

    @property
    def info(self) -> dict[Any, Any]:
        """What is kept with the driver's connection for as long as that stays open."""

    def execute(self, statement: Executable, parameters: Any = None, /) -> CursorResult[Any]:
        """Run one statement."""

    def exec_driver_sql(self, statement: str, parameters: Any = None, /) -> CursorResult[Any]:
        """Run one statement in the driver's own form."""

    def begin_nested(self) -> AbstractContextManager[Any]:
        """A savepoint: what is tried inside it can fail without losing the rest."""


class Database:
    """The open database of one process. `transaction` is the only way to reach it.

    `walled` is how requests reach it: on PostgreSQL each transaction begins with the credential of its
    context, and row-level security shows it that person's rows alone. What the server does of itself is not.
    """

    def __init__(self, url: str, *, pool_size: int = 8, walled: bool = False) -> None:
        self.is_sqlite = url.startswith("sqlite")
        self.is_walled = walled and not self.is_sqlite
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url, pool_size, walled=walled)
        self._driver: Any = self.engine.dialect.loaded_dbapi
        self._group = GroupCommit(self.engine) if self.is_sqlite else None
        self._inside = threading.local()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One statement that only reads and leaves no entry, such as who is asking.

        On PostgreSQL it goes without BEGIN and COMMIT, which cost twice what it costs itself; on SQLite it is
        a transaction like any other.

        Raises:
            Unavailable: if the database cannot be reached.
            RuntimeError: if this thread is inside a transaction of this database already.
        """
        with self._once(self._group.transaction() if self._group else self._bare()) as tx:
            yield tx

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One unit of work: committed and on disk when the block has ended, undone if it raised.

        Raises:
            Unauthenticated: if the database is walled and the credential of this context is no longer good.
            Unavailable: if the database cannot be reached, cannot write or cannot commit.
            RuntimeError: if this thread is inside a transaction of this database already.
        """
        with self._once(self._group.transaction() if self._group else self._one()) as tx:
            yield tx

    @contextmanager
    def _once(self, opened: AbstractContextManager[Connection]) -> Iterator[Connection]:
        if getattr(self._inside, "now", False):
            raise RuntimeError("a use case opened a transaction inside its own")
        self._inside.now = True
        try:
            with opened as tx:
                yield tx
        except (DBAPIError, NoneFreeError, self._driver.Error) as error:
            if self._is_outage(error):
                raise Unavailable("The database cannot be used now. Nothing is lost. Try again.") from error
            raise
        finally:
            self._inside.now = False

    @contextmanager
    def _one(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            if self.is_walled:
                _present(connection)
            yield connection

    @contextmanager
    def _bare(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def _is_outage(self, error: Exception) -> bool:
        """Whether the database itself fails, and not what was asked of it."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.Error):
            return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_OUTAGES
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        return isinstance(error, NoneFreeError) or isinstance(cause, self._driver.OperationalError)

    def close(self) -> None:
        """Close every connection; the process ends or the test is over."""
        if self._group is not None:
            self._group.close()
        self.engine.dispose()


#: Disk full, input and output, locked, read-only, cannot open, damaged. Source: sqlite.org/rescode.html.
_SQLITE_OUTAGES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)


def _postgresql(url: str, pool_size: int, *, walled: bool) -> Engine:
    from foundation import postgresql  # noqa: PLC0415 - an embedded database does not load the driver

    return postgresql.opened(url, pool_size, walled=walled)


def _present(connection: Connection) -> None:
    from foundation import postgresql  # noqa: PLC0415 - as above

    postgresql.present(connection)


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
