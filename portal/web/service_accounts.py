"""Accounts and keys of an agency's programs: the pages of its administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS, Action, grants_of
from foundation.errors import Invalid
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.service_accounts import AccountForm, KeyForm
from sharing.people.changing import end_account
from sharing.people.keys import (
    end_key,
    list_service_accounts,
    make_key,
    make_service_account,
    offer_key,
    rotate_key,
)

blueprint = Blueprint("service_accounts", __name__)


@blueprint.get("/service-accounts")
@allows(Action.KEY_RUN)
def index() -> str:
    """The accounts with their keys."""
    accounts = list_service_accounts(context.system_database(), context.actor())
    return render_template("pages/service_accounts/index.html", accounts=accounts, labels=ROLE_LABELS)


@blueprint.route("/service-accounts/new", methods=["GET", "POST"])
@allows(Action.KEY_RUN)
def new() -> ResponseReturnValue:
    """Make an account for a program."""
    database, actor, form = context.system_database(), context.actor(), AccountForm()
    form.offer(grants_of(actor.roles))
    if form.validate_on_submit():
        try:
            roles = [role for role in ROLE_LABELS if role in form.roles.data]
            made = make_service_account(database, actor, form.name.data or "", roles)
        except Invalid as problem:
            keep_problems(form, problem, fallback="name")
        else:
            flash("The account is made. Make its key next.")
            return redirect(url_for("service_accounts.new_key", account_id=made), 303)
    page = render_template("pages/service_accounts/new.html", form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/service-accounts/<string:account_id>/keys/new", methods=["GET", "POST"])
@allows(Action.KEY_RUN)
def new_key(account_id: str) -> ResponseReturnValue:
    """Make a key; the answer to a good form shows it, this once."""
    database, actor, form = context.system_database(), context.actor(), KeyForm()
    offered = offer_key(database, actor, account_id)
    form.offer(offered)
    if form.validate_on_submit():
        try:
            _, token = make_key(database, actor, account_id, form.new())
        except Invalid as problem:
            keep_problems(form, problem, fallback="name")
        else:
            return render_template("pages/service_accounts/key.html", token=token, replaced=False), 201
    page = render_template("pages/service_accounts/new_key.html", form=form, offered=offered)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/service-accounts/keys/<uuid:key_id>/rotate")
@allows(Action.KEY_RUN)
def rotate(key_id: object) -> ResponseReturnValue:
    """Make another key in its place, which is shown this once."""
    _, token = rotate_key(context.system_database(), context.actor(), str(key_id))
    return render_template("pages/service_accounts/key.html", token=token, replaced=True), 201


@blueprint.post("/service-accounts/keys/<uuid:key_id>/end")
@allows(Action.KEY_RUN)
def end_one(key_id: object) -> ResponseReturnValue:
    """End a key at once."""
    end_key(context.system_database(), context.actor(), str(key_id))
    flash("The key has ended. It opens nothing any more.")
    return redirect(url_for("service_accounts.index"), 303)


@blueprint.post("/service-accounts/<string:account_id>/end")
@allows(Action.KEY_RUN)
def end(account_id: str) -> ResponseReturnValue:
    """End an account with all its keys."""
    offer_key(context.system_database(), context.actor(), account_id)
    end_account(context.system_database(), context.actor(), account_id)
    flash("The account and its keys have ended.")
    return redirect(url_for("service_accounts.index"), 303)
