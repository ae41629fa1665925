"""Court orders of anonymity at the JSON door: read and noted. Entering or ending one needs a person."""

from dataclasses import asdict

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.description import query
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.catalogue import PLURALS
from sharing.handling.order_lists import list_orders, note_order
from sharing.handling.orders import preview_order

orders = Noun(
    "api_orders", __name__, url_prefix="/api/v1/anonymity-orders", description="Orders of anonymity"
)


@orders.route("")
class Orders(MethodView):
    """The orders that the agency holds, and what it was told of its records."""

    @allows(Action.RECORD_RELEASE)
    def get(self) -> Response:
        """All of both; of an order that another agency holds, that a record is covered, and no more."""
        return json_response(asdict(list_orders(context.system_database(), context.actor())))


@orders.route("/notices/<uuid:notice_id>/note")
class Note(MethodView):
    """What the agency was told of a record."""

    @allows(Action.RECORD_RELEASE)
    def post(self, notice_id: object) -> Response:
        """Say for the agency that it was read."""
        note_order(context.system_database(), context.actor(), str(notice_id))
        return Response(status=204)


def _routes(type_: str, plural: str) -> Noun:
    prefix = f"/api/v1/{plural}/<uuid:record_id>/anonymity-order"
    blueprint = Noun(f"api_{plural}_orders", __name__, url_prefix=prefix, description=type_)

    @blueprint.route("/preview")
    class OrderPreview(MethodView):
        """What an order for a person on an own record would close."""

        @allows(Action.RECORD_RELEASE)
        @blueprint.doc(parameters=[query("person", "The person's link on the record, or `own`.")])
        def get(self, record_id: object) -> Response:
            """On every own record of the person given as `person`, a link or `own`; nothing is kept."""
            link = request.args.get("person", "")[:40]
            found = preview_order(context.system_database(), context.actor(), type_, str(record_id), link)
            return json_response({"records": [asdict(each) for each in found]})

    return blueprint


BLUEPRINTS = (orders, *(_routes(type_, plural) for type_, plural in PLURALS.items()))
