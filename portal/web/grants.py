"""Grants given and received, and taking one back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from auth.roles import Action
from portal.gate import context
from portal.gate.admission import allows
from portal.web.asked import grant_view
from sharing.requests.grants import list_grants, revoke_grant

blueprint = Blueprint("grants", __name__)


@blueprint.get("/grants")
@allows(Action.SESSION_USE)
def index() -> str:
    """What this person was granted, and what their agency has granted, until when."""
    lines = list_grants(context.system_database(), context.actor())
    return render_template(
        "pages/grants/index.html",
        received=[grant_view(each, may_revoke=False) for each in lines if not each.given],
        given=[grant_view(each, may_revoke=True) for each in lines if each.given],
    )


@blueprint.post("/grants/<uuid:grant_id>/revoke")
@allows(Action.SESSION_USE)
def revoke(grant_id: object) -> ResponseReturnValue:
    """Take a grant back: it is withheld again at their next look."""
    revoke_grant(context.system_database(), context.actor(), str(grant_id))
    flash("Taken back. It is withheld again at their next look.")
    return redirect(url_for("grants.index"), 303)
