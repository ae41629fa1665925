"""Accounts and keys of programs at the JSON door. Making a key needs a person's own proof: not here."""

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response, plain
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.people.keys import end_key, list_service_accounts

accounts = Noun(
    "api_service_accounts",
    __name__,
    url_prefix="/api/v1/service-accounts",
    description="Accounts and keys of programs",
)


@accounts.route("")
class ServiceAccounts(MethodView):
    """The accounts of the agency's programs."""

    @allows(Action.KEY_RUN)
    def get(self) -> Response:
        """All of them with their keys, by name; no key is shown again."""
        found = list_service_accounts(context.system_database(), context.actor())
        return json_response({"accounts": [plain(each) for each in found]})


@accounts.route("/keys/<uuid:key_id>/end")
class KeyEnd(MethodView):
    """Ending a key."""

    @allows(Action.KEY_RUN)
    def post(self, key_id: object) -> Response:
        """It opens nothing from now on."""
        end_key(context.system_database(), context.actor(), str(key_id))
        return Response(status=204)
