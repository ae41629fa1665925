"""Signing in and out, and stating a purpose."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovRadioInput, GovTextInput
from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from auth.accounts import demonstration_people
from auth.actor import Actor
from auth.passkeys import begin_use, sign_in_with_passkey
from auth.purposes import purposes_for
from auth.roles import Action
from auth.sessions import choose_purpose, end_session
from auth.sign_in import finish_sign_in, sign_in, sign_in_for_demonstration
from auth.sign_on.providers import offered
from foundation.errors import Invalid, Missing, Throttled, Unauthenticated
from portal.gate import context
from portal.gate.admission import allows, public
from portal.gate.browser import browser_digest, device_label, passkey_party
from portal.gate.identity import give_cookie, session_limits, take_cookie
from portal.gate.paths import local_path
from portal.web.forms.sentences import PortalForm

blueprint = Blueprint("sign_in", __name__)

#: So many agencies of the demonstration are shown at once; the others open on request.
_FIRST = 6
#: Where flask's own session keeps the token of a sign-in's first half.
_STEP = "sign-in-step"


class SignInForm(PortalForm):
    """The account's address and password."""

    email = StringField(
        "Work email address",
        widget=GovTextInput(),
        validators=[InputRequired("Enter your work email address."), Length(max=254)],
    )
    password = PasswordField(
        "Password",
        widget=GovPasswordInput(),
        validators=[InputRequired("Enter your password."), Length(max=1000)],
    )


class CodeForm(PortalForm):
    """The code of an authenticator app, or a recovery code."""

    code = StringField(
        "Code", widget=GovTextInput(), validators=[InputRequired("Enter the code."), Length(max=60)]
    )


class PurposeForm(PortalForm):
    """For what the person reads from now on."""

    purpose = RadioField(
        "What are you here to do?",
        widget=GovRadioInput(),
        validators=[InputRequired("Choose what you are here to do.")],
    )


@blueprint.get("/sign-in")
@public
def show_sign_in() -> ResponseReturnValue:
    """The form, and in the demonstration the people to try it as."""
    return _sign_in_page(SignInForm(formdata=None))


@blueprint.post("/sign-in")
@public
def sign_in_with_password() -> ResponseReturnValue:
    """Begin a session, or show the form again with what is wrong."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form), 422
    limits, origin = session_limits(context.settings()), request.remote_addr or ""
    try:
        done = sign_in(
            context.system_database(),
            form.email.data,
            form.password.data,
            origin,
            limits,
            device=device_label(),
        )
    except Unauthenticated as refusal:
        form.email.errors = (str(refusal),)
        return _sign_in_page(form), 403  # the same whether the account is unknown, or may not sign in here
    except Throttled as wait:
        form.email.errors = (str(wait),)
        return _sign_in_page(form), 429, {"Retry-After": str(wait.retry_after)}
    if done.session:
        return begin(done.session)
    session[_STEP] = done.step
    return redirect(url_for("sign_in.show_code", next=_next()), code=303)


@blueprint.get("/sign-in/code")
@public
def show_code() -> ResponseReturnValue:
    """The second half: the code of the authenticator app, or a recovery code."""
    return _code_page(CodeForm(formdata=None))


@blueprint.post("/sign-in/code")
@public
def sign_in_with_code() -> ResponseReturnValue:
    """Begin a session, or show the form again with what is wrong."""
    form, settings = CodeForm(), context.settings()
    if not form.validate():
        return _code_page(form), 422
    step = str(session.get(_STEP, ""))
    try:
        token = finish_sign_in(
            context.system_database(),
            step,
            form.code.data or "",
            settings.secret_key,
            session_limits(settings),
            device=device_label(),
        )
    except (Invalid, Throttled) as refusal:
        told = refusal.problems["code"] if isinstance(refusal, Invalid) else str(refusal)
        form.code.errors = (told,)
        return _code_page(form), 422 if isinstance(refusal, Invalid) else 429
    return begin(token)


@blueprint.post("/sign-in/passkey/options")
@public
def passkey_options() -> Response:
    """What the browser needs to use a passkey here."""
    options = begin_use(context.system_database(), browser_digest(), passkey_party(), "sign-in")
    return Response(options, mimetype="application/json")


@blueprint.post("/sign-in/passkey")
@public
def sign_in_by_passkey() -> ResponseReturnValue:
    """Begin a session for whoever's passkey answered."""
    form = SignInForm(formdata=None)
    try:
        token = sign_in_with_passkey(
            context.system_database(),
            browser_digest(),
            passkey_party(),
            request.form.get("answer", ""),
            session_limits(context.settings()),
            device=device_label(),
        )
    except Unauthenticated as refusal:
        form.email.errors = (str(refusal),)
        return _sign_in_page(form), 422
    return begin(token)


@blueprint.post("/sign-in/demonstration")
@public
def sign_in_as_invented_person() -> ResponseReturnValue:
    """Begin a session as somebody who does not exist, in the demonstration only."""
    if not context.settings().is_demonstration:
        raise Missing("There is nothing here that you can see.")
    limits = session_limits(context.settings())
    user = request.form.get("user", "")
    return begin(sign_in_for_demonstration(context.system_database(), user, limits, device=device_label()))


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session here and in the database."""
    actor = context.actor_if_any()
    if actor is not None:
        end_session(context.system_database(), actor)
    session.clear()
    response = redirect(url_for("sign_in.show_sign_in"), code=303)
    take_cookie(response)
    return response


@blueprint.get("/purpose")
@allows(Action.SESSION_USE)
def show_purposes() -> ResponseReturnValue:
    """The purposes that the person's roles may state; if all their roles are closed, why."""
    actor = context.actor()
    if actor.lapsed and not purposes_for(actor.roles):
        return redirect(url_for("vetting.own"), 303)
    return _purpose_page(_purpose_form())


@blueprint.post("/purpose")
@allows(Action.SESSION_USE)
def state_purpose() -> ResponseReturnValue:
    """Keep the purpose for the session and go on."""
    form = _purpose_form()
    if not form.validate():
        return _purpose_page(form), 422
    choose_purpose(context.system_database(), context.actor(), form.purpose.data)
    return redirect(_next() or "/", code=303)


def begin(token: str) -> ResponseReturnValue:
    """Go on with the session of this token, in place of any that the browser held before."""
    before = context.actor_if_any()
    if before is not None:
        end_session(context.system_database(), before)
    session.clear()  # nothing that was planted before signing in lives on
    response = redirect(url_for("sign_in.show_purposes", next=_next()), code=303)
    give_cookie(response, token)
    return response


def _next() -> str | None:
    return local_path(request.values.get("next"))


def _purpose_form() -> PurposeForm:
    actor = context.actor()
    form = PurposeForm(purpose=actor.purpose)
    form.purpose.choices = [SelectChoice(each.slug, each.label) for each in purposes_for(actor.roles)]
    return form


def _sign_in_page(form: SignInForm) -> str:
    people = demonstration_people(context.system_database()) if context.settings().is_demonstration else ()
    agencies: dict[str, list[tuple[Actor, str]]] = {}
    for person, line in people:
        agencies.setdefault(person.agency_name, []).append((person, line))
    groups = list(agencies.items())
    return render_template(
        "pages/sign_in/show.html",
        form=form,
        groups=groups[:_FIRST],
        more=groups[_FIRST:],
        next=_next(),
        offered=offered(context.system_database()),
    )


def _code_page(form: CodeForm) -> str:
    return render_template("pages/sign_in/code.html", form=form, next=_next())


def _purpose_page(form: PurposeForm) -> str:
    return render_template("pages/sign_in/purpose.html", form=form, next=_next())
