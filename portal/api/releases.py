"""Releases of own records at the JSON door."""

from collections.abc import Mapping
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
from sharing.contribution import release_record
from sharing.recalls.recalling import revoke_release


def _routes(type_: str, plural: str) -> Noun:
    prefix = f"/api/v1/{plural}/<uuid:record_id>"
    blueprint = Noun(f"api_{plural}_releases", __name__, url_prefix=prefix, description=type_)
    _route_releases(blueprint)
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
            """Take it back: it is gone at every reader's next look, and those who were shown it are told."""
            revoke_release(context.system_database(), context.actor(), str(record_id), str(release_id))
            return Response(status=204)


BLUEPRINTS = tuple(_routes(type_, plural) for type_, plural in PLURALS.items())
