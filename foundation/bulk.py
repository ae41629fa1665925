"""Many rows at once: COPY or whole columns on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table

from foundation.prepared import Write, writer

#: From so many rows on PostgreSQL copies them, where it may; else they go in statements of so many.
_MANY = 2_000

#: Pages that SQLite may keep in memory during a load, in kB, so that it does not read its indexes again.
_SQLITE_CACHE = 160_000


def prepare_load(tx: Connection) -> None:
    """Make room for a load; for the rest of the connection's life, so only where a command loads and ends."""
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql(f"PRAGMA cache_size = -{_SQLITE_CACHE}")


def insert_many(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, each a mapping of column names; what a row leaves out is the column's default or null.

    Values are those that `insert()` takes. On PostgreSQL a row that breaks a constraint fails all of them.
    """
    if not rows:
        return
    plan = _plan(table, tx.dialect)
    values = [
        tuple(
            default if (value := row.get(name)) is None else value if write is None else write(value)
            for name, write, default in plan
        )
        for row in rows
    ]
    if tx.dialect.name == "postgresql":
        (_columns if len(values) < _MANY or _is_walled(tx, table) else _copy)(tx, table, values)
    else:
        marks = ", ".join("?" for _ in plan)
        tx.exec_driver_sql(f"INSERT INTO {_names(table, tx.dialect)} VALUES ({marks})", values)  # noqa: S608 - declared names


def _copy(tx: Connection, table: Table, values: Iterable[tuple[Any, ...]]) -> None:
    cursor: Any = tx.connection.cursor()
    with cursor, cursor.copy(f"COPY {_names(table, tx.dialect)} FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)


def _is_walled(tx: Connection, table: Table) -> bool:
    """Whether row-level security holds for whoever loads, under which PostgreSQL has no COPY."""
    name = tx.dialect.identifier_preparer.format_table(table)
    return bool(tx.exec_driver_sql("SELECT row_security_active(%s)", (name,)).scalar())


def _columns(tx: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Each column as one array, which takes half as long again as COPY for many rows and less for few."""
    types = [column.type.compile(tx.dialect) for column in table.c]
    marks = ", ".join(f"%s::{type_}[]" for type_ in types)
    statement = f"INSERT INTO {_names(table, tx.dialect)} SELECT * FROM unnest({marks})"  # noqa: S608 - declared names
    for start in range(0, len(rows), _MANY):
        some = rows[start : start + _MANY]
        tx.exec_driver_sql(statement, tuple(map(_array, zip(*some, strict=True))))


def _array(values: Iterable[Any]) -> str:
    """One column as PostgreSQL writes arrays, which the driver takes ten times as long to write.

    Source: PostgreSQL, sections 8.15.2 and 8.4.1.
    """
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    raw = getattr(value, "obj", value)  # in which the driver wraps bytes
    if isinstance(raw, bytes):
        return f'"\\\\x{raw.hex()}"'
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    if isinstance(value, int | float | date):
        return str(value)
    raise TypeError(f"there is no form for {type(value).__name__} in an array")


@cache
def _names(table: Table, dialect: Dialect) -> str:
    quote = dialect.identifier_preparer
    return f"{quote.format_table(table)} ({', '.join(quote.format_column(column) for column in table.c)})"


@cache
def _plan(table: Table, dialect: Dialect) -> tuple[tuple[str, Write | None, Any], ...]:
    return tuple((column.name, writer(column.type, dialect), _default(column, dialect)) for column in table.c)


def _default(column: Column[Any], dialect: Dialect) -> Any:
    plain: Any = getattr(column.default, "arg", None) if column.default is not None else None
    if callable(plain):
        raise TypeError(f"{column} has a default that is not a plain value")
    write = writer(column.type, dialect)
    return plain if plain is None or write is None else write(plain)
