"""Meetings: the list, one meeting with who comes and its agenda, and the actions it sets."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from auth.roles import Action
from foundation.errors import Invalid
from foundation.identifiers import new_id
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.actions import NewActionForm
from portal.web.forms.fields import keep_problems
from portal.web.forms.once import ask_again, key_of, taken_once
from sharing.partnerships.actions import set_action
from sharing.partnerships.meetings import accept_confidentiality, list_meetings, read_meeting

blueprint = Blueprint("meetings", __name__)


@blueprint.get("/meetings")
@allows(Action.MEETING_READ)
def index() -> str:
    """The meetings of the partnerships that the agency sits in."""
    meetings = list_meetings(context.database(), context.actor())
    return render_template("pages/meetings/index.html", meetings=meetings)


@blueprint.get("/meetings/<uuid:meeting_id>")
@allows(Action.MEETING_READ)
def show(meeting_id: object) -> str:
    """One meeting, with the form for a new action if the person runs it."""
    page = read_meeting(context.database(), context.actor(), str(meeting_id))
    form = NewActionForm(data={"once": new_id()})
    form.offer(page.owners)
    return render_template("pages/meetings/show.html", page=page, form=form)


@blueprint.post("/meetings/<uuid:meeting_id>/actions")
@allows(Action.MEETING_RUN)
def set_new(meeting_id: object) -> tuple[str, int] | Response:
    """Set an action; what was typed comes back if it cannot be taken."""
    page = read_meeting(context.database(), context.actor(), str(meeting_id))
    form = NewActionForm()
    form.offer(page.owners)
    if form.validate():
        new, asked = form.new(str(meeting_id)), key_of(form, f"action of {meeting_id}")
        try:
            action = taken_once(lambda: set_action(context.database(), context.actor(), new, asked=asked))
        except Invalid as invalid:
            if not ask_again(form, invalid, "action"):
                keep_problems(form, invalid, fallback="title")
        else:
            flash("The action is set.")
            return redirect(url_for("actions.show", action_id=action), 303)
    return render_template("pages/meetings/show.html", page=page, form=form), 422


@blueprint.post("/meetings/<uuid:meeting_id>/confidentiality")
@allows(Action.MEETING_READ)
def accept(meeting_id: object) -> Response:
    """Accept the meeting's confidentiality."""
    accept_confidentiality(context.database(), context.actor(), str(meeting_id))
    flash("You accepted the meeting's confidentiality.")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
