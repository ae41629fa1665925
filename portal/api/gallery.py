"""The gallery at the JSON door: the subjects whom members look out for, as this reader may see them."""

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.bodies import record_body
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.schemes.gallery import Card, read_gallery

gallery = Noun("api_gallery", __name__, url_prefix="/api/v1/gallery", description="The gallery")


@gallery.route("")
class Gallery(MethodView):
    """The subjects in the gallery."""

    @allows(Action.RECORD_READ)
    def get(self) -> Response:
        """Those who have not left it yet, who leaves last first; `still` is a picture's id."""
        found = read_gallery(context.database(), context.actor())
        return json_response({"cards": [_card(card) for card in found]})


def _card(card: Card) -> dict[str, object]:
    return {
        "subject": record_body(card.subject),
        "still": card.still,
        "reports": card.reports,
        "leaves": card.leaves,
    }
