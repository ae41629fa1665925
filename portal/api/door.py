"""Opens the JSON door of an application: the resources, and their description in OpenAPI 3.1."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from portal.api import (
    agencies,
    agreements,
    documentation,
    gallery,
    insight,
    ledger,
    meetings,
    previews,
    records,
    releases,
    reports,
    search,
    stills,
    waiting,
)

#: Every noun of the JSON door; add a line to open one.
RESOURCES: tuple[Blueprint, ...] = (
    agencies.agencies,
    agreements.agreements,
    gallery.gallery,
    insight.insight,
    ledger.ledger,
    *meetings.BLUEPRINTS,
    *records.BLUEPRINTS,
    *previews.BLUEPRINTS,
    *releases.BLUEPRINTS,
    reports.reports,
    search.search,
    stills.stills,
    waiting.waiting,
)

_SECURITY = {"type": "http", "scheme": "bearer", "description": "A key of a service account of one agency."}


class _Door(Api):
    """The framework's door without its error answers: portal.api.errors gives those."""

    def _register_error_handlers(self) -> None:
        """Register none."""


def open_door(app: Flask, resources: Iterable[Blueprint] = RESOURCES) -> None:
    """Register the resources under `/api/v1`, with `/api/v1/openapi.json` for their description."""
    app.config.update(
        API_TITLE="Concordat",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    door: Any = _Door(app)
    door.spec.components.security_scheme("key", _SECURITY)
    door.spec.options["security"] = [{"key": []}]
    for resource in resources:
        door.register_blueprint(resource)
    app.register_blueprint(documentation.page_of(door.spec))
