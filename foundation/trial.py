"""Trying something out: it is done inside a savepoint, looked at, and undone."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from foundation.database import Tx

Result = TypeVar("Result")


class _UndoneError(Exception):
    """Carries the result out of the savepoint that it undoes; never leaves this module."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def tried(tx: Tx, do: Callable[[], Result]) -> Result:
    """What `do` gives, of which nothing stays in the database; what it raises is raised.

    `do` compiles nothing that outlives the transaction: it would be of a state that never was.
    """

    def run() -> NoReturn:
        raise _UndoneError(do())

    try:
        with tx.begin_nested():
            run()
    except _UndoneError as undone:
        result: Result = undone.result
        return result
