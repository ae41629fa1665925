"""An intelligence report: written, graded, looked at as each will see it, and sent."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from foundation.errors import Conflict, Invalid
from foundation.identifiers import new_id
from portal.gate import context
from portal.gate.admission import allows
from portal.web.comparing import Comparison, columns_of
from portal.web.forms.fields import keep_problems
from portal.web.forms.handling import IntelligenceForm
from portal.web.forms.once import ask_again, key_of, taken_once
from sharing.audiences import list_audiences
from sharing.handling.conditions import list_recipients
from sharing.handling.grading import preview_handled, submit_handled

blueprint = Blueprint("intelligence", __name__)


@blueprint.route("/intelligence/new", methods=["GET", "POST"])
@allows(Action.RECORD_SUBMIT)
def new() -> ResponseReturnValue:
    """Write and grade a report; nothing is kept before it is sent."""
    database, actor = context.database(), context.actor()
    audiences = tuple(each for each in list_audiences(database, actor) if each.key != "members")
    form, status = IntelligenceForm(data={"once": new_id()}), 200
    form.offer(list_recipients(database, actor))
    form.offer_audiences(audiences)
    comparison: Comparison | None = None
    if form.is_submitted():
        status = 422
        if form.validate():
            record, handling = form.record(actor.purpose or ""), form.handling(form.code.data or "")
            try:
                if request.form.get("do") == "send":
                    asked = key_of(form, "intelligence")
                    made = taken_once(lambda: submit_handled(database, actor, record, handling, asked=asked))
                    flash(f"Sent. The reference is {made.reference}.")
                    return redirect(url_for("records.show", plural="intelligence", record_id=made.id), 303)
                comparison, status = columns_of(preview_handled(database, actor, record, handling)), 200
            except (Invalid, Conflict) as problem:
                if isinstance(problem, Conflict) or not ask_again(form, problem, "report"):
                    keep_problems(form, problem, fallback="report")
    return render_template(
        "pages/intelligence/new.html",
        form=form,
        comparison=comparison,
        hints={f"{each.agreement}|{each.key}": f"Under {each.agreement}" for each in audiences},
        sources=any(str(role) == "intelligence" for role in actor.roles),
    ), status
