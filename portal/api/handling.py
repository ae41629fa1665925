"""How records are to be handled, at the JSON door: markings, labels, gradings and conditions."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun
from portal.api.schemas.handling import HandlingIn, handling_of
from portal.gate import context
from portal.gate.admission import allows
from sharing.catalogue import PLURALS
from sharing.handling.conditions import preview_handling, read_handling, set_handling


def _routes(type_: str, plural: str) -> Noun:
    prefix = f"/api/v1/{plural}/<uuid:record_id>/handling"
    blueprint = Noun(f"api_{plural}_handling", __name__, url_prefix=prefix, description=type_)

    @blueprint.route("")
    class RecordHandling(MethodView):
        """The marking, label, grading and conditions of an own record."""

        @allows(Action.RECORD_RELEASE)
        def get(self, record_id: object) -> Response:
            """As they stand, with the agencies that could be named."""
            return json_response(
                asdict(read_handling(context.system_database(), context.actor(), type_, str(record_id)))
            )

        @allows(Action.RECORD_RELEASE)
        @blueprint.arguments(HandlingIn)
        def put(self, body: Mapping[str, Any], record_id: object) -> Response:
            """Set all of them; they hold at every reader's next look."""
            set_handling(context.system_database(), context.actor(), type_, str(record_id), handling_of(body))
            return Response(status=204)

    @blueprint.route("/preview")
    class HandlingPreview(MethodView):
        """What other conditions would do."""

        @allows(Action.RECORD_RELEASE)
        @blueprint.arguments(HandlingIn)
        def post(self, body: Mapping[str, Any], record_id: object) -> Response:
            """What closes and opens to whom; nothing is kept."""
            asked = handling_of(body)
            found = preview_handling(context.system_database(), context.actor(), type_, str(record_id), asked)
            return json_response({"changes": [asdict(change) for change in found]})

    return blueprint


BLUEPRINTS = tuple(_routes(type_, plural) for type_, plural in PLURALS.items())
