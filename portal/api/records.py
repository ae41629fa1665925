"""Records at the JSON door: lists, single records, new ones and changes, the same for every type."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from foundation.errors import Invalid
from portal.api import preconditions
from portal.api.answers import json_response
from portal.api.bodies import detail_body, page_body
from portal.api.description import PLACE, query
from portal.api.reading import Noun, asked_once
from portal.api.schemas.handling import handling_of
from portal.api.schemas.records import boxes, changes_schema, new_record, record_schema
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.asked import filters_asked
from portal.gate.cursors import cursor_of, position_of
from portal.gate.limits import takes_kilobytes
from sharing.catalogue import PLURALS, SENT
from sharing.contribution import submit
from sharing.disclosure import DEFAULT, MOST, list_records, read_record
from sharing.handling.grading import submit_handled
from sharing.recalls.recalling import amend_seen
from sharing.release.facts import Exit
from sharing.stills import take_still
from sharing.submission import NewRecord

#: A record with one still of 10 MB in base64, or several smaller ones.
RECORD_KILOBYTES = 14_000
_LIMIT_DIGITS = 9


def limit_asked() -> int:
    """How many records are asked for.

    Raises:
        Invalid: if it is not a whole number above nothing.
    """
    text = request.args.get("limit", str(DEFAULT))
    if not (text.isascii() and text.isdigit() and len(text) <= _LIMIT_DIGITS and int(text)):
        raise Invalid({"limit": f"Give a whole number; a page has at most {MOST}."})
    return int(text)


def record_sent(type_: str, body: Mapping[str, Any]) -> NewRecord:
    """The new record of a checked body, its stills drawn afresh and stored.

    Raises:
        Invalid: if a still is not a picture that can be taken.
    """
    stills = tuple(
        take_still(context.files(), each["picture"], boxes=boxes(each), looked_over=each["looked_over"])
        for each in body["stills"]
    )
    return new_record(type_, body, stills)


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
    return json_response(page_body(page.records, cursor_of(page.next, actor, type_)))


def _one(type_: str, record_id: str) -> Response:
    page = read_record(context.database(), context.actor(), type_, record_id)
    answer = json_response(detail_body(page))
    answer.set_etag(page.record.version)
    return answer


def _submit(type_: str, body: Mapping[str, Any]) -> Response:
    new, handling = record_sent(type_, body), body["handling"]
    database, actor, asked = context.database(), context.actor(), asked_once()
    if handling is None:
        made = submit(database, actor, new, asked=asked)
    else:
        made = submit_handled(database, actor, new, handling_of(handling), asked=asked)
    return json_response({"id": made.id, "reference": made.reference}, 201)


def _routes(type_: str, plural: str) -> Noun:
    blueprint = Noun(f"api_{plural}", __name__, url_prefix=f"/api/v1/{plural}", description=type_)
    _route_list(blueprint, type_)
    if type_ in SENT:
        _route_new(blueprint, type_)
    _route_one(blueprint, type_)
    return blueprint


def _route_list(blueprint: Noun, type_: str) -> None:
    @blueprint.route("", methods=["GET"])
    class Records(MethodView):
        """The records of this type."""

        @allows(Action.RECORD_READ)
        @blueprint.doc(parameters=[*PLACE, query("q", "Words that values shown unchanged must hold.")])
        def get(self) -> Response:
            """The newest records that exist for the key's agency and purpose, in released form.

            A field narrows: `status=open`, `occurred.from=2026-02-17`, `occurred.until=2026-02-20`.
            """
            return _page(type_)


def _route_new(blueprint: Noun, type_: str) -> None:
    @blueprint.route("", methods=["POST"])
    class NewRecords(MethodView):
        """New records of this type."""

        @takes_kilobytes(RECORD_KILOBYTES)
        @allows(Action.RECORD_SUBMIT)
        @blueprint.arguments(record_schema(type_))
        def post(self, body: Mapping[str, Any]) -> Response:
            """Send a record in; gives its id and reference, never content."""
            return _submit(type_, body)


def _route_one(blueprint: Noun, type_: str) -> None:
    @blueprint.route("/<uuid:record_id>")
    class Record(MethodView):
        """One record of this type."""

        @allows(Action.RECORD_READ)
        def get(self, record_id: object) -> Response:
            """One record with its stills and linked things, in released form."""
            return _one(type_, str(record_id))

        @allows(Action.RECORD_SUBMIT)
        @blueprint.arguments(changes_schema(type_))
        def patch(self, body: Mapping[str, Any], record_id: object) -> Response:
            """Change fields of an own record; If-Match says as what it was read. Null empties a field.

            Those who were shown what changes are told, unless the field moves on by its nature.
            """
            seen = preconditions.version_read()
            database, actor = context.system_database(), context.actor()
            amend_seen(database, actor, type_, str(record_id), body["values"], seen=seen)
            return Response(status=204)


BLUEPRINTS = tuple(_routes(type_, plural) for type_, plural in PLURALS.items())
