"""A lost factor: saying so, vouching as the second person, and enrolling a new one by link and code."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from auth.roles import Action
from foundation.errors import Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows, public
from portal.gate.browser import device_label, passkey_party
from portal.gate.identity import session_limits
from portal.web.forms.fields import keep_problems
from portal.web.forms.sentences import PortalForm
from portal.web.sign_in import begin
from sharing.people.joining import Browser
from sharing.people.regaining import (
    read_regaining,
    regain_options,
    regain_with_passkey,
    regain_with_password,
)
from sharing.people.vouching import read_lost, refuse_lost, say_lost, vouch

blueprint = Blueprint("vouching", __name__)


class RegainForm(PortalForm):
    """The code that was said, and a new password."""

    code = StringField(
        "The code that was said to you", validators=[InputRequired("Enter the code."), Length(max=60)]
    )
    password = PasswordField(
        "New password", validators=[InputRequired("Enter a password."), Length(max=1000)]
    )
    password_again = PasswordField(
        "The same again", validators=[EqualTo("password", message="The two are not the same.")]
    )


@blueprint.post("/people/<string:person_id>/lost")
@allows(Action.PEOPLE_RUN)
def ask(person_id: str) -> ResponseReturnValue:
    """Say that somebody has lost every factor."""
    say_lost(context.system_database(), context.actor(), person_id)
    flash("A second administrator, a signatory or the data protection officer is asked to vouch for them.")
    return redirect(url_for("people.show", person_id=person_id), 303)


@blueprint.get("/lost-factors/<uuid:lost_id>")
@allows(Action.PEOPLE_VOUCH)
def show(lost_id: object) -> str:
    """What a second person has to decide."""
    lost = read_lost(context.system_database(), context.actor(), str(lost_id))
    return render_template("pages/vouching/show.html", lost=lost, code="")


@blueprint.post("/lost-factors/<uuid:lost_id>")
@allows(Action.PEOPLE_VOUCH)
def decide(lost_id: object) -> ResponseReturnValue:
    """Vouch, which shows the code this once."""
    database, actor = context.system_database(), context.actor()
    lost = read_lost(database, actor, str(lost_id))
    code = vouch(database, actor, lost.id)
    return render_template("pages/vouching/show.html", lost=lost, code=code)


@blueprint.post("/lost-factors/<uuid:lost_id>/refuse")
@allows(Action.PEOPLE_VOUCH)
def refuse(lost_id: object) -> ResponseReturnValue:
    """Refuse it, or take it back."""
    refuse_lost(context.system_database(), context.actor(), str(lost_id))
    flash("Nothing was changed. If somebody tried to get into an account, tell your data protection officer.")
    return redirect("/", 303)


@blueprint.get("/regain/<string:token>")
@public
def show_regaining(token: str) -> ResponseReturnValue:
    """The ways to enrol a new factor."""
    return _page(token, RegainForm(formdata=None))


@blueprint.post("/regain/<string:token>/passkey/options")
@public
def passkey_options(token: str) -> Response:
    """What the browser needs to make a passkey."""
    options = regain_options(context.system_database(), token, passkey_party())
    return Response(options, mimetype="application/json")


@blueprint.post("/regain/<string:token>")
@public
def regain(token: str) -> ResponseReturnValue:
    """Enrol the passkey that the browser made, or a password."""
    form, database = RegainForm(), context.system_database()
    browser = Browser(session_limits(context.settings()), device_label())
    code, answer = form.code.data or "", request.form.get("answer")
    try:
        if answer:
            return begin(regain_with_passkey(database, token, code, (passkey_party(), answer), browser))
        if form.validate():
            return begin(
                regain_with_password(
                    database, token, code, form.password.data or "", browser, context.stolen_passwords()
                )
            )
    except Missing:
        return _gone()
    except Invalid as problem:
        keep_problems(form, problem, fallback="code")
    page, status = _page(token, form)
    return page, 422 if status == 200 else status


def _page(token: str, form: RegainForm) -> tuple[str, int]:
    try:
        regaining = read_regaining(context.system_database(), token)
    except Missing:
        return _gone()
    return render_template("pages/vouching/regain.html", regaining=regaining, form=form, link=token), 200


def _gone() -> tuple[str, int]:
    return render_template("pages/joining/gone.html"), 404
