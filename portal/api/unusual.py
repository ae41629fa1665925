"""Unusual looks at the JSON door, for an agency's data protection officer."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun
from portal.api.schemas.unusual import OutcomeIn
from portal.gate import context
from portal.gate.admission import allows
from sharing.unusual.reviewing import PURPOSES, read_unusual, settle

unusual = Noun("api_unusual", __name__, url_prefix="/api/v1/ledger/unusual", description="Unusual looks")


@unusual.route("")
class Unusual(MethodView):
    """Looks that stand out among the people of the key's agency."""

    @allows(Action.LEDGER_REVIEW)
    def get(self) -> Response:
        """What stands out, the newest first, with what reviews came to; for these purposes only."""
        lines = read_unusual(context.system_database(), context.actor())
        return json_response({"purposes": list(PURPOSES), "lines": [asdict(each) for each in lines]})


@unusual.route("/outcomes")
class Outcomes(MethodView):
    """What reviews came to."""

    @allows(Action.LEDGER_REVIEW)
    @unusual.arguments(OutcomeIn)
    def post(self, body: Mapping[str, str]) -> Response:
        """Keep the outcome of one line; a later one stands over an earlier one."""
        settle(context.system_database(), context.actor(), **body)
        return Response(status=204)
