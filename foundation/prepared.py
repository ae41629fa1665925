"""Statements that every read runs: compiled once for each database, then given to the driver as they are.

To find again what was compiled before costs SQLAlchemy a good part of a short statement: an entry of the
ledger, with its transaction, took 430 µs of processor time, and takes 290. To make a cursor takes two thirds
of the time of the statement that it runs: each connection keeps one.
"""

from collections.abc import Callable, Sequence
from copy import copy
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Dialect

from foundation.database import Tx

Write = Callable[[Any], Any]


class Parameter(NamedTuple):
    """One parameter: whose place among the values it takes, None if its own `value` is fixed.

    `write` makes a value the driver's, None if it is.
    """

    place: int | None
    write: Write | None
    value: Any


class Prepared(NamedTuple):
    """SQL in the driver's own form, with its parameters in their order."""

    sql: str
    parameters: tuple[Parameter, ...]


#: Where a connection keeps its cursor.
_CURSOR = "prepared"


def run(tx: Tx, statement: ClauseElement, names: tuple[str, ...], values: Sequence[Any]) -> int:
    """Execute a statement that is made once in a process, and give how many rows it wrote.

    `values` are of the parameters of these names. Listeners of SQLAlchemy are not told.

    Raises:
        ValueError: if the statement has a parameter of no such name.
        IndexError: if a parameter has no value.
        Exception: the driver's own errors as they are; `Database` knows them.
    """
    sql, wanted = prepared(statement, names, tx.dialect)
    given = [
        value if place is None else values[place] if write is None else write(values[place])
        for place, write, value in wanted
    ]
    kept = tx.info
    cursor = kept.get(_CURSOR)
    if cursor is None:
        cursor = kept[_CURSOR] = tx.connection.cursor()
    cursor.execute(sql, tuple(given))
    count: int = cursor.rowcount
    return count


@cache
def prepared(statement: ClauseElement, names: tuple[str, ...], dialect: Dialect) -> Prepared:
    """The statement for this database; kept for as long as the process lives."""
    in_order = copy(dialect)
    if not in_order.positional:  # the driver takes both; names it would have to put in order each time
        in_order.paramstyle, in_order.positional = "format", True
    compiled: Any = statement.compile(dialect=in_order)
    found = tuple(_parameter(compiled.binds[name], names, dialect) for name in compiled.positiontup)
    return Prepared(compiled.string, found)


def _parameter(bound: Any, names: tuple[str, ...], dialect: Dialect) -> Parameter:
    write = writer(bound.type, dialect)
    if bound.required:
        return Parameter(names.index(bound.key), write, None)
    return Parameter(None, None, bound.value if write is None else write(bound.value))


def writer(type_: Any, dialect: Dialect) -> Write | None:
    """What makes a value of the type one that the driver takes; None if it takes it as it is."""
    found: Write | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return found
