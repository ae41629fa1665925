"""How templates are found and what they may hold: loader, filters, addresses of files, and the guard.

The guard stays on in production: a page receives values, never rows.
"""

import hashlib
from collections.abc import Iterator, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, before_render_template
from flask.globals import request_ctx
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    Undefined,
)

from auth.purposes import purpose_label
from auth.roles import ACTION_WORDS, ROLE_LABELS
from portal.gate import context
from portal.web import filters
from portal.web.markings import marking_note
from portal.web.navigation import items_for
from sharing.stamp import MARKING
from sharing.vocabulary.codes import code_label
from sharing.vocabulary.words import class_label, field_label
from sharing.waiting import count_waiting

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_PACKAGES = ("govuk_frontend_jinja", "govuk_frontend_wtf")
#: The context itself, and four deep below it.
_DEPTH = 5


def install(app: Flask) -> None:
    """Set up the application's templates. Called once, before the first page is rendered."""
    environment = app.jinja_env
    # flask's own loader asks only for sources, so it would compile every template in the strict environment
    environment.loader = ChoiceLoader(
        [FileSystemLoader(TEMPLATES), PrefixLoader({name: _Lenient(name) for name in _PACKAGES})]
    )
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(filters.filters(code_label))
    environment.filters["class_label"] = class_label
    environment.filters["field_label"] = field_label
    environment.filters["action_words"] = ACTION_WORDS.__getitem__
    environment.filters["role_words"] = ROLE_LABELS.__getitem__
    environment.filters["purpose_words"] = purpose_label
    environment.tests["withheld"] = is_withheld
    environment.tests["moment"] = filters.is_moment
    environment.tests["day"] = filters.is_day
    environment.globals.update(
        has_page=lambda endpoint: has_page(app, endpoint),
        navigation_for=lambda actor: items_for(
            actor.roles, app.view_functions, in_partnership=bool(actor.partnership_roles)
        ),
        static_file=lambda path: static_address(app, path),
    )
    WTFormsHelpers(app)
    app.context_processor(_frame)
    before_render_template.connect(refuse_rows, app)


class _Lenient(PackageLoader):
    """Loads templates that test for parameters which nobody gave; ours get no such leniency."""

    _environment: Environment | None = None

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - jinja2's own name for it
    ) -> Template:
        """Load the template into an environment of its own, made once."""
        if self._environment is None:
            self._environment = environment.overlay(undefined=Undefined)
        return super().load(self._environment, name, globals)


def _frame() -> dict[str, object]:
    """What the frame of every page shows."""
    actor = context.actor_if_any()
    return {
        "actor": actor,
        "purpose_label": purpose_label(actor.purpose) if actor else "",
        "demonstration": context.settings().is_demonstration,
        "marking": MARKING if actor else "OFFICIAL",
        "marking_note": marking_note(actor) if actor else "",
        "needs_you": count_waiting(context.system_database(), actor)
        if actor and not context.factor_due()
        else 0,
        "nonce": context.nonce(),
    }


def is_withheld(value: object) -> bool:
    """Whether a value is a `Withheld`, which only the macros of components/values.html may show."""
    return type(value).__name__ == "Withheld"


def has_page(app: Flask, endpoint: str) -> bool:
    """Whether there is such a page and an address for it; a request to a foreign host has no addresses."""
    return endpoint in app.view_functions and request_ctx.url_adapter is not None


def static_address(app: Flask, path: str) -> str:
    """The address of a static file, marked with its content so that a browser may keep it for good."""
    mark = _content_mark(Path(str(app.static_folder)) / path)
    address = f"{app.static_url_path}/{path}"
    return f"{address}?v={mark}" if mark else address


@cache
def _content_mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


def refuse_rows(sender: Flask, template: Template, context: dict[str, Any], **_: object) -> None:
    """Stop a page that was handed something of the database, before any of it is shown.

    Raises:
        TypeError: naming the type and the template, never a value.
    """
    del sender
    for row in _rows_in(context, _DEPTH):
        raise TypeError(f"{type(row).__module__}.{type(row).__name__} handed to {template.name}")


def _rows_in(value: object, depth: int) -> Iterator[object]:
    if type(value).__module__.partition(".")[0] == "sqlalchemy":
        yield value
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _rows_in(each, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from _rows_in(each, depth - 1)
