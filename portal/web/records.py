"""Lists, single records and search, the same for every type of record."""

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from auth.actor import Actor
from auth.agencies import list_agencies
from auth.roles import Action
from foundation import clock
from foundation.errors import Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.asked import filters_asked
from portal.gate.cursors import cursor_of, position_of
from portal.web.asked import OpenRequestView, asks, open_request_view, person_names
from portal.web.keys import key_labels, people_on
from portal.web.markings import marking_note, page_marking
from portal.web.owner_view import owner_side
from portal.web.presenting import RecordView, called, record_view
from portal.web.stills import still_views
from portal.web.wording import when_of
from sharing.catalogue import PLURALS, TYPE_OF
from sharing.disclosure import RecordPage, list_records, print_record, read_record
from sharing.release.facts import Exit
from sharing.requests.asking import OpenRequest, requests_on
from sharing.requests.notes import NoteLine, notes_on
from sharing.schemes.named import subjects_named
from sharing.stamp import agreements_of, stamp_of
from sharing.stills import show_still
from sharing.vocabulary.codes import CRIME_TYPES
from sharing.vocabulary.words import RECORD_TYPES

blueprint = Blueprint("records", __name__)

_PAGE = 25


def agency_names() -> Mapping[str, str]:
    """Agency id -> name; that an agency takes part is no secret among partners."""
    return {agency.id: agency.name for agency in list_agencies(context.database())}


def type_named(plural: str) -> str:
    """The record type that an address names.

    Raises:
        Missing: if it names none.
    """
    if plural not in TYPE_OF:
        raise Missing("There is nothing here that you can see.")
    return TYPE_OF[plural]


@blueprint.get("/records/<string:plural>")
@allows(Action.RECORD_READ)
def index(plural: str) -> str:
    """The newest records of a type, narrowed by what the address asks."""
    type_, actor = type_named(plural), context.actor()
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
        may_export=actor.may(Action.EXPORT_MAKE),
        marking=page_marking(*page.records),
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
    type_, actor = type_named(plural), context.actor()
    page = read_record(context.database(), actor, type_, str(record_id))
    own, names = page.own, agency_names()
    mine = () if own else requests_on(context.system_database(), actor, str(record_id))
    waiting = frozenset(key for each in mine if each.state == "open" for key in each.fields)
    record = record_view(page.record, names, page.granted, waiting)
    return render_template(
        "pages/records/show.html",
        record=record,
        broken=page.broken,
        asks=asks(record.id, record.owner, mine) if actor.may(Action.REQUEST_ASK) and not own else None,
        requests=_requests(record, mine),
        notes=_notes(actor, page),
        stills=still_views(page),
        things=[record_view(thing, names) for thing in page.things],
        plurals=PLURALS,
        own=own,
        named=_named(actor, page) if own else [],
        may_report=actor.may(Action.REPORT_SUBMIT) and page.record.owner == actor.agency_id,
        may_check=own and type_ == "incident" and _may_check(page, actor),
        may_release=actor.may(Action.RECORD_RELEASE),
        may_export=actor.may(Action.EXPORT_MAKE),
        owner=owner_side(record, actor) if own else None,
        owner_labels=partial(key_labels, people=people_on(page.record)),
        marking=page_marking(page.record, *page.stills, *page.things),
        marking_note=marking_note(actor, page.tlp),
    )


def _named(actor: Actor, page: RecordPage) -> list[tuple[str, str]]:
    """The subjects whom an own report is about, as (id, name), for those who report and those who check."""
    if page.record.type != "incident" or not (
        actor.may(Action.REPORT_SUBMIT) or actor.may(Action.REPORT_CHECK)
    ):
        return []
    return [(each.id, called(each)) for each in subjects_named(context.database(), actor, page.record)]


def _requests(record: RecordView, mine: Sequence[OpenRequest]) -> list[OpenRequestView]:
    persons = person_names(record)
    return [open_request_view(each, persons) for each in mine]


def _notes(actor: Actor, page: RecordPage) -> Sequence[NoteLine] | None:
    """The notes of necessity on an own record that has somebody on it; None where none can be written."""
    writes = page.own and not actor.member and actor.may(Action.RECORD_RELEASE)
    if not writes or not (page.record.persons or page.record.type == "subject"):
        return None
    return notes_on(context.system_database(), actor, page.record.id)


@blueprint.get("/records/<string:plural>/<uuid:record_id>/print")
@allows(Action.RECORD_READ)
def paper(plural: str, record_id: object) -> str:
    """One record as this reader may put it on paper, with their name on it."""
    type_, actor = type_named(plural), context.actor()
    page = print_record(context.database(), actor, type_, str(record_id))
    names = agency_names()
    shown = (page.record, *page.stills, *page.things)
    return render_template(
        "pages/records/print.html",
        record=record_view(page.record, names),
        stills=still_views(page),
        things=[record_view(thing, names) for thing in page.things],
        given=stamp_of(actor, clock.now()).under(agreements_of(shown)),
        plural=plural,
    )


def _may_check(page: RecordPage, actor: Actor) -> bool:
    fields = page.record.fields
    return (
        actor.may(Action.REPORT_CHECK)
        and fields.get("status") == "open"
        and fields.get("statement_kind") == "allegation"
        and fields.get("recorded_by") != actor.name
    )


@blueprint.get("/stills/<uuid:media_id>")
@allows(Action.RECORD_READ)
def still(media_id: object) -> Response:
    """The pixels of a still, as this reader may see them, with the reader's name across them."""
    return _pixels(media_id, Exit.ONE)


@blueprint.get("/stills/<uuid:media_id>/print")
@allows(Action.RECORD_READ)
def still_for_print(media_id: object) -> Response:
    """The same, as this reader may put it on paper."""
    return _pixels(media_id, Exit.PRINT)


def _pixels(media_id: object, exit_: Exit) -> Response:
    database, actor = context.database(), context.actor()
    data, mimetype = show_still(database, context.files(), actor, str(media_id), exit_=exit_)
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = "inline"
    return answer
