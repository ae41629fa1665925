"""Vetting: one's own with what to do; for administrators everybody's, the rules, and recording a check."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS, Action, Role
from auth.vetting import CHECKS
from foundation.errors import Denied, Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.people import CheckForm, VettingRuleForm
from sharing.people.vetting import (
    end_vetting,
    list_vetting,
    read_own_vetting,
    read_vetting,
    record_vetting,
    set_vetting_rule,
)

blueprint = Blueprint("vetting", __name__)


@blueprint.get("/vetting")
@allows(Action.SESSION_USE)
def own() -> str:
    """One's own vetting, what is closed without it, and whom to ask."""
    page = read_own_vetting(context.system_database(), context.actor())
    return render_template("pages/vetting/own.html", page=page, labels=ROLE_LABELS, kinds=CHECKS)


@blueprint.route("/people/vetting", methods=["GET", "POST"])
@allows(Action.PEOPLE_RUN)
def index() -> ResponseReturnValue:
    """Everybody of whom a rule wants vetting, and the rules, of which a form sets one."""
    database, actor = context.system_database(), context.actor()
    page, form = list_vetting(database, actor), VettingRuleForm()
    form.offer(page.settable)
    if form.validate_on_submit():
        try:
            set_vetting_rule(database, actor, Role(form.role.data), form.kinds.data or ())
        except Invalid as problem:
            keep_problems(form, problem, fallback="kinds")
        else:
            flash("The rule is set. It counts from now on.")
            return redirect(url_for("vetting.index"), 303)
    shown = render_template(
        "pages/vetting/index.html", page=page, form=form, labels=ROLE_LABELS, kinds=CHECKS
    )
    return (shown, 422) if form.is_submitted() else shown


@blueprint.route("/people/<string:person_id>/vetting", methods=["GET", "POST"])
@allows(Action.PEOPLE_RUN)
def record(person_id: str) -> ResponseReturnValue:
    """The checks of one person, and recording another."""
    database, actor, form = context.system_database(), context.actor(), CheckForm()
    person = read_vetting(database, actor, person_id)
    if form.validate_on_submit():
        try:
            record_vetting(database, actor, person_id, form.check())
        except Invalid as problem:
            keep_problems(form, problem, fallback="kind")
        except Denied as problem:
            keep_problems(form, Invalid({"kind": str(problem)}), fallback="kind")
        else:
            flash("The check is recorded. What it opens is open from now on.")
            return redirect(url_for("vetting.index"), 303)
    shown = render_template(
        "pages/vetting/record.html", person=person, form=form, labels=ROLE_LABELS, kinds=CHECKS
    )
    return (shown, 422) if form.is_submitted() else shown


@blueprint.post("/people/<string:person_id>/vetting/end")
@allows(Action.PEOPLE_RUN)
def end(person_id: str) -> ResponseReturnValue:
    """A check counts no more."""
    end_vetting(context.system_database(), context.actor(), person_id, request.form.get("kind", ""))
    flash("The check counts no more. What it opened is closed.")
    return redirect(url_for("vetting.record", person_id=person_id), 303)
