"""What is PostgreSQL's alone: the pool of connections, and whose transaction each one is.

Imported where a database is PostgreSQL, so that an embedded one does not load the driver.
"""

import time
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from foundation import clock, credential
from foundation.errors import Unauthenticated, Unavailable
from foundation.moments import in_utc

#: A connection that rested longer is asked whether it is still there before it is used.
_TRUSTED_SECONDS = 2.0

#: What a transaction of a request begins with; the function is of `migrations.walls`.
_BEGIN = "SELECT wall.begin(%s, %s)"
#: What it answers a credential that is not good. Source: PostgreSQL, appendix A, class 28.
_NOT_GOOD = "28000"


def opened(url: str, pool_size: int, *, walled: bool) -> Engine:
    """The engine with its pool; `walled` is told to statements, which differ for requests."""
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=pool_size, execution_options={"walled": walled}
    )

    # The pool's own ping asks before every transaction, which cost a fifth of a short read. A connection that
    # has just answered is trusted; if it broke since, its one transaction ends as Unavailable and the pool
    # drops all its connections.
    @event.listens_for(engine, "checkin")
    def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask_whether_it_is_there(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        rested = time.monotonic() - record.info.get("since", time.monotonic())
        if rested > _TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise DisconnectionError from error

    return engine


def present(connection: Connection) -> None:
    """Tell the database whose transaction this is; without a credential it is nobody's and sees no rows.

    Raises:
        Unauthenticated: if the credential of this context is not good, or no longer.
        Unavailable: if the database cannot be reached.
    """
    shown = credential.held()
    if shown is None:
        return
    now = in_utc(clock.now())
    driver: Any = connection.connection.driver_connection
    try:
        # Sent together with the BEGIN that the driver puts before it, so that nothing waits for it alone.
        with driver.pipeline():
            driver.execute(_BEGIN, (shown.token, now), prepare=True)
    except psycopg.Error as error:
        if error.sqlstate == _NOT_GOOD:
            raise Unauthenticated("Sign in to go on.") from None
        if driver.broken:
            connection.invalidate()
        if isinstance(error, psycopg.OperationalError):
            raise Unavailable("The database cannot be used now. Nothing is lost. Try again.") from error
        raise
