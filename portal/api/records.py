"""Records at the JSON door: lists, single records, and new ones, the same for every type."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint

from auth.once import once
from auth.roles import Action
from foundation.errors import Invalid
from portal.api.answers import json_response
from portal.api.bodies import detail_body, page_body
from portal.api.schemas.records import boxes, new_record, record_schema
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.asked import filters_asked
from portal.gate.cursors import position_of
from sharing.catalogue import PLURALS
from sharing.contribution import submit
from sharing.disclosure import DEFAULT, list_records, read_record
from sharing.release.facts import Exit
from sharing.stills import take_still
from sharing.submission import NewStill


def limit_asked() -> int:
    """How many records are asked for.

    Raises:
        Invalid: if it is not a whole number.
    """
    text = request.args.get("limit", str(DEFAULT))
    if not text.isdigit():
        raise Invalid({"limit": "Give a whole number, at most 200."})
    return int(text)


def _page(type_: str) -> Response:
    actor = context.actor()
    page = list_records(
        context.database(),
        actor,
        type_,
        filters=filters_asked(request.args),
        after=position_of(request.args.get("cursor"), actor, type_),
        limit=limit_asked(),
        exit_=Exit.EXPORT,
    )
    return json_response(page_body(page, actor, type_))


def _one(type_: str, record_id: str) -> Response:
    page = read_record(context.database(), context.actor(), type_, record_id)
    body, version = detail_body(page)
    answer = json_response(body)
    answer.set_etag(version)
    return answer


def _submit(type_: str, body: Mapping[str, Any]) -> Response:
    stills = tuple(_still(still) for still in body["stills"])
    asked = once(request.headers.get("Idempotency-Key"), request.get_data())
    new = new_record(type_, body, stills)
    made = submit(context.database(), context.actor(), new, asked=asked)
    return json_response({"id": made.id, "reference": made.reference}, 201)


def _routes(type_: str, plural: str) -> Blueprint:
    blueprint = Blueprint(f"api_{plural}", __name__, url_prefix=f"/api/v1/{plural}", description=type_)
    _route_many(blueprint, type_)
    _route_one(blueprint, type_)
    return blueprint


def _route_many(blueprint: Blueprint, type_: str) -> None:
    @blueprint.route("")
    class Records(MethodView):
        """The records of this type."""

        @allows(Action.RECORD_READ)
        def get(self) -> Response:
            """The newest records that exist for the key's agency and purpose, in released form."""
            return _page(type_)

        @allows(Action.RECORD_SUBMIT)
        @blueprint.arguments(record_schema(type_))
        def post(self, body: Mapping[str, Any]) -> Response:
            """Send a record in; gives its id and reference, never content."""
            return _submit(type_, body)


def _route_one(blueprint: Blueprint, type_: str) -> None:
    @blueprint.route("/<uuid:record_id>")
    class Record(MethodView):
        """One record of this type."""

        @allows(Action.RECORD_READ)
        def get(self, record_id: object) -> Response:
            """One record with its stills and linked things, in released form."""
            return _one(type_, str(record_id))


def _still(body: Mapping[str, Any]) -> NewStill:
    return take_still(context.files(), body["picture"], boxes=boxes(body), looked_over=body["looked_over"])


BLUEPRINTS = tuple(_routes(type_, plural) for type_, plural in PLURALS.items())
