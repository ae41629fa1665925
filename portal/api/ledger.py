"""The ledger at the JSON door, as an agency's data protection officer and auditor read it."""

from dataclasses import asdict

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.consultations import read_ledger

ledger = Noun("api_ledger", __name__, url_prefix="/api/v1/ledger", description="The ledger")


@ledger.route("/entries")
class Entries(MethodView):
    """Entries that concern the key's agency."""

    @allows(Action.LEDGER_READ)
    def get(self) -> Response:
        """The newest of them; `index` is null until an entry has its place in the log."""
        found = read_ledger(context.database(), context.actor())
        return json_response({"entries": [asdict(entry) for entry in found]})
