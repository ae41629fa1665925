"""Search over what this reader is shown; a hit in a withheld field is no hit."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from auth.roles import Action
from portal.gate import context
from portal.gate.admission import allows
from portal.web.presenting import record_view
from portal.web.records import agency_names
from portal.web.wording import when_of
from sharing.catalogue import PLURALS
from sharing.disclosure import search
from sharing.filters import searched

blueprint = Blueprint("search", __name__)

_SEARCHED = ("incident", "sighting", "subject", "vehicle", "item", "premises", "camera")


@blueprint.get("/search")
@allows(Action.RECORD_READ)
def show() -> ResponseReturnValue:
    """Records that every word that was typed finds in their released form."""
    typed = request.args.get("q", "").strip()[:200]
    names = agency_names()
    found = search(context.database(), context.actor(), searched(typed), _SEARCHED) if typed else ()
    return render_template(
        "pages/search/show.html",
        typed=typed,
        found=[(record_view(record, names), when_of(record)) for record in found],
        plurals=PLURALS,
    )
