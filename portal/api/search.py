"""Search at the JSON door, over released values."""

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from foundation.errors import Missing
from portal.api.answers import json_response
from portal.api.bodies import record_body
from portal.api.description import query
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.catalogue import PLURALS, TYPE_OF
from sharing.disclosure import search as search_records
from sharing.filters import searched

search = Noun("api_search", __name__, url_prefix="/api/v1/search", description="Search")

_LONGEST = 200


@search.route("")
class Search(MethodView):
    """Records by their words."""

    @allows(Action.RECORD_READ)
    @search.doc(
        parameters=[
            query("q", "Words, all of which are looked for."),
            query("in", "One plural.", enum=list(TYPE_OF)),
        ]
    )
    def get(self) -> Response:
        """Records whose released form holds every word of `q`; `in` narrows to one plural."""
        plural = request.args.get("in")
        if plural is not None and plural not in TYPE_OF:
            raise Missing("There is nothing here that you can see.")
        types = tuple(PLURALS) if plural is None else (TYPE_OF[plural],)
        words = searched(request.args.get("q", "")[:_LONGEST])
        found = search_records(context.database(), context.actor(), words, types)
        return json_response({"records": [record_body(record) for record in found]})
