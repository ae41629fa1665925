"""One's own account: passkeys, authenticator app, recovery codes, password, sessions, and what one may do."""

import segno
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from auth.account import change_password, read_account
from auth.codes import begin_authenticator, finish_authenticator, make_recovery_codes, remove_authenticator
from auth.notices import KINDS, read_notices
from auth.passkeys import begin_enrolment, finish_enrolment, remove_passkey
from auth.purposes import purposes_for
from auth.roles import IN_PARTNERSHIP, PERMISSIONS, ROLE_LABELS, Action, Role
from auth.sessions import end_other_sessions, end_own_session
from auth.strength import Strength
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.browser import passkey_party
from portal.web.forms.fields import keep_problems
from portal.web.forms.sentences import PortalForm
from sharing.people.own import read_own_access

blueprint = Blueprint("account", __name__)


class CodeForm(PortalForm):
    """The first code of an authenticator app."""

    code = StringField("The six digits", validators=[InputRequired("Enter the six digits."), Length(max=60)])


class PasswordForm(PortalForm):
    """A new password, twice."""

    password = PasswordField(
        "New password", validators=[InputRequired("Enter a password."), Length(max=1000)]
    )
    password_again = PasswordField(
        "The same again", validators=[EqualTo("password", message="The two are not the same.")]
    )


@blueprint.get("/account")
@allows(Action.SESSION_USE)
def show() -> str:
    """The account, with what has changed of late."""
    return _page()


def _page(password: PasswordForm | None = None) -> str:
    database, actor = context.system_database(), context.actor()
    access = read_own_access(database, actor)
    roles = [
        (ROLE_LABELS[role], sorted(PERMISSIONS[role].actions), access.given.get(role))
        for role in sorted(actor.roles)
    ]
    return render_template(
        "pages/account/show.html",
        page=read_account(database, actor),
        notices=[(KINDS[each.kind], each.at, each.seen) for each in read_notices(database, actor)],
        roles=roles,
        access=access,
        held=[
            (*each, ROLE_LABELS[each[0].role], sorted(IN_PARTNERSHIP[each[0].role])) for each in access.held
        ],
        lapsed=sorted(ROLE_LABELS[role] for role in actor.lapsed),
        purposes=purposes_for(actor.roles),
        form=password or PasswordForm(formdata=None),
        changed=request.args.get("changed") == "yes",
        factor_due=context.factor_due(),
        hardware=context.hardware_wanted(),
    )


def _changed() -> ResponseReturnValue:
    """On to the account after a change of factors: the page offers to end the other sessions."""
    return redirect(url_for("account.show", changed="yes"), 303)


def _acts(role: Role) -> list[Action]:
    return sorted(IN_PARTNERSHIP[role])


@blueprint.post("/account/passkeys/options")
@allows(Action.SESSION_USE)
def passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    options = begin_enrolment(context.system_database(), context.actor(), passkey_party())
    return Response(options, mimetype="application/json")


@blueprint.post("/account/passkeys")
@allows(Action.SESSION_USE)
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    answer, name = request.form.get("answer", ""), request.form.get("name", "")
    made = finish_enrolment(context.system_database(), context.actor(), passkey_party(), answer, name)
    if context.hardware_wanted() and made is not Strength.HARDWARE:
        flash(
            "The passkey is added. Its provider copies it to other devices, so it opens your account and "
            "nothing else. Add one that stays on its device as well, such as a security key."
        )
    else:
        flash("The passkey is added. You can sign in with it from now on.")
    return _changed()


@blueprint.post("/account/passkeys/<uuid:passkey_id>/remove")
@allows(Action.SESSION_USE)
def drop_passkey(passkey_id: object) -> ResponseReturnValue:
    """Remove a passkey."""
    remove_passkey(context.system_database(), context.actor(), str(passkey_id))
    flash("The passkey is removed. It opens nothing here any more.")
    return _changed()


@blueprint.post("/account/authenticator/new")
@allows(Action.SESSION_USE)
def new_authenticator() -> str:
    """Show the code to scan; a code of the app confirms it."""
    return _authenticator_page(CodeForm(formdata=None))


@blueprint.post("/account/authenticator")
@allows(Action.SESSION_USE)
def add_authenticator() -> ResponseReturnValue:
    """Let the app count, since its first code is right."""
    form = CodeForm()
    if form.validate():
        try:
            finish_authenticator(
                context.system_database(),
                context.actor(),
                context.settings().secret_key,
                form.code.data or "",
            )
        except Invalid as problem:
            keep_problems(form, problem, fallback="code")
        else:
            flash("The authenticator app is added. Make recovery codes next, if you have none.")
            return _changed()
    form.code.errors = (*form.code.errors, "Scan the new picture below and try again.")
    return _authenticator_page(form), 422


@blueprint.post("/account/authenticator/remove")
@allows(Action.SESSION_USE)
def drop_authenticator() -> ResponseReturnValue:
    """Take the app away."""
    remove_authenticator(context.system_database(), context.actor())
    flash("The authenticator app is removed.")
    return _changed()


@blueprint.post("/account/recovery-codes")
@allows(Action.SESSION_USE)
def recovery_codes() -> str:
    """Ten new codes, shown this once."""
    codes = make_recovery_codes(context.system_database(), context.actor())
    return render_template("pages/account/recovery.html", codes=codes)


@blueprint.post("/account/password")
@allows(Action.SESSION_USE)
def password() -> ResponseReturnValue:
    """Change the password."""
    form = PasswordForm()
    if form.validate():
        try:
            change_password(
                context.system_database(),
                context.actor(),
                form.password.data or "",
                context.stolen_passwords(),
            )
        except Invalid as problem:
            keep_problems(form, problem, fallback="password")
        else:
            flash("The password is changed.")
            return _changed()
    return _page(form), 422


@blueprint.post("/account/sessions/<uuid:session_id>/end")
@allows(Action.SESSION_USE)
def end_session(session_id: object) -> ResponseReturnValue:
    """End one session of one's own."""
    end_own_session(context.system_database(), context.actor(), str(session_id))
    flash("That session has ended.")
    return redirect(url_for("account.show"), 303)


@blueprint.post("/account/sessions/end-others")
@allows(Action.SESSION_USE)
def end_others() -> ResponseReturnValue:
    """End every session of one's own but this one."""
    end_other_sessions(context.system_database(), context.actor())
    flash("You are signed in here only.")
    return redirect(url_for("account.show"), 303)


def _authenticator_page(form: CodeForm) -> str:
    address = begin_authenticator(context.system_database(), context.actor(), context.settings().secret_key)
    secret = address.partition("secret=")[2].partition("&")[0]
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", svgclass="qr")
    return render_template(
        "pages/account/authenticator.html",
        form=form,
        picture=Markup(picture),  # noqa: S704 - drawn by us, of our own address
        secret=secret,
    )
