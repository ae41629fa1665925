"""Deleting so that nothing is left in the file."""

from sqlalchemy import Connection


def overwrite_deleted(tx: Connection) -> None:
    """Have SQLite overwrite what this connection deletes from now on with zeros.

    PostgreSQL does so when it vacuums, by itself.
    """
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("PRAGMA secure_delete = ON")
