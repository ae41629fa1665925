"""Opens the JSON door of an application: the resources, and their description in OpenAPI 3.1."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

from auth.holders import COVERED, COVERED_IF_SENT
from portal.api import (
    agencies,
    agreements,
    documentation,
    exports,
    gallery,
    handling,
    insight,
    ledger,
    meetings,
    orders,
    people,
    previews,
    recalls,
    receipts,
    records,
    releases,
    reports,
    requests,
    search,
    service_accounts,
    stills,
    terms,
    unusual,
    waiting,
    webhooks,
)
from portal.api.description import describe_problems

#: Every noun of the JSON door; add a line to open one.
RESOURCES: tuple[Blueprint, ...] = (
    agencies.agencies,
    agreements.agreements,
    exports.exports,
    gallery.gallery,
    insight.insight,
    ledger.ledger,
    *meetings.BLUEPRINTS,
    people.people,
    *records.BLUEPRINTS,
    *previews.BLUEPRINTS,
    *handling.BLUEPRINTS,
    *orders.BLUEPRINTS,
    *recalls.BLUEPRINTS,
    *receipts.BLUEPRINTS,
    *releases.BLUEPRINTS,
    reports.reports,
    *requests.BLUEPRINTS,
    search.search,
    service_accounts.accounts,
    stills.stills,
    terms.terms,
    unusual.unusual,
    waiting.waiting,
    webhooks.webhooks,
)

_SECURITY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of a service account of one agency. With a key that is bound to its holder every "
    f"request is signed by RFC 9421 with Ed25519, over {', '.join(COVERED)}; over "
    f"{', '.join(COVERED_IF_SENT)} where they are sent, and over content-digest (RFC 9530) where there is a "
    "body; with created, nonce, keyid (the thumbprint of the public key, RFC 7638) and alg.",
}


class _Door(Api):
    """The framework's door without its error answers: portal.api.errors gives those."""

    DEFAULT_ERROR_RESPONSE_NAME = ""

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
    describe_problems(door.spec)
    door.spec.options["security"] = [{"key": []}]
    for resource in resources:
        door.register_blueprint(resource)
    app.register_blueprint(documentation.page_of(door.spec))
