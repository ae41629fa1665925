"""The gallery of the schemes whose subjects this reader may see."""

from flask import Blueprint, render_template

from auth.roles import Action
from portal.gate import context
from portal.gate.admission import allows
from portal.web.presenting import card_view
from sharing.schemes.gallery import read_gallery

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/gallery")
@allows(Action.RECORD_READ)
def index() -> str:
    """Who is in the gallery, until when, and what to do and not to do."""
    cards = [card_view(card) for card in read_gallery(context.database(), context.actor())]
    return render_template("pages/gallery/index.html", cards=cards)
