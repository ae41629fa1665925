"""The database of many histories: made once, emptied before each, so that statements are compiled once."""

from typing import Any

from sqlalchemy import delete, event, text

from foundation.database import Database
from migrations.tables import every_table
from sharing.agreements.policy import bump_epoch
from sharing.agreements.tables import policy_epoch
from tests.portal import prepare_tables


def opened(url: str) -> Database:
    """An empty database with every table; on SQLite it waits for no disk, since none is pulled here."""
    database = Database(url)
    if database.is_sqlite:
        event.listen(database.engine, "connect", _wait_for_no_disk)
    prepare_tables(database)
    return database


def _wait_for_no_disk(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def empty(database: Database) -> None:
    """Nothing is left but the policy epoch, which only ever rises, since what is compiled is kept by it."""
    tables = [table for table in every_table().sorted_tables if table is not policy_epoch]
    with database.transaction() as tx:
        if database.is_sqlite:
            for table in reversed(tables):
                tx.execute(delete(table))
        else:
            named = ", ".join(f'"{table.name}"' for table in tables)
            tx.execute(text(f"TRUNCATE {named}"))
        bump_epoch(tx)
