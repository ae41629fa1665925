"""Meetings and their actions at the JSON door."""

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response, plain
from portal.api.reading import Noun, asked_once
from portal.api.schemas.actions import ActionIn, AnswerIn
from portal.gate import context
from portal.gate.admission import allows
from sharing.partnerships.actions import (
    Answer,
    NewAction,
    list_actions,
    move_action,
    read_action,
    set_action,
)
from sharing.partnerships.meetings import accept_confidentiality, list_meetings, read_meeting
from sharing.partnerships.standing import Move

meetings = Noun("api_meetings", __name__, url_prefix="/api/v1/meetings", description="Meetings")
actions = Noun("api_actions", __name__, url_prefix="/api/v1/actions", description="Actions")


@meetings.route("")
class Meetings(MethodView):
    """The meetings of the agency's partnerships."""

    @allows(Action.MEETING_READ)
    def get(self) -> Response:
        """All of them, the next or latest first."""
        found = list_meetings(context.database(), context.actor())
        return json_response({"meetings": [plain(line) for line in found]})


@meetings.route("/<uuid:meeting_id>")
class Meeting(MethodView):
    """One meeting."""

    @allows(Action.MEETING_READ)
    def get(self, meeting_id: object) -> Response:
        """The meeting with its attendees and agenda."""
        return json_response(plain(read_meeting(context.database(), context.actor(), str(meeting_id))))


@meetings.route("/<uuid:meeting_id>/actions")
class MeetingActions(MethodView):
    """The actions that a meeting sets."""

    @allows(Action.MEETING_RUN)
    @meetings.arguments(ActionIn)
    def post(self, body: Mapping[str, Any], meeting_id: object) -> Response:
        """Set an action; gives its id. One `Idempotency-Key` sets one."""
        new = NewAction(str(meeting_id), body["title"], body["measure"], body["owner"], body["due"])
        return json_response(
            {"id": set_action(context.database(), context.actor(), new, asked=asked_once())}, 201
        )


@meetings.route("/<uuid:meeting_id>/confidentiality")
class Confidentiality(MethodView):
    """What an attendee of a meeting accepts."""

    @allows(Action.MEETING_READ)
    def post(self, meeting_id: object) -> Response:
        """Accept the meeting's confidentiality."""
        accept_confidentiality(context.database(), context.actor(), str(meeting_id))
        return Response(status=204)


@actions.route("")
class Actions(MethodView):
    """The open actions of the agency's partnerships."""

    @allows(Action.MEETING_READ)
    def get(self) -> Response:
        """All of them, the most urgent first."""
        found = list_actions(context.database(), context.actor())
        return json_response({"actions": [plain(action) for action in found]})


@actions.route("/<uuid:action_id>")
class OneAction(MethodView):
    """One action."""

    @allows(Action.MEETING_READ)
    def get(self, action_id: object) -> Response:
        """The action with everything that was said of it."""
        return json_response(plain(read_action(context.database(), context.actor(), str(action_id))))

    @allows(Action.ACTION_MOVE)
    @actions.arguments(AnswerIn)
    def patch(self, body: Mapping[str, Any], action_id: object) -> Response:
        """Answer, close or reopen the action; gives it as it is then."""
        answer = Answer(Move(body["move"]), body["text"], body["version"], body["due"])
        move_action(context.database(), context.actor(), str(action_id), answer)
        return json_response(plain(read_action(context.database(), context.actor(), str(action_id))))


BLUEPRINTS = (meetings, actions)
