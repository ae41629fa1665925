"""Proving again who one is, before signing, granting or breaking glass; what was typed goes along."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from auth.account import agency_sign_in
from auth.confirming import confirm_for_demonstration, confirm_with_code, confirm_with_password
from auth.passkeys import begin_use, confirm_with_passkey
from auth.roles import Action
from auth.sessions import rotate
from auth.strength import Due
from foundation import clock
from foundation.errors import FactorRequired, Invalid, Throttled, Unauthenticated
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.browser import passkey_party
from portal.gate.identity import give_cookie
from portal.gate.paths import form_path, kept_fields, local_path
from portal.web.forms.sentences import PortalForm

blueprint = Blueprint("confirm", __name__)


class ConfirmForm(PortalForm):
    """The password once more, with the code of the authenticator app for whoever has one."""

    password = PasswordField("Password", validators=[InputRequired("Enter your password."), Length(max=1000)])
    code = StringField("Code of your app, or a recovery code, if you have one", validators=[Length(max=60)])


class HalfForm(PortalForm):
    """The code that follows a first half which was given elsewhere."""

    code = StringField(
        "Code of your app, or a recovery code",
        validators=[InputRequired("Enter the code."), Length(max=60)],
    )


def ask_to_confirm() -> ResponseReturnValue:
    """The page that asks for a proof in place of the act that needed one; answers a refused request."""
    if request.method in {"GET", "HEAD"}:
        return _page(ConfirmForm(formdata=None), request.path, ()), 401
    return _page(ConfirmForm(formdata=None), request.path, kept_fields(), post=True), 401


@blueprint.get("/confirm")
@allows(Action.SESSION_USE)
def show() -> ResponseReturnValue:
    """The form, with where to go on after it."""
    form = HalfForm if context.factor_due() is Due.PROVE else ConfirmForm
    return _page(form(formdata=None), local_path(request.args.get("next")) or "/", ())


@blueprint.post("/confirm/options")
@allows(Action.SESSION_USE)
def options() -> Response:
    """What the browser needs to use a passkey here."""
    actor = context.actor()
    asked = begin_use(context.system_database(), actor.session, passkey_party(), "confirm")
    return Response(asked, mimetype="application/json")


@blueprint.post("/confirm")
@allows(Action.SESSION_USE)
def confirm() -> ResponseReturnValue:
    """Keep the proof, then go on to the page, or show what was typed to be sent."""
    form = HalfForm() if context.factor_due() is Due.PROVE else ConfirmForm()
    post = request.form.get("post") == "yes"
    path = (form_path if post else local_path)(request.form.get("then")) or "/"
    kept = kept_fields("then", "post", "password", "code", "answer", "proven") if post else ()
    try:
        token = _proof(form)
    except (Unauthenticated, Throttled, Invalid) as refusal:
        of_password = isinstance(form, ConfirmForm) and not isinstance(refusal, Invalid)
        field = form["password" if of_password else "code"]
        field.errors = (str(refusal) if not isinstance(refusal, Invalid) else refusal.problems["code"],)
        token = None
    if token is None:
        return _page(form, path, kept, post=post), 422
    if post:
        page = Response(render_template("pages/confirm/send.html", path=path, kept=kept))
    else:
        page = Response(status=303, headers={"Location": path})
    give_cookie(page, token)
    return page


def _proof(form: ConfirmForm | HalfForm) -> str | None:
    """The session's new token, None if the form was not filled in."""
    database, actor, settings = context.system_database(), context.actor(), context.settings()
    if request.form.get("proven"):
        return _proven_elsewhere()
    if request.form.get("answer"):
        return confirm_with_passkey(database, actor, passkey_party(), request.form["answer"])
    if isinstance(form, ConfirmForm) and settings.is_demonstration and not form.password.data:
        return confirm_for_demonstration(database, actor)
    if not form.validate():
        return None
    origin, code = request.remote_addr or "", form.code.data or ""
    if isinstance(form, HalfForm):
        return confirm_with_code(database, actor, code, origin, secret_key=settings.secret_key)
    return confirm_with_password(
        database, actor, form.password.data or "", origin, code=code, secret_key=settings.secret_key
    )


def _proven_elsewhere() -> str:
    """The session's new token, if the proof was given at the agency in the meantime."""
    try:
        context.actor().require_fresh_factor(clock.now())
    except FactorRequired:
        raise Unauthenticated("Your agency has not said yet that it is you.") from None
    return rotate(context.system_database(), context.actor())


def _page(
    form: ConfirmForm | HalfForm, path: str, kept: tuple[tuple[str, str], ...], *, post: bool = False
) -> str:
    if isinstance(form, HalfForm):
        return render_template(
            "pages/confirm/half.html", form=form, path=path, hardware=context.hardware_due()
        )
    agency = agency_sign_in(context.system_database(), context.actor())
    return render_template(
        "pages/confirm/show.html", form=form, path=path, kept=kept, post=post, agency=agency
    )
