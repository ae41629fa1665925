"""Releases of own records at the JSON door, and receipts: to whom a record went and who has looked."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun
from portal.api.schemas.records import ReleaseIn, new_release
from portal.gate import context
from portal.gate.admission import allows
from sharing.catalogue import PLURALS
from sharing.contribution import release_record, revoke_release
from sharing.receipts import read_receipts


def _routes(type_: str, plural: str) -> Noun:
    prefix = f"/api/v1/{plural}/<uuid:record_id>"
    blueprint = Noun(f"api_{plural}_releases", __name__, url_prefix=prefix, description=type_)
    _route_releases(blueprint)
    _route_receipts(blueprint)
    return blueprint


def _route_releases(blueprint: Noun) -> None:
    @blueprint.route("/releases")
    class Releases(MethodView):
        """The releases of an own record."""

        @allows(Action.RECORD_RELEASE)
        @blueprint.arguments(ReleaseIn)
        def post(self, body: Mapping[str, Any], record_id: object) -> Response:
            """Release the record under an agreement; gives the release's id."""
            new = new_release(body)
            made = release_record(context.database(), context.actor(), str(record_id), new)
            return json_response({"id": made}, 201)

    @blueprint.route("/releases/<uuid:release_id>/revoke")
    class Revocation(MethodView):
        """Taking a release back."""

        @allows(Action.RECORD_RELEASE)
        def post(self, record_id: object, release_id: object) -> Response:
            """Take it back: the record is gone at every reader's next look."""
            revoke_release(context.database(), context.actor(), str(record_id), str(release_id))
            return Response(status=204)


def _route_receipts(blueprint: Noun) -> None:
    @blueprint.route("/receipts")
    class RecordReceipts(MethodView):
        """What the owner knows of a record's way."""

        @allows(Action.RECORD_READ)
        def get(self, record_id: object) -> Response:
            """Who has looked, the latest first, and the releases of the record."""
            receipts = read_receipts(context.database(), context.actor(), str(record_id))
            return json_response(asdict(receipts))


BLUEPRINTS = tuple(_routes(type_, plural) for type_, plural in PLURALS.items())
