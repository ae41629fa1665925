"""Webhooks of an agency, and what could not be done for it: the pages of its administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth.purposes import purpose_label
from auth.roles import Action
from foundation.errors import Conflict, Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.webhooks import WebhookForm
from sharing.given_up import let_go, list_given_up, try_again
from sharing.webhooks.registering import (
    EVENTS,
    end_webhook,
    list_accounts,
    list_webhooks,
    read_webhook,
    register_webhook,
    test_webhook,
)

blueprint = Blueprint("webhooks", __name__)

#: What people read for a kind of job that was given up.
KINDS = {
    "export:clear": "Deleting an export whose time is over",
    "export:make": "Making an export",
    "mail": "Sending a letter",
    "person:invite": "Sending an invitation",
    "person:regain": "Sending a link for a new factor",
    "webhook:announce": "Finding out whom to tell",
    "webhook:deliver": "Telling a webhook",
}


@blueprint.get("/webhooks")
@allows(Action.WEBHOOK_RUN)
def index() -> str:
    """The agency's addresses, and what could not be done for the agency."""
    database, actor = context.system_database(), context.actor()
    return render_template(
        "pages/webhooks/index.html",
        webhooks=list_webhooks(database, actor),
        given_up=list_given_up(database, actor),
        kinds=KINDS,
        events=EVENTS,
    )


@blueprint.route("/webhooks/new", methods=["GET", "POST"])
@allows(Action.WEBHOOK_RUN)
def new() -> ResponseReturnValue:
    """Register an address; the answer to a good form shows the secret, this once."""
    database, actor, settings = context.system_database(), context.actor(), context.settings()
    form = WebhookForm()
    form.offer(list_accounts(database, actor), EVENTS)
    if form.validate_on_submit():
        try:
            made, secret = register_webhook(database, settings, actor, form.new())
        except (Invalid, Conflict) as problem:
            keep_problems(form, problem, fallback="url")
        else:
            line, _ = read_webhook(database, actor, made)
            return render_template("pages/webhooks/secret.html", webhook=line, secret=secret), 201
    page = render_template("pages/webhooks/new.html", form=form, hosts=settings.webhook_hosts)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/webhooks/<uuid:webhook_id>")
@allows(Action.WEBHOOK_RUN)
def show(webhook_id: object) -> str:
    """One address, with what was told to it."""
    line, deliveries = read_webhook(context.system_database(), context.actor(), str(webhook_id))
    return render_template(
        "pages/webhooks/show.html",
        webhook=line,
        deliveries=deliveries,
        events={str(event): words for event, words in EVENTS.items()},
        purpose=purpose_label(line.purpose),
    )


@blueprint.post("/webhooks/<uuid:webhook_id>/test")
@allows(Action.WEBHOOK_RUN)
def test(webhook_id: object) -> ResponseReturnValue:
    """Send something that says nothing."""
    test_webhook(context.system_database(), context.actor(), str(webhook_id))
    flash("A test is on its way. How it went stands below in a moment.")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@blueprint.post("/webhooks/<uuid:webhook_id>/end")
@allows(Action.WEBHOOK_RUN)
def end(webhook_id: object) -> ResponseReturnValue:
    """Send nothing there any more."""
    end_webhook(context.system_database(), context.actor(), str(webhook_id))
    flash("Ended. Nothing is sent there any more, and what waited is not sent either.")
    return redirect(url_for("webhooks.index"), 303)


@blueprint.post("/webhooks/given-up/<uuid:job_id>/again")
@allows(Action.WEBHOOK_RUN)
def again(job_id: object) -> ResponseReturnValue:
    """Let something that was given up begin anew."""
    try_again(context.system_database(), context.actor(), str(job_id))
    flash("It is tried again.")
    return redirect(url_for("webhooks.index"), 303)


@blueprint.post("/webhooks/given-up/<uuid:job_id>/let-go")
@allows(Action.WEBHOOK_RUN)
def drop(job_id: object) -> ResponseReturnValue:
    """Forget something that was given up."""
    let_go(context.system_database(), context.actor(), str(job_id))
    flash("It is not tried again.")
    return redirect(url_for("webhooks.index"), 303)
