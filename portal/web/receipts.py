"""Who may see an own record, and who has looked at the agency's records: the owner's view and its report."""

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from auth.roles import Action
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.places import receipts_cursor, receipts_place
from portal.web.markings import page_marking
from portal.web.owner_view import matrix_of, names_in_words, which
from portal.web.presenting import record_view
from portal.web.records import agency_names, type_named
from sharing.catalogue import PLURALS
from sharing.disclosure import read_record
from sharing.receipts.report import LATEST, period_asked, report_receipts
from sharing.record_audiences import MOST, who_may_see
from sharing.vocabulary.words import RECORD_TYPES

blueprint = Blueprint("receipts", __name__)


@blueprint.get("/receipts")
@allows(Action.SESSION_USE)
def index() -> str:
    """The agency's records by who looked at them, in a period."""
    actor, asked = context.actor(), request.args
    problems: dict[str, str] = {}
    try:
        period = period_asked(_day("since"), _day("until"), asked.get("agency"), asked.get("agreement"))
        place = receipts_place(asked.get("cursor"), actor)
    except Invalid as invalid:
        problems, period, place = invalid.problems, period_asked(None, None), None
    found = report_receipts(context.database(), actor, period, after=place)
    kept = {name: value for name, value in asked.items() if name != "cursor" and value}
    cursor = receipts_cursor(found.next, actor)
    return render_template(
        "pages/receipts/index.html",
        found=found,
        period=period,
        problems=problems,
        older=f"{url_for('receipts.index')}?{urlencode({**kept, 'cursor': cursor})}" if cursor else "",
        types=RECORD_TYPES,
        plurals=PLURALS,
        latest=LATEST,
        may_open=actor.may(Action.RECORD_READ),
        own_agency=actor.agency_id,
    )


def _day(name: str) -> date | None:
    text = request.args.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: "This is not a date."}) from None


@blueprint.get("/records/<string:plural>/<uuid:record_id>/audiences")
@allows(Action.RECORD_READ)
def audiences(plural: str, record_id: object) -> str:
    """Every audience of an own record, for every purpose, side by side."""
    type_, actor, database = type_named(plural), context.actor(), context.database()
    seen = who_may_see(database, actor, type_, str(record_id))
    page = read_record(database, actor, type_, str(record_id))
    view = record_view(page.record, agency_names())
    return render_template(
        "pages/receipts/audiences.html",
        record=view,
        matrix=matrix_of(view, seen, most=MOST),
        groups=[(names_in_words(each.agencies), which(each), each.purposes) for each in seen.groups],
        complete=seen.complete,
        plurals=PLURALS,
        marking=page_marking(page.record),
    )
