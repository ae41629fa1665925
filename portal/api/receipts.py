"""The owner's view at the JSON door: who may see an own record, who has looked, and the agency's report."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from foundation.errors import Invalid
from portal.api.answers import json_response
from portal.api.description import PLACE, query
from portal.api.reading import Noun
from portal.api.records import limit_asked
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.places import receipts_cursor, receipts_place
from sharing.catalogue import PLURALS
from sharing.receipts.of_record import read_receipts
from sharing.receipts.report import Line, period_asked, report_receipts
from sharing.record_audiences import who_may_see

receipts = Noun("api_receipts", __name__, url_prefix="/api/v1/receipts", description="Receipts")


@receipts.route("")
class Report(MethodView):
    """Who has looked at the agency's records."""

    @allows(Action.SESSION_USE)
    @receipts.doc(
        parameters=[
            *PLACE,
            query("since", "First day.", type="string", format="date"),
            query("until", "Last day.", type="string", format="date"),
            query("agency", "Whose looks."),
            query("agreement", "Under which agreement."),
        ]
    )
    def get(self) -> Response:
        """By record and agency, latest look first; narrowed by `since`, `until`, `agency`, `agreement`."""
        actor, asked = context.actor(), request.args
        period = period_asked(day("since"), day("until"), asked.get("agency"), asked.get("agreement"))
        place = receipts_place(asked.get("cursor"), actor)
        found = report_receipts(context.database(), actor, period, after=place, limit=limit_asked())
        cursor = receipts_cursor(found.next, actor)
        lines = [_line(line) for line in found.lines]
        return json_response({"receipts": lines, "more": cursor is not None, "cursor": cursor})


def day(name: str) -> date | None:
    """A day of the query.

    Raises:
        Invalid: if it is none.
    """
    text = request.args.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({name: "This is not a date. Write it like 2026-02-17."}) from None


def _line(line: Line) -> dict[str, Any]:
    return {name: value for name, value in asdict(line).items() if name != "last_index"}


def _routes(type_: str, plural: str) -> Noun:
    prefix = f"/api/v1/{plural}/<uuid:record_id>"
    blueprint = Noun(f"api_{plural}_receipts", __name__, url_prefix=prefix, description=type_)

    @blueprint.route("/receipts")
    class RecordReceipts(MethodView):
        """What the owner knows of a record's way."""

        @allows(Action.RECORD_READ)
        def get(self, record_id: object) -> Response:
            """Who has looked, the latest first, what each was shown, and the releases of the record."""
            found = asdict(read_receipts(context.database(), context.actor(), str(record_id)))
            for look in found["looks"]:
                del look["user"]
            return json_response(found)

    @blueprint.route("/audiences")
    class RecordAudiences(MethodView):
        """Who may see an own record."""

        @allows(Action.RECORD_READ)
        @blueprint.doc(parameters=[query("purpose", "One purpose; all if none is said.")])
        def get(self, record_id: object) -> Response:
            """Every audience of its releases, and in what form each field reaches it; never a value."""
            stated = request.args.get("purpose")
            found = who_may_see(context.database(), context.actor(), type_, str(record_id), purpose=stated)
            return json_response(
                {"audiences": [asdict(each) for each in found.groups], "complete": found.complete}
            )

    return blueprint


BLUEPRINTS = (receipts, *(_routes(type_, plural) for type_, plural in PLURALS.items()))
