"""Whether this process can answer: for whoever restarts it or sends it work."""

from flask import Blueprint

from portal.gate import context
from portal.gate.admission import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def show_health() -> tuple[dict[str, str], int]:
    """Say that the database answers; 503 by the error table if it does not."""
    with context.database().transaction():
        return {"status": "ready"}, 200
