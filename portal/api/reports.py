"""Reports by a scheme's members at the JSON door, and the check by a second person."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from flask import Response
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response
from portal.api.reading import Noun, asked_once
from portal.api.records import RECORD_KILOBYTES, record_sent
from portal.api.schemas.reports import CheckIn, ReportIn
from portal.gate import context
from portal.gate.admission import allows
from portal.gate.limits import takes_kilobytes
from sharing.schemes.reports import EvidenceCheck, check_report, reporting_terms, submit_report

reports = Noun("api_reports", __name__, url_prefix="/api/v1/reports", description="Reports by members")


@reports.route("")
class Reports(MethodView):
    """The reports of a scheme; they are read as incidents."""

    @takes_kilobytes(RECORD_KILOBYTES)
    @allows(Action.REPORT_SUBMIT)
    @reports.arguments(ReportIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Report; `subject` is the scheme's subject confirmed by eye. Says whether it is a repeat."""
        new = replace(record_sent("incident", body), site=body["site"])
        subject = str(body["subject"]) if body["subject"] else None
        made = submit_report(context.database(), context.actor(), new, subject, asked=asked_once())
        return json_response(asdict(made), 201)


@reports.route("/terms")
class ReportTerms(MethodView):
    """What a report starts from."""

    @allows(Action.REPORT_SUBMIT)
    def get(self) -> Response:
        """A member's sites, each as a place, the police to whom a report can go, and when a repeat is one."""
        return json_response(asdict(reporting_terms(context.database(), context.actor())))


@reports.route("/<uuid:report_id>/check")
class ReportCheck(MethodView):
    """The check of a report's evidence."""

    @allows(Action.REPORT_CHECK)
    @reports.arguments(CheckIn)
    def post(self, body: Mapping[str, Any], report_id: object) -> Response:
        """Say what a second person found; good evidence lets the report reach the scheme's members."""
        answer = body["evidence"]
        found = EvidenceCheck(answer == "good", answer == "paid", body["may_be_child"])
        check_report(context.database(), context.actor(), str(report_id), found)
        return Response(status=204)
