"""Where templates come from, how strict they are, and what may never reach one."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask, before_render_template
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
from portal.gate import context

_FOLDER = Path(__file__).parent.parent.parent / "templates"
_PACKAGES = ("govuk_frontend_jinja", "govuk_frontend_wtf")


def set_templates(app: Flask) -> None:
    """Load our templates strictly, where an undefined name is an error; the design system's leniently."""
    # flask's own loader asks only for sources, so it would compile every template in the strict environment
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(_FOLDER), PrefixLoader({name: _Lenient(name) for name in _PACKAGES})]
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    WTFormsHelpers(app)
    app.context_processor(_frame)
    before_render_template.connect(_refuse_rows, app)


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
        "marking": "OFFICIAL",
        "needs_you": 0,
        "nonce": context.nonce(),
    }


def _refuse_rows(_: Flask, template: Template, context: dict[str, Any], **__: Any) -> None:
    for row in _rows(context):
        raise TypeError(f"a {type(row).__name__} of the database was passed to {template.name}")


def _rows(value: object, depth: int = 4) -> Iterator[object]:
    """Database rows inside the value; pages get released values, made by `sharing.release` alone."""
    if type(value).__module__.startswith("sqlalchemy."):
        yield value
    elif depth and isinstance(value, dict):
        for item in value.values():
            yield from _rows(item, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _rows(item, depth - 1)
