"""Recalls at the JSON door: made by owners, acknowledged by those who are told."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.description import PLACE
from portal.api.reading import Noun
from portal.api.records import limit_asked
from portal.api.schemas.recalls import AcknowledgementIn, acknowledgement_of, act_of, recall_schema
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.places import recalls_cursor, recalls_place
from sharing.catalogue import PLURALS
from sharing.recalls.lists import list_recalls, read_recall
from sharing.recalls.notices import Notice, acknowledge, read_notice
from sharing.recalls.recalling import recall, rehearse
from sharing.recalls.scene import Told

recalls = Noun("api_recalls", __name__, url_prefix="/api/v1/recalls", description="Recalls")


@recalls.route("")
class Recalls(MethodView):
    """Notices to the key's holder, and the recalls of their agency's records."""

    @allows(Action.RECALL_ACKNOWLEDGE)
    @recalls.doc(parameters=[*PLACE])
    def get(self) -> Response:
        """Notices that wait, then the agency's own recalls, those with late answers first."""
        actor = context.actor()
        place = recalls_place(request.args.get("cursor"), actor)
        found = list_recalls(context.system_database(), actor, after=place, limit=min(limit_asked(), 200))
        cursor = recalls_cursor(found.next, actor)
        return json_response(
            {
                "notices": [_notice(each) for each in found.mine],
                "answered_for": [_notice(each) for each in found.stood_in_for],
                "recalls": [asdict(line) for line in found.own],
                "more": cursor is not None,
                "cursor": cursor,
            }
        )


@recalls.route("/<uuid:recall_id>")
class OneRecall(MethodView):
    """One recall of the agency's."""

    @allows(Action.RECALL_ACKNOWLEDGE)
    def get(self, recall_id: object) -> Response:
        """The recall with everybody who was told, and what they answered."""
        return json_response(asdict(read_recall(context.system_database(), context.actor(), str(recall_id))))


@recalls.route("/notices/<uuid:notice_id>")
class OneNotice(MethodView):
    """One notice to the key's holder."""

    @allows(Action.RECALL_ACKNOWLEDGE)
    def get(self, notice_id: object) -> Response:
        """What was recalled, without its value."""
        return json_response(_notice(read_notice(context.system_database(), context.actor(), str(notice_id))))


@recalls.route("/notices/<uuid:notice_id>/acknowledgement")
class OneAcknowledgement(MethodView):
    """The answer to a notice."""

    @allows(Action.RECALL_ACKNOWLEDGE)
    @recalls.arguments(AcknowledgementIn)
    def post(self, body: Mapping[str, Any], notice_id: object) -> Response:
        """Say what was done with copies; the first answer stands."""
        answer = acknowledgement_of(body)
        acknowledge(context.system_database(), context.actor(), str(notice_id), answer)
        return Response(status=204)


def _routes(type_: str, plural: str) -> Noun:
    prefix = f"/api/v1/{plural}/<uuid:record_id>/recalls"
    blueprint = Noun(f"api_{plural}_recalls", __name__, url_prefix=prefix, description=type_)

    @blueprint.route("")
    class RecordRecalls(MethodView):
        """Recalls of an own record."""

        @allows(Action.RECORD_RELEASE)
        @blueprint.arguments(recall_schema(type_))
        def post(self, body: Mapping[str, Any], record_id: object) -> Response:
            """Take back or correct what was shared; gives the recall's id and how many people are told."""
            made = recall(context.system_database(), context.actor(), type_, str(record_id), act_of(body))
            return json_response(asdict(made), 201)

    @blueprint.route("/rehearsal")
    class Rehearsal(MethodView):
        """What a recall would do."""

        @allows(Action.RECORD_RELEASE)
        @blueprint.arguments(recall_schema(type_))
        def post(self, body: Mapping[str, Any], record_id: object) -> Response:
            """Whom it would tell, and who was shown something that stays as it is; nothing is kept."""
            effect = rehearse(context.system_database(), context.actor(), type_, str(record_id), act_of(body))
            told, untold = map(_people, (effect.told, effect.untold))
            return json_response({"told": told, "untold": untold})

    return blueprint


def _notice(notice: Notice) -> dict[str, Any]:
    kept = asdict(notice) | {"days_late": notice.days_late}
    return {name: value for name, value in kept.items() if name != "user"}


def _people(people: tuple[Told, ...]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in asdict(each).items() if name not in ("user", "reference")}
        for each in people
    ]


BLUEPRINTS = (recalls, *(_routes(type_, plural) for type_, plural in PLURALS.items()))
