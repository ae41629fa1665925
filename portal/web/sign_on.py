"""Signing in at one's own agency: on the way there, back, and the page of the agency's administrator.

Cookies of a session are not sent when another site leads here, so the browser holds one of its own for the
way, and a page of ours leads on from the return.
"""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from auth.sign_on.entering import enter, sign_out_by_provider
from auth.sign_on.providers import enforce, read_sign_on, remove_provider, set_provider, unlink
from auth.sign_on.refusals import Refused
from auth.sign_on.trip import Act, Answer, Begun, begin_proof, begin_sign_in, return_address
from foundation.errors import Invalid, Throttled
from portal.gate import context
from portal.gate.admission import allows, called_by_programs, public
from portal.gate.browser import device_label
from portal.gate.identity import (
    give_cookie,
    give_trip_cookie,
    keep_leaving,
    leaves_unasked,
    session_limits,
    take_trip_cookie,
    trip_cookie,
)
from portal.gate.paths import local_path
from portal.web.forms.fields import keep_problems
from portal.web.forms.sign_on import ProviderForm

blueprint = Blueprint("sign_on", __name__)

_DONE = {
    Act.SIGN_IN: "You are signed in",
    Act.LINK: "Your account is linked",
    Act.CONFIRM: "Your agency says that it is you",
}


@blueprint.post("/sign-in/agency/<uuid:provider_id>")
@public
def begin(provider_id: object) -> ResponseReturnValue:
    """Set out to the agency to sign in."""
    path = local_path(request.form.get("next")) or ""
    try:
        begun = begin_sign_in(context.system_database(), context.settings(), str(provider_id), path)
    except Refused as refusal:
        return _refused(refusal)
    return _leave(begun, url_for("sign_in.show_sign_in", next=path or None), next=path)


@blueprint.post("/account/agency")
@allows(Action.SESSION_USE)
def link() -> ResponseReturnValue:
    """Set out to the agency to link the account."""
    return _prove(Act.LINK, url_for("account.show"))


@blueprint.post("/confirm/agency")
@allows(Action.SESSION_USE)
def confirm() -> ResponseReturnValue:
    """Set out to the agency to prove again who one is."""
    return _prove(Act.CONFIRM, local_path(request.form.get("then")) or "")


@blueprint.get("/sign-in/agency/<uuid:provider_id>/return")
@public
def come_back(provider_id: object) -> ResponseReturnValue:
    """Finish what the person went for, or say why not."""
    said = {name: values[0] for name, values in request.args.lists() if len(values) == 1}
    repeated = len(said) != len(request.args)
    answer = Answer(str(provider_id), trip_cookie(), {} if repeated else said, request.remote_addr or "")
    settings = context.settings()
    try:
        entered = enter(
            context.system_database(), settings, answer, session_limits(settings), device=device_label()
        )
    except Refused as refusal:
        return _refused(refusal)
    onward = entered.path or "/"
    if entered.act is Act.SIGN_IN:
        session.clear()  # nothing that was planted before signing in lives on
        onward = url_for("sign_in.show_purposes", next=entered.path or None)
    page = Response(
        render_template(
            "pages/sign_on/back.html",
            title=_DONE[entered.act],
            onward=onward,
            stay=not entered.path and entered.act is Act.CONFIRM,
        )
    )
    give_cookie(page, entered.token)
    take_trip_cookie(page)
    return page


@blueprint.post("/sign-in/agency/<uuid:provider_id>/sign-out")
@public
@called_by_programs
def end(provider_id: object) -> ResponseReturnValue:
    """End what a provider says has ended. Source: OpenID Connect Back-Channel Logout 1.0 section 2.8."""
    tokens = request.form.getlist("logout_token")
    token = tokens[0] if len(tokens) == 1 else ""
    try:
        sign_out_by_provider(
            context.system_database(), context.settings(), str(provider_id), token, request.remote_addr or ""
        )
    except Refused as refusal:
        return jsonify(error="invalid_request", error_description=str(refusal)), 400
    except Throttled as wait:
        return jsonify(error="invalid_request"), 429, {"Retry-After": str(wait.retry_after)}
    return "", 200


@blueprint.route("/sign-on", methods=["GET", "POST"])
@allows(Action.SIGN_ON_RUN)
def show() -> ResponseReturnValue:
    """The agency's provider, and who is linked to it; a form sets it."""
    database, actor, settings = context.system_database(), context.actor(), context.settings()
    form = ProviderForm()
    if form.validate_on_submit():
        try:
            set_provider(database, settings, actor, form.new())
        except Invalid as problem:
            keep_problems(form, problem, fallback="issuer")
        else:
            flash("Kept. The provider was asked and answers as agreed.")
            return redirect(url_for("sign_on.show"), 303)
    page = read_sign_on(database, actor)
    if page is not None and not form.is_submitted():
        form.issuer.data, form.client_id.data, form.acr.data = page.issuer, page.client_id, page.acr
    back = out = ""
    if page is not None:
        back = return_address(settings, page.id)
        out = settings.public_url + url_for("sign_on.end", provider_id=page.id)
    shown = render_template(
        "pages/sign_on/show.html", page=page, form=form, back=back, out=out, hosts=settings.sign_on_hosts
    )
    return (shown, 422) if form.is_submitted() else shown


@blueprint.post("/sign-on/only")
@allows(Action.SIGN_ON_RUN)
def only() -> ResponseReturnValue:
    """Let people in by the provider alone, or here as well."""
    on = request.form.get("only") == "yes"
    enforce(context.system_database(), context.actor(), on=on)
    flash("Your agency’s people sign in there alone from now on." if on else "They may sign in here as well.")
    return redirect(url_for("sign_on.show"), 303)


@blueprint.post("/sign-on/remove")
@allows(Action.SIGN_ON_RUN)
def remove() -> ResponseReturnValue:
    """Take the provider away."""
    remove_provider(context.system_database(), context.actor())
    flash("Removed, with every link.")
    return redirect(url_for("sign_on.show"), 303)


@blueprint.post("/sign-on/people/<string:user_id>/unlink")
@allows(Action.SIGN_ON_RUN)
def drop_link(user_id: str) -> ResponseReturnValue:
    """Take somebody's link away."""
    unlink(context.system_database(), context.actor(), user_id)
    flash("The link is removed, and their sessions have ended.")
    return redirect(url_for("sign_on.show"), 303)


def _prove(act: Act, path: str) -> ResponseReturnValue:
    try:
        begun = begin_proof(context.system_database(), context.settings(), context.actor(), act, path)
    except Refused as refusal:
        return _refused(refusal)
    return _leave(begun, path or url_for("account.show"), then=path)


def _leave(begun: Begun, back: str, **kept: str) -> Response:
    """A notice of where it goes, with a way back; or straight on, if that was chosen in this browser before.

    A link or the page itself leads there: a form of ours may not, by the content security policy.
    Source: OWASP ASVS 5.0 V3.7.3.
    """
    chosen = request.form.get("unasked") == "yes"
    page = Response(
        render_template(
            "pages/sign_on/leave.html",
            address=begun.address,
            host=begun.host,
            at_once=chosen or leaves_unasked(begun.host),
            again=request.path,
            back=back,
            kept=kept.items(),
        )
    )
    give_trip_cookie(page, begun.token)
    if chosen:
        keep_leaving(page, begun.host)
    return page


def _refused(refusal: Refused) -> ResponseReturnValue:
    page = Response(render_template("pages/sign_on/refused.html", told=str(refusal)), 403)
    take_trip_cookie(page)
    return page
