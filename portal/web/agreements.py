"""Agreements as their parties read them."""

from flask import Blueprint, render_template

from auth.roles import Action
from portal.gate import context
from portal.gate.admission import allows
from sharing.register import list_agreements, read_agreement

blueprint = Blueprint("agreements", __name__)


@blueprint.get("/agreements")
@allows(Action.AGREEMENT_READ)
def index() -> str:
    """The agreements to which the agency is a party."""
    agreements = list_agreements(context.database(), context.actor())
    return render_template("pages/agreements/index.html", agreements=agreements)


@blueprint.get("/agreements/<string:agreement_id>")
@allows(Action.AGREEMENT_READ)
def show(agreement_id: str) -> str:
    """One agreement, clause by clause."""
    page = read_agreement(context.database(), context.actor(), agreement_id[:40])
    return render_template("pages/agreements/show.html", page=page)
