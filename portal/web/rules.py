"""The rules of a scheme: members read and accept them, the partnership's manager sets them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from auth.roles import Action, Role
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.paths import local_path
from portal.web.forms.fields import keep_problems
from portal.web.forms.sentences import PortalForm
from sharing.people.rules import accept_rules, read_rules, set_rules

blueprint = Blueprint("rules", __name__)


class RulesForm(PortalForm):
    """The whole text, paragraphs parted by an empty line."""

    text = TextAreaField("Rules", validators=[InputRequired("Write the rules."), Length(max=20_000)])


@blueprint.get("/rules")
@allows(Action.SESSION_USE)
def show() -> str:
    """The rules in force, with what is new to the reader."""
    actor = context.actor()
    return render_template(
        "pages/rules/show.html",
        rules=read_rules(context.system_database(), actor),
        member=Role.MEMBER in actor.roles,
        may_set=actor.may(Action.RULES_SET),
        next=local_path(request.args.get("next")) or "/",
    )


@blueprint.post("/rules/accept")
@allows(Action.SESSION_USE)
def accept() -> ResponseReturnValue:
    """Accept what was read, and go on."""
    number = request.form.get("number", "")
    accept_rules(context.system_database(), context.actor(), int(number) if number.isdecimal() else 0)
    return redirect(local_path(request.form.get("next")) or "/", 303)


@blueprint.route("/rules/edit", methods=["GET", "POST"])
@allows(Action.RULES_SET)
def edit() -> ResponseReturnValue:
    """Set another version."""
    database, actor, form = context.system_database(), context.actor(), RulesForm()
    if form.validate_on_submit():
        try:
            number = set_rules(database, actor, form.text.data or "")
        except Invalid as problem:
            keep_problems(form, problem, fallback="text")
        else:
            flash(f"Version {number} is in force. Each member accepts it before going on.")
            return redirect(url_for("rules.show"), 303)
    rules = read_rules(database, actor)
    if not form.is_submitted() and rules is not None:
        form.text.data = rules.text
    page = render_template("pages/rules/edit.html", form=form)
    return (page, 422) if form.is_submitted() else page
