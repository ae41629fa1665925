"""JSON bytes out: the one way in which the door writes a body."""

from dataclasses import asdict
from typing import Any

import orjson
from flask import Response


def json_response(body: Any, status: int = 200) -> Response:
    """The body as JSON; dates and moments as ISO text."""
    return Response(orjson.dumps(body), status=status, mimetype="application/json")


def plain(view: Any) -> dict[str, Any]:
    """A frozen view as an object, field by field."""
    return asdict(view)
