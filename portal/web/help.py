"""Four short pages for everybody: help, accessibility, privacy, and what is recorded about one's use."""

from flask import Blueprint, render_template

from portal.gate.admission import public

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
@public
def show() -> str:
    """How to work with the portal."""
    return render_template("pages/help/show.html")


@blueprint.get("/help/accessibility")
@public
def accessibility() -> str:
    """What works for whom, and what does not yet."""
    return render_template("pages/help/accessibility.html")


@blueprint.get("/help/privacy")
@public
def privacy() -> str:
    """Whose information this is, and how people learn what is held about them."""
    return render_template("pages/help/privacy.html")


@blueprint.get("/help/recorded")
@public
def recorded() -> str:
    """What the ledger keeps of somebody's use."""
    return render_template("pages/help/recorded.html")
