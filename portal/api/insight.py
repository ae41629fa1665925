"""Published figures at the JSON door."""

from dataclasses import asdict

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from foundation.errors import Invalid
from portal.api.answers import json_response
from portal.api.description import query
from portal.api.reading import Noun
from portal.gate import context
from portal.gate.admission import allows
from sharing.insight.recorded import ATTRIBUTION, By, choices_of, recorded

insight = Noun("api_insight", __name__, url_prefix="/api/v1/insight", description="Published figures")

_LONGEST = 80


def _asked(name: str, default: str = "") -> str:
    return request.args.get(name, default)[:_LONGEST]


@insight.route("/choices")
class InsightChoices(MethodView):
    """What there are figures for."""

    @allows(Action.INSIGHT_READ)
    def get(self) -> Response:
        """The areas and the crimes that `recorded` takes."""
        return json_response(asdict(choices_of(context.database(), context.actor())))


@insight.route("/recorded")
class Recorded(MethodView):
    """Recorded crime of an area."""

    @allows(Action.INSIGHT_READ)
    @insight.doc(
        parameters=[
            query("area", "One of `choices`."),
            query("crime", "One of `choices`."),
            query("by", "Rows.", enum=[str(each) for each in By]),
            query("edition", "One published edition; each beside the others if none is said."),
        ]
    )
    def get(self) -> Response:
        """Counts of a `crime` in an `area`, `by` financial-year or month, of one `edition` or of each."""
        by = _asked("by", By.FINANCIAL_YEAR)
        if by not in set(By):
            raise Invalid({"by": f"Choose one of {', '.join(By)}."})
        database, actor = context.database(), context.actor()
        edition = _asked("edition") or None
        table = recorded(database, actor, _asked("area"), _asked("crime"), By(by), edition=edition)
        return json_response({**asdict(table), "attribution": ATTRIBUTION})
