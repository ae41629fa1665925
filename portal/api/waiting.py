"""What waits for the key's holder, at the JSON door."""

from dataclasses import asdict

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.waiting import list_waiting

waiting = Noun("api_waiting", __name__, url_prefix="/api/v1/waiting", description="What waits")


@waiting.route("")
class WaitingThings(MethodView):
    """Actions, answers, reports and agreements that somebody should see to."""

    @allows(Action.SESSION_USE)
    def get(self) -> Response:
        """All of them, the most urgent first."""
        found = list_waiting(context.system_database(), context.actor())
        return json_response({"waiting": [asdict(each) for each in found]})
