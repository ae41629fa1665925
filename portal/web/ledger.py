"""The ledger as an agency's data protection officer and auditor read it."""

from flask import Blueprint, render_template

from auth.roles import Action
from portal.gate import context
from portal.gate.admission import allows
from sharing.consultations import read_ledger

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/ledger")
@allows(Action.LEDGER_READ)
def index() -> str:
    """The newest entries that concern the agency."""
    entries = read_ledger(context.database(), context.actor())
    return render_template("pages/ledger/index.html", entries=entries)
