"""Exports at the JSON door: asked for, looked after, fetched."""

from dataclasses import asdict
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.description import bytes_of
from portal.api.reading import Noun
from portal.api.schemas.leaving import ExportIn, new_export
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.asked import filters_asked
from sharing.exports.asking import ExportLine, State, ask_export, list_exports, read_export
from sharing.exports.fetching import fetch_export

exports = Noun("api_exports", __name__, url_prefix="/api/v1/exports", description="Exports")


def _line(line: ExportLine) -> dict[str, Any]:
    file = f"/api/v1/exports/{line.id}/file" if line.state is State.READY else None
    return {**asdict(line), "file": file}


@exports.route("")
class Exports(MethodView):
    """The exports that the key's holder asked for."""

    @allows(Action.EXPORT_MAKE)
    def get(self) -> Response:
        """All of them, the newest first."""
        found = list_exports(context.system_database(), context.actor())
        return json_response({"exports": [_line(line) for line in found]})

    @allows(Action.EXPORT_MAKE)
    @exports.arguments(ExportIn)
    def post(self, body: dict[str, object]) -> Response:
        """Ask for a file of one record, or of a list narrowed by the same parameters as the list itself."""
        database, actor = context.system_database(), context.actor()
        made = ask_export(database, actor, new_export(body, filters_asked(request.args)))
        answer = json_response(_line(read_export(database, actor, made)), 202)
        answer.headers["Location"] = f"/api/v1/exports/{made}"
        return answer


@exports.route("/<uuid:export_id>")
class OneExport(MethodView):
    """One export."""

    @allows(Action.EXPORT_MAKE)
    def get(self, export_id: object) -> Response:
        """How it stands: `waiting`, `ready` with the file's address, or `refused` with a sentence."""
        return json_response(_line(read_export(context.system_database(), context.actor(), str(export_id))))


@exports.route("/<uuid:export_id>/file")
class ExportFile(MethodView):
    """The file of an export."""

    @allows(Action.EXPORT_MAKE)
    @exports.doc(responses=bytes_of("text/csv", "application/pdf"))
    def get(self, export_id: object) -> Response:
        """The bytes, if all that they show may still be shown; 409 if not, and then for good."""
        file = fetch_export(context.system_database(), context.files(), context.actor(), str(export_id))
        answer = Response(file.data, content_type=file.media_type)
        answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer
