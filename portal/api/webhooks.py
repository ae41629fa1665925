"""Webhooks at the JSON door."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response, plain
from portal.api.reading import Noun
from portal.api.schemas.leaving import WebhookIn
from portal.gate import context
from portal.gate.admission import allows
from sharing.webhooks.registering import (
    NewWebhook,
    end_webhook,
    list_webhooks,
    read_webhook,
    register_webhook,
    test_webhook,
)

webhooks = Noun("api_webhooks", __name__, url_prefix="/api/v1/webhooks", description="Webhooks")


@webhooks.route("")
class Webhooks(MethodView):
    """The addresses of the agency's programs."""

    @allows(Action.WEBHOOK_RUN)
    def get(self) -> Response:
        """All of them, those in use first."""
        found = list_webhooks(context.system_database(), context.actor())
        return json_response({"webhooks": [plain(line) for line in found]})

    @allows(Action.WEBHOOK_RUN)
    @webhooks.arguments(WebhookIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Register an address; gives its id, and the secret that signs, which is never shown again."""
        new = NewWebhook(body["url"], tuple(body["events"]), body["account"], body["purpose"])
        made, secret = register_webhook(context.system_database(), context.settings(), context.actor(), new)
        return json_response({"id": made, "secret": secret}, 201)


@webhooks.route("/<uuid:webhook_id>")
class OneWebhook(MethodView):
    """One address."""

    @allows(Action.WEBHOOK_RUN)
    def get(self, webhook_id: object) -> Response:
        """The address, with the newest of what was told to it."""
        line, deliveries = read_webhook(context.system_database(), context.actor(), str(webhook_id))
        return json_response({**asdict(line), "deliveries": [plain(each) for each in deliveries]})


@webhooks.route("/<uuid:webhook_id>/test")
class WebhookTest(MethodView):
    """Trying an address out."""

    @allows(Action.WEBHOOK_RUN)
    def post(self, webhook_id: object) -> Response:
        """Send something that says nothing."""
        test_webhook(context.system_database(), context.actor(), str(webhook_id))
        return Response(status=202)


@webhooks.route("/<uuid:webhook_id>/end")
class WebhookEnd(MethodView):
    """Ending an address."""

    @allows(Action.WEBHOOK_RUN)
    def post(self, webhook_id: object) -> Response:
        """Send nothing there any more, what waits included."""
        end_webhook(context.system_database(), context.actor(), str(webhook_id))
        return Response(status=204)
