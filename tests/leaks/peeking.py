"""How a planted leak looks past every rule: at what is stored, in the transaction of the read."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

from portal.api import records as api_records
from sharing import disclosure, queries, sight


def stored(tx: Any, record_id: str, type_: str) -> Mapping[str, Any]:
    """What is stored of a record, past every rule."""
    found = queries.rows(tx, type_, [record_id])
    return {name.removeprefix("own_"): value for name, value in found[0].items()} if found else {}


class Open:
    """The transaction of the read that is going on, for leaks that look past the rules."""

    tx: Any = None


@contextmanager
def watched() -> Iterator[type[Open]]:
    """Remember the transaction of each read."""

    def remembering(look: Callable[..., Any], tx: Any, *rest: Any) -> Any:
        Open.tx = tx
        return look(tx, *rest)

    with patch.object(disclosure, "looking", partial(remembering, sight.looking)):
        yield Open


@contextmanager
def reopened() -> Iterator[None]:
    """Keep a transaction open past the use case, in which leaks of the door can look."""
    page, one = api_records._page, api_records._one

    def inside(call: Callable[..., Any], *given: Any) -> Any:
        with api_records.context.database().engine.connect() as tx:
            Open.tx = tx
            try:
                return call(*given)
            finally:
                Open.tx = None

    with (
        patch.object(api_records, "_page", partial(inside, page)),
        patch.object(api_records, "_one", partial(inside, one)),
    ):
        yield
