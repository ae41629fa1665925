"""Lists, single records and search, the same for every type of record."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.actor import Actor
from auth.agencies import list_agencies
from auth.roles import Action
from foundation.errors import Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.asked import filters_asked
from portal.gate.cursors import cursor_of, position_of
from portal.web.presenting import record_view
from portal.web.wording import when_of
from sharing.catalogue import PLURALS, TYPE_OF
from sharing.contribution import revoke_release
from sharing.disclosure import RecordPage, list_records, read_record
from sharing.receipts import read_receipts
from sharing.stills import show_still
from sharing.vocabulary.codes import CRIME_TYPES
from sharing.vocabulary.words import RECORD_TYPES

blueprint = Blueprint("records", __name__)

_PAGE = 25


def agency_names() -> Mapping[str, str]:
    """Agency id -> name; that an agency takes part is no secret among partners."""
    return {agency.id: agency.name for agency in list_agencies(context.database())}


def _type(plural: str) -> str:
    if plural not in TYPE_OF:
        raise Missing("There is nothing here that you can see.")
    return TYPE_OF[plural]


@blueprint.get("/records/<string:plural>")
@allows(Action.RECORD_READ)
def index(plural: str) -> str:
    """The newest records of a type, narrowed by what the address asks."""
    type_, actor = _type(plural), context.actor()
    filters = filters_asked(request.args)
    after = position_of(request.args.get("cursor"), actor, type_)
    page = list_records(context.database(), actor, type_, filters=filters, after=after, limit=_PAGE)
    names = agency_names()
    records = [(record_view(record, names), when_of(record)) for record in page.records]
    return render_template(
        "pages/records/index.html",
        type=type_,
        plural=plural,
        heading=RECORD_TYPES[type_][1],
        records=records,
        asked=request.args,
        crime_types=CRIME_TYPES,
        older=_older(plural, cursor_of(page.next, actor, type_)),
    )


def _older(plural: str, cursor: str | None) -> str:
    if cursor is None:
        return ""
    asked = {name: value for name, value in request.args.items() if name != "cursor" and value}
    return f"{url_for('records.index', plural=plural)}?{urlencode({**asked, 'cursor': cursor})}"


@blueprint.get("/records/<string:plural>/<uuid:record_id>")
@allows(Action.RECORD_READ)
def show(plural: str, record_id: object) -> str:
    """One record as this reader sees it; for its owner also who has looked."""
    type_, actor = _type(plural), context.actor()
    page = read_record(context.database(), actor, type_, str(record_id))
    own = page.own
    names = agency_names()
    return render_template(
        "pages/records/show.html",
        record=record_view(page.record, names),
        stills=[record_view(still, names) for still in page.stills],
        things=[record_view(thing, names) for thing in page.things],
        plurals=PLURALS,
        own=own,
        may_check=own and type_ == "incident" and _may_check(page, actor),
        may_release=actor.may(Action.RECORD_RELEASE),
        receipts=read_receipts(context.database(), actor, str(record_id)) if own else None,
    )


def _may_check(page: RecordPage, actor: Actor) -> bool:
    fields = page.record.fields
    return (
        actor.may(Action.REPORT_CHECK)
        and fields.get("status") == "open"
        and fields.get("statement_kind") == "allegation"
        and fields.get("recorded_by") != actor.name
    )


@blueprint.post("/records/<string:plural>/<uuid:record_id>/releases/<uuid:release_id>/revoke")
@allows(Action.RECORD_RELEASE)
def revoke(plural: str, record_id: object, release_id: object) -> ResponseReturnValue:
    """Take a release back: it is gone at every reader's next look."""
    _type(plural)
    revoke_release(context.database(), context.actor(), str(record_id), str(release_id))
    flash("Taken back. They see it no longer; what they were shown stays in the ledger.")
    return redirect(url_for("records.show", plural=plural, record_id=record_id), 303)


@blueprint.get("/stills/<uuid:media_id>")
@allows(Action.RECORD_READ)
def still(media_id: object) -> Response:
    """The pixels of a still, as this reader may see them, with the reader's name across them."""
    data, mimetype = show_still(context.database(), context.files(), context.actor(), str(media_id))
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = "inline"
    return answer
