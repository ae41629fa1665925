"""Ways to plant a leak: something more in the body of a record, on a page, or in a picture."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any
from unittest.mock import patch

from flask import Flask
from markupsafe import Markup

from portal.api import bodies
from portal.gate import context
from sharing import stills
from sharing.release.exit import Released
from tests.leaks.peeking import Open, reopened, stored

Plant = Callable[[], AbstractContextManager[Any]]


@contextmanager
def first_wall_alone(*apps: Flask) -> Iterator[None]:
    """Requests are answered in the role of the server, in which the engine alone decides.

    On PostgreSQL the second wall would hide most of what a leak of the first lets out.
    """

    def opened(app: Flask) -> None:
        with app.app_context():
            before = context.services()
        stack.callback(context.keep_services, app, before)
        context.keep_services(app, replace(before, database=before.system))

    with ExitStack() as stack:
        for each in apps:
            opened(each)
        yield


def in_bodies(more: Callable[[Released, Mapping[str, Any]], Mapping[str, Any]]) -> Plant:
    """The JSON of a record has more keys, made of what is released and of what is stored."""

    @contextmanager
    def planted() -> Iterator[None]:
        body = bodies._body

        def with_more(shown: Released, *given: Any) -> dict[str, Any]:
            return {**body(shown, *given), **more(shown, stored(Open.tx, shown.id, shown.type))}

        with reopened(), patch.object(bodies, "_body", with_more):
            yield

    return planted


def on_pages(module: ModuleType, text: Callable[[Any], object]) -> Plant:
    """The pages that a module renders end with more; `text` gets a transaction."""

    @contextmanager
    def planted() -> Iterator[None]:
        render = module.render_template

        def with_more(*names: Any, **values: Any) -> str:
            with context.database().transaction() as tx:
                more = text(tx)
            return render(*names, **values) + Markup("<p>{}</p>").format(more)

        with patch.object(module, "render_template", with_more):
            yield

    return planted


def in_pictures(drawn: Callable[[bytes, bytes], bytes]) -> Plant:
    """Pictures leave otherwise than they were drawn; `drawn` gets what is stored, and what would leave."""

    @contextmanager
    def planted() -> Iterator[None]:
        derive = stills.derive

        def other(data: bytes, *given: Any, **more: Any) -> bytes:
            return drawn(data, derive(data, *given, **more))

        with patch.object(stills, "derive", other):
            yield

    return planted
