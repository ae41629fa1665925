"""Agreements at the JSON door, as their parties read them."""

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response, plain
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.register import list_agreements, read_agreement

agreements = Noun("api_agreements", __name__, url_prefix="/api/v1/agreements", description="Agreements")


@agreements.route("")
class Agreements(MethodView):
    """The agreements to which the key's agency is a party."""

    @allows(Action.AGREEMENT_READ)
    def get(self) -> Response:
        """All of them, by reference."""
        found = list_agreements(context.database(), context.actor())
        return json_response({"agreements": [plain(line) for line in found]})


@agreements.route("/<string:agreement_id>")
class Agreement(MethodView):
    """One agreement."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str) -> Response:
        """The agreement with the clauses of the version in force."""
        page = read_agreement(context.database(), context.actor(), agreement_id[:40])
        body = plain(page)
        return json_response({**body.pop("line"), **body})
