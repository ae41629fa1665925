"""Requests held up on their way: after they were let in, or between what they read and the entry of it."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any
from unittest.mock import patch

from portal.api import exports as api_exports
from portal.api import records as api_records
from portal.api import search as api_search
from portal.api import stills as api_stills
from portal.web import records as web_records
from sharing.events import entry as entries
from sharing.events import exports as told_of_exports
from sharing.events import records as told_of_records
from sharing.events import webhooks as told_of_programs
from sharing.exports import making
from sharing.webhooks import telling

#: How long a reader waits for a change that may be waiting for it in turn.
PATIENCE = 0.25


@dataclass
class Hold:
    """Where one reader waits, once, until it is told to go on."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    whom: threading.Thread | None = None
    patience: float = PATIENCE

    def wait(self) -> None:
        if threading.current_thread() is self.whom and not self.reached.is_set():
            self.reached.set()
            self.go_on.wait(self.patience)


def _first(hold: Hold, call: Callable[..., Any]) -> Callable[..., Any]:
    def held(*given: Any, **more: Any) -> Any:
        hold.wait()
        return call(*given, **more)

    return held


@contextmanager
def _at(hold: Hold, places: Iterable[tuple[ModuleType, str]]) -> Iterator[None]:
    with ExitStack() as stack:
        for module, name in places:
            stack.enter_context(patch.object(module, name, _first(hold, getattr(module, name))))
        yield


def let_in(hold: Hold) -> AbstractContextManager[None]:
    """Who is asking is known, and nothing was read yet; of a file, all of it but what the last look is at."""
    return _at(
        hold,
        (
            (api_exports, "fetch_export"),
            (api_records, "list_records"),
            (api_records, "read_record"),
            (api_search, "search_records"),
            (api_stills, "show_still"),
            (web_records, "read_record"),
            (web_records, "show_still"),
            (making, "_keep"),
            (telling, "_about_to_send"),
        ),
    )


def having_decided(hold: Hold) -> AbstractContextManager[None]:
    """What leaves was decided, and nobody has said yet that it does."""
    return _at(
        hold,
        (
            (told_of_exports, "export_made"),
            (told_of_exports, "export_fetched"),
            (told_of_records, "picture_shown"),
            (told_of_programs, "webhook_told"),
        ),
    )


def having_read(hold: Hold) -> AbstractContextManager[None]:
    """Everything was read and decided, and its entry is about to be written."""
    return _at(hold, [(entries, "append")])


PLACES = {"let in": let_in, "having read": having_read}


def overtaken(hold: Hold, read: Callable[[], bytes], change: Callable[[], str]) -> tuple[bytes, str]:
    """What the held reader got, and the id of the entry of a change made while it waits, if it can be."""
    got: list[bytes] = []
    made: list[str] = []
    reader = threading.Thread(target=lambda: got.append(read()))
    hold.whom = reader
    reader.start()
    assert hold.reached.wait(10), "the reader never came to where it is held"
    changer = threading.Thread(target=lambda: made.append(change()))
    changer.start()
    changer.join(hold.patience)
    hold.go_on.set()
    changer.join(20)
    reader.join(20)
    assert got, "the reader got no answer"
    assert made, "the change was not made"
    return got[0], made[0]
