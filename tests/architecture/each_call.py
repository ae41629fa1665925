"""A pytest plugin that watches every call of a use case while other tests run.

Use it by `-p tests.architecture.each_call`. Each call must leave exactly one entry, or write
one for each owner at once. Before the first calls of
each use case the same call is made with a ledger that cannot be written: it must raise, and no transaction of
it may have ended well and changed a row (counted on SQLite). What was seen is written as JSON to the file
that EACH_CALL names; whether the tests themselves pass is no matter here.
"""

import functools
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from foundation.database import Database
from foundation.errors import Unavailable
from foundation.ledger import append
from tests.architecture.use_cases import EXEMPT, SEVERAL, product, use_cases


class LedgerDownError(Unavailable):
    """What a broken ledger raises."""


class Watch:
    """What was seen of every use case."""

    def __init__(self) -> None:
        self.wanted = use_cases(product()) - EXEMPT.keys()
        self.one: Counter[str] = Counter()  # calls that left exactly one entry
        self.proved: set[str] = set()  # raised, and changed nothing, when the ledger could not be written
        self.bad: dict[str, str] = {}
        self.here = threading.local()
        self.test = ""

    @property
    def left(self) -> set[str]:
        return {name for name in self.wanted if name not in self.proved or not self.one[name]}

    def write(self, tx, rows, while_):
        """In the place of what writes entries: one for each owner at once counts as one."""
        if getattr(self.here, "broken", False):
            raise LedgerDownError("the ledger cannot be written")
        original(tx, rows, while_)
        same = len(rows) - len({tuple(row["agencies"]) for row in rows})
        self.here.written = getattr(self.here, "written", 0) + 1 + same

    def call(self, name, function, arguments, named):
        """One call from outside."""
        if getattr(self.here, "inside", False):
            return function(*arguments, **named)
        self.here.inside = True
        try:
            if name not in self.proved and threading.current_thread() is threading.main_thread():
                self.without_ledger(name, function, arguments, named)
            self.here.written = 0
            answer = function(*arguments, **named)
        finally:
            self.here.inside = False
        self.judge(name, self.here.written)
        return answer

    def judge(self, name, written):
        if written == 1 or (name in SEVERAL and written):
            self.one[name] += 1
        else:
            self.bad.setdefault(name, f"left {written} entries in {self.test}")

    def without_ledger(self, name, function, arguments, named):
        self.here.broken, self.here.kept = True, 0
        try:
            function(*arguments, **named)
        except LedgerDownError:
            if self.here.kept:
                self.bad[name] = f"changed {self.here.kept} rows without an entry in {self.test}"
            else:
                self.proved.add(name)
        except Exception:  # noqa: BLE001, S110 - it was refused before it came to an entry
            pass
        else:
            self.bad[name] = f"answered without an entry in {self.test}"
        finally:
            self.here.broken = False

    @contextmanager
    def transaction(self, database):
        """In the place of `Database.transaction`: counts the rows that a unit of work changed and kept."""
        with opened(database) as tx:
            raw = tx.connection.dbapi_connection
            before = getattr(raw, "total_changes", 0)
            yield tx
            changed = getattr(raw, "total_changes", 0) - before
        if getattr(self.here, "broken", False):
            self.here.kept += changed


def counted(database):
    return watch.transaction(database)


original = append._write
opened = Database.transaction
watch = Watch()


def wrapped(name, function):
    @functools.wraps(function)
    def watched(*arguments, **named):
        return watch.call(name, function, arguments, named)

    return watched


@contextmanager
def installed() -> Iterator[None]:
    """Put the wrapped functions wherever a module holds the plain ones."""
    append._write = watch.write
    Database.transaction = counted
    for name in watch.wanted:
        module, _, short = name.rpartition(".")
        function = getattr(import_module(module), short, None)
        if function is not None:
            stand_in = wrapped(name, function)
            for each in [*sys.modules.values()]:
                for key, value in [*getattr(each, "__dict__", {}).items()]:
                    if value is function:
                        setattr(each, key, stand_in)
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session):
    with installed():
        return (yield)


def pytest_runtest_setup(item):
    if not watch.left:
        pytest.skip("every use case has been seen")
    watch.test = item.nodeid


def pytest_sessionfinish():
    told = {
        "left": sorted(watch.left),
        "bad": watch.bad,
        "proved": sorted(watch.proved),
        "one": dict(watch.one),
    }
    Path(os.environ["EACH_CALL"]).write_text(json.dumps(told, indent=1), encoding="utf-8")
