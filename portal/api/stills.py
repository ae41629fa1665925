"""The pixels of stills at the JSON door, as this reader may see them."""

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.description import bytes_of
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.stills import show_still

stills = Noun("api_stills", __name__, url_prefix="/api/v1/media", description="media")


@stills.route("/<uuid:media_id>/picture")
class Picture(MethodView):
    """The picture of a still."""

    @allows(Action.RECORD_READ)
    @stills.doc(responses=bytes_of("image/jpeg"))
    def get(self, media_id: object) -> Response:
        """A JPEG, covered where it must be, with the reader's name across it unless it is their own."""
        data, mimetype = show_still(context.database(), context.files(), context.actor(), str(media_id))
        answer = Response(data, mimetype=mimetype)
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return answer
