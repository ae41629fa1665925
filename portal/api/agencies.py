"""Agencies at the JSON door, and to whom a record could go."""

from dataclasses import asdict

from flask import Response
from flask.views import MethodView

from auth.agencies import list_agencies
from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.audiences import list_audiences

agencies = Noun("api_agencies", __name__, url_prefix="/api/v1/agencies", description="Agencies")


@agencies.route("")
class Agencies(MethodView):
    """The agencies that take part."""

    @allows(Action.SESSION_USE)
    def get(self) -> Response:
        """All of them, by name."""
        found = list_agencies(context.database())
        return json_response({"agencies": [asdict(agency) for agency in found]})


@agencies.route("/audiences")
class Audiences(MethodView):
    """To whom the key's agency could release."""

    @allows(Action.RECORD_SUBMIT)
    def get(self) -> Response:
        """Everybody whom an agreement names for the stated purpose; `key` is what a release takes."""
        found = list_audiences(context.database(), context.actor())
        return json_response({"audiences": [asdict(audience) for audience in found]})
