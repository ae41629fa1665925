"""The first page: what waits for this person, what they have not sent yet, and what they did last."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.utils import redirect

from auth.actor import Actor
from auth.roles import Action
from foundation import clock
from portal.gate import context
from portal.gate.admission import allows
from portal.web.presenting import record_view
from portal.web.records import agency_names
from portal.web.waiting import waiting_item
from portal.web.wording import when_of
from sharing.disclosure import list_records
from sharing.drafts.keeping import list_drafts
from sharing.release.exit import Released
from sharing.waiting import list_waiting

blueprint = Blueprint("home", __name__)

_NEWEST = 8


@blueprint.get("/")
@allows(Action.SESSION_USE)
def show() -> ResponseReturnValue:
    """Home, once a purpose is chosen; before that, the choice."""
    actor = context.actor()
    if actor.purpose is None:
        return redirect(url_for("sign_in.show_purposes"))
    waiting = [waiting_item(each) for each in list_waiting(context.system_database(), actor)]
    type_ = "incident" if actor.member or not actor.may(Action.RECORD_SUBMIT) else "sighting"
    newest = _newest(actor, type_) if actor.may(Action.RECORD_READ) else []
    may_submit = actor.may(Action.RECORD_SUBMIT) and not actor.member
    drafts = list_drafts(context.database(), actor, "sighting") if may_submit else ()
    return render_template(
        "pages/home/show.html",
        waiting=waiting,
        newest=newest,
        plural={"incident": "incidents", "sighting": "sightings"}[type_],
        may_report=actor.may(Action.REPORT_SUBMIT),
        may_submit=may_submit,
        drafts=[(each, each.answers.get("address") or each.answers.get("camera")) for each in drafts],
        may_break=actor.may(Action.GLASS_BREAK) and not actor.business and not actor.member,
        now=clock.now(),
    )


def _newest(actor: Actor, type_: str) -> list[tuple[object, str]]:
    page = list_records(context.database(), actor, type_, limit=_NEWEST)
    names = agency_names()
    return [(record_view(record, names), when_of(record)) for record in page.records if _tells(record)]


def _tells(record: Released) -> bool:
    """Whether the person is shown anything of it: a role may read nothing of its own agency's records."""
    return any(shown.fields for shown in (record, *record.persons))
