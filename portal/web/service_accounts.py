"""Accounts and keys of an agency's programs: the pages of its administrators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth.roles import ROLE_LABELS, Action, grants_of
from foundation.errors import Invalid, Missing
from portal.gate import context
from portal.gate.admission import allows
from portal.web.forms.fields import keep_problems
from portal.web.forms.service_accounts import AccountForm, KeyForm, RotationForm
from sharing.people.changing import end_account
from sharing.people.keys import (
    Key,
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
            _, token = make_key(database, actor, account_id, form.new(), bound_only=_bound_only())
        except Invalid as problem:
            keep_problems(form, problem, fallback="name")
        else:
            signed = bool((form.holder_key.data or "").strip())
            return _shown(token, replaced=False, signed=signed)
    page = render_template(
        "pages/service_accounts/new_key.html", form=form, offered=offered, bound_only=_bound_only()
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/service-accounts/keys/<uuid:key_id>/rotate", methods=["GET", "POST"])
@allows(Action.KEY_RUN)
def rotate(key_id: object) -> ResponseReturnValue:
    """Make another key in its place, which is shown this once, and say whose it is."""
    database, actor, key = context.system_database(), context.actor(), _own_key(str(key_id))
    form = RotationForm()
    form.offer(key)
    if form.validate_on_submit():
        given = form.holder_key.data or ""
        try:
            _, token = rotate_key(database, actor, key.id, given, bound_only=_bound_only())
        except Invalid as problem:
            keep_problems(form, problem, fallback="holder_key")
        else:
            return _shown(token, replaced=True, signed=bool(key.holder or given.strip()))
    page = render_template("pages/service_accounts/rotate.html", form=form, key=key)
    return (page, 422) if form.is_submitted() else page


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


def _shown(token: str, *, replaced: bool, signed: bool) -> ResponseReturnValue:
    return render_template(
        "pages/service_accounts/key.html", token=token, replaced=replaced, signed=signed
    ), 201


def _bound_only() -> bool:
    return context.settings().keys_bound == "required"


def _own_key(key_id: str) -> Key:
    accounts = list_service_accounts(context.system_database(), context.actor())
    own = (key for account in accounts for key in account.keys)
    found = next((key for key in own if key.id == key_id and key.state == "live"), None)
    if found is None:
        raise Missing("There is nothing here that you can see.")
    return found
