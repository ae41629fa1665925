"""Previews at the JSON door: what each audience would see of a record that is not sent yet."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.bodies import record_body
from portal.api.reading import Noun
from portal.api.records import RECORD_KILOBYTES
from portal.api.schemas.records import new_record, record_schema
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.limits import takes_kilobytes
from sharing.audiences import Seen, preview
from sharing.catalogue import SENT


def _seen(seen: Seen) -> dict[str, Any]:
    record = None if seen.record is None else record_body(seen.record)
    return {"audience": asdict(seen.audience), "record": record}


def _routes(type_: str, plural: str) -> Noun:
    blueprint = Noun(f"api_{plural}_preview", __name__, url_prefix=f"/api/v1/{plural}", description=type_)

    @blueprint.route("/preview")
    class Preview(MethodView):
        """What a record of this type would look like to others."""

        @takes_kilobytes(RECORD_KILOBYTES)
        @allows(Action.RECORD_SUBMIT)
        @blueprint.arguments(record_schema(type_))
        def post(self, body: Mapping[str, Any]) -> Response:
            """Takes what would be sent in, keeps nothing; a record of null would not exist for them."""
            # Stills are left out: a preview shows no picture, and none is kept for it.
            seen = preview(context.database(), context.actor(), new_record(type_, body))
            return json_response({"audiences": [_seen(each) for each in seen]})

    return blueprint


BLUEPRINTS = tuple(_routes(type_, plural) for type_, plural in SENT.items())
