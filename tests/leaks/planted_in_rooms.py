"""Leaks planted beside the records: what others ask for, are given and are told, shown to whoever comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import true

from sharing.recalls import notices
from sharing.requests import grants, reading


@contextmanager
def requests_of_others() -> Iterator[None]:
    """Whoever has the id of a request reads it."""
    with patch.object(reading, "asked_it", lambda *_: True):
        yield


@contextmanager
def grants_of_others() -> Iterator[None]:
    """The list of grants holds all of them."""
    with (
        patch.object(grants, "_sides", lambda _: [true()]),
        patch.object(grants, "_reaches", lambda *_: True),
    ):
        yield


@contextmanager
def notices_of_others() -> Iterator[None]:
    """The notices of recalls are everybody's."""
    find = notices._notices

    def all_of_them(tx: Any, _: Any) -> Any:
        return find(tx, notices._statement())

    with patch.object(notices, "_notices", all_of_them):
        yield
