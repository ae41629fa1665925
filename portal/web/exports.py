"""Files to take along: asked for from lists and records, waited for, fetched; and what the scan stopped."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from auth.roles import Action
from foundation import clock
from foundation.errors import Conflict
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.asked import filters_asked
from sharing.catalogue import PLURALS
from sharing.exports.asking import MOST, NewExport, ask_export, list_exports
from sharing.exports.fetching import fetch_export
from sharing.exports.stops import list_stops, mark_seen
from sharing.vocabulary.words import RECORD_TYPES, field_label

blueprint = Blueprint("exports", __name__)

#: Filters of a list go along in its form under their names behind this.
_BY = "by."


@blueprint.get("/exports")
@allows(Action.EXPORT_MAKE)
def index() -> str:
    """One's own exports: what waits, what is ready, and what there is no file of, and why."""
    actor = context.actor()
    return render_template(
        "pages/exports/index.html",
        exports=list_exports(context.system_database(), actor),
        types=RECORD_TYPES,
        plurals=PLURALS,
        most=MOST,
        hours=context.settings().export_hours,
        now=clock.now(),
    )


@blueprint.post("/exports")
@allows(Action.EXPORT_MAKE)
def ask() -> ResponseReturnValue:
    """Ask for a file of a list as it is narrowed, or of one record."""
    sent = request.form
    by = [(name.removeprefix(_BY), value) for name, value in sent.items(multi=True) if name.startswith(_BY)]
    new = NewExport(
        sent.get("type", ""), sent.get("format", ""), sent.get("record") or None, filters_asked(MultiDict(by))
    )
    ask_export(context.system_database(), context.actor(), new)
    flash("Asked for. It is made in a moment; you can leave this page and come back.")
    return redirect(url_for("exports.index"), 303)


@blueprint.get("/exports/<uuid:export_id>/file")
@allows(Action.EXPORT_MAKE)
def file(export_id: object) -> ResponseReturnValue:
    """The file, if all that it shows may still be shown; else the list, which says why there is none."""
    try:
        fetched = fetch_export(context.system_database(), context.files(), context.actor(), str(export_id))
    except Conflict:
        return redirect(url_for("exports.index"), 303)
    return attached(fetched.data, fetched.media_type, fetched.name)


def attached(data: bytes, media_type: str, name: str) -> Response:
    """An answer that a browser saves and never shows as a page."""
    answer = Response(data, content_type=media_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.get("/exports/stopped")
@allows(Action.LEDGER_READ)
def stopped() -> str:
    """Files that never left because of what stood in them, for those who answer for the records."""
    stops = list_stops(context.database(), context.actor())
    told = [(stop, ", ".join(_label(name) for name in stop.fields)) for stop in stops]
    return render_template("pages/exports/stopped.html", stops=told)


@blueprint.post("/exports/stopped/<uuid:stop_id>/seen")
@allows(Action.LEDGER_READ)
def seen(stop_id: object) -> ResponseReturnValue:
    """Take note of one."""
    mark_seen(context.database(), context.actor(), str(stop_id))
    flash("Noted. It stays in the list and in the ledger.")
    return redirect(url_for("exports.stopped"), 303)


def _label(name: str) -> str:
    """The words for a field as the scan names it: `persons.phone` is a person's telephone number."""
    where, _, field = name.rpartition(".")
    return (
        f"{field_label(field)} ({where.replace('persons', 'of a person')})" if where else field_label(field)
    )
