"""Accepting an invitation: the one page that its link opens."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS
from foundation.errors import Conflict, Invalid, Missing
from portal.gate import context
from portal.gate.admission import public
from portal.gate.browser import device_label, passkey_party
from portal.gate.identity import session_limits
from portal.web.forms.fields import keep_problems
from portal.web.forms.people import JoinForm
from portal.web.sign_in import begin
from sharing.people.joining import (
    Browser,
    join_options,
    join_with_passkey,
    join_with_password,
    read_invitation,
)

blueprint = Blueprint("joining", __name__)


@blueprint.get("/join/<string:token>")
@public
def show(token: str) -> ResponseReturnValue:
    """What the invitation is for, and the ways to accept it."""
    return _page(token, JoinForm(formdata=None))


@blueprint.post("/join/<string:token>/passkey/options")
@public
def passkey_options(token: str) -> Response:
    """What the browser needs to make a passkey."""
    options = join_options(context.system_database(), token, passkey_party())
    return Response(options, mimetype="application/json")


@blueprint.post("/join/<string:token>")
@public
def join(token: str) -> ResponseReturnValue:
    """Accept it, with the passkey that the browser made or with a password."""
    form, database = JoinForm(), context.system_database()
    browser = Browser(session_limits(context.settings()), device_label())
    name, answer = form.name.data or "", request.form.get("answer")
    try:
        if answer:
            return begin(join_with_passkey(database, token, name, (passkey_party(), answer), browser))
        if form.validate():
            return begin(
                join_with_password(
                    database, token, name, form.password.data or "", browser, context.stolen_passwords()
                )
            )
    except Missing:
        return _gone()
    except (Invalid, Conflict) as problem:
        keep_problems(form, problem, fallback="name")
    page, status = _page(token, form)
    return page, 422 if status == 200 else status


def _page(token: str, form: JoinForm) -> tuple[str, int]:
    try:
        invited = read_invitation(context.system_database(), token)
    except Missing:
        return _gone()
    if not form.is_submitted():
        form.name.data = invited.name
    return render_template(
        "pages/joining/show.html", invited=invited, form=form, link=token, labels=ROLE_LABELS
    ), 200


def _gone() -> tuple[str, int]:
    return render_template("pages/joining/gone.html"), 404
