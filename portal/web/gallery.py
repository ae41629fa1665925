"""The gallery of the schemes whose subjects this reader may see."""

from flask import Blueprint, render_template, url_for

from auth.roles import Action
from portal.gate import context
from portal.gate.admission import allows
from portal.web.presenting import CardView, card_view
from sharing.schemes.gallery import read_gallery

blueprint = Blueprint("gallery", __name__)


@blueprint.get("/gallery")
@allows(Action.RECORD_READ)
def index() -> str:
    """Who is in the gallery, until when, and what to do and not to do."""
    cards = [card_view(card) for card in read_gallery(context.database(), context.actor())]
    return render_template(
        "pages/gallery/index.html",
        items=[_item(card) for card in cards],
        may_report=context.actor().may(Action.REPORT_SUBMIT),
    )


def _item(card: CardView) -> dict[str, object]:
    """A card as components/cards.html takes it."""
    do, _, do_not = card.advice.partition("Do not:")
    reports = (
        f"{card.reports} {'report' if card.reports == 1 else 'reports'} that you can see"
        if card.reports
        else ""
    )
    return {
        "address": url_for("records.show", plural="subjects", record_id=card.id),
        "name": card.title,
        "state": card.card,
        "colour": {"Yellow card": "amber", "Excluded": "red"}.get(card.card, ""),
        "picture": url_for("records.still", media_id=card.still) if card.still else "",
        "alt": f"Picture of {card.title}",
        "picture_withheld": card.picture_withheld,
        "text": ". ".join(part for part in (card.description, reports) if part),
        "do": do.removeprefix("Do:").strip(),
        "do_not": do_not.strip(),
        "until": card.leaves,
    }
