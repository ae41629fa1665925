"""Terms of agreements at the JSON door: drafted, checked, tried out and taken away by the same use cases."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask.views import MethodView
from werkzeug.exceptions import PreconditionFailed

from auth.roles import Action
from portal.api import preconditions
from portal.api.answers import json_response, plain
from portal.api.reading import Noun
from portal.api.schemas.terms import AgreementIn, ClausesIn, SimulationIn, TermsIn, TextIn
from portal.gate import context
from portal.gate.admission import allows
from sharing.agreements.drafting import (
    begin_agreement,
    begin_amendment,
    begin_from_text,
    change_draft,
    change_draft_text,
    discard_draft,
    list_drafts,
    put_clauses,
    read_version,
)
from sharing.agreements.showing import read_lints
from sharing.agreements.versions import ReadVersion
from sharing.agreements.writing import plain_version
from sharing.documents.agreements import Form, export_terms
from sharing.simulation.comparing import Change, about
from sharing.simulation.comparing import Form as FieldForm
from sharing.simulation.simulate import Ask, SideBySide, Simulation, simulate

terms = Noun("api_terms", __name__, url_prefix="/api/v1/agreements", description="Terms of agreements")

_VERSION = "/<string:agreement_id>/versions/<int:number>"


@terms.route("/drafts")
class Drafts(MethodView):
    """The agency's own drafts."""

    @allows(Action.AGREEMENT_DRAFT)
    def get(self) -> Response:
        """All that are open."""
        found = list_drafts(context.system_database(), context.actor())
        return json_response({"drafts": [_named(each.agreement, each.number) for each in found.drafts]})

    @allows(Action.AGREEMENT_DRAFT)
    @terms.arguments(AgreementIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Begin a new agreement; gives its reference, to which the portal adds four characters."""
        database, actor = context.system_database(), context.actor()
        made = begin_agreement(database, actor, body["reference"], body["title"], body["version"])
        return json_response(_named(*made), 201)


@terms.route("/drafts/from-text")
class DraftsFromText(MethodView):
    """Drafts from YAML."""

    @allows(Action.AGREEMENT_DRAFT)
    @terms.arguments(TextIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Begin a new agreement, or the next version of one that the agency is a party to."""
        return json_response(
            _named(*begin_from_text(context.system_database(), context.actor(), body["text"])), 201
        )


@terms.route("/<string:agreement_id>/amendment")
class Amendment(MethodView):
    """The version that is to follow."""

    @allows(Action.AGREEMENT_DRAFT)
    def post(self, agreement_id: str) -> Response:
        """Begin it with the terms of the newest that is signed."""
        made = begin_amendment(context.system_database(), context.actor(), agreement_id[:40])
        return json_response(_named(*made), 201)


@terms.route(f"{_VERSION}/terms")
class Terms(MethodView):
    """The terms of one version; its entity tag is the draft's edition, which If-Match takes."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str, number: int) -> Response:
        """What was written, in the form in which it is written."""
        found = read_version(context.system_database(), context.actor(), (agreement_id[:40], number))
        answer = json_response(_terms(found))
        answer.set_etag(str(found.edition))
        return answer

    @allows(Action.AGREEMENT_DRAFT)
    @terms.arguments(TermsIn)
    def put(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Write a draft anew."""
        place = (agreement_id[:40], number)
        database, actor = context.system_database(), context.actor()
        return _changed(change_draft(database, actor, place, _edition(), body["version"], body["title"]))

    @allows(Action.AGREEMENT_DRAFT)
    def delete(self, agreement_id: str, number: int) -> Response:
        """Let a draft go."""
        discard_draft(context.system_database(), context.actor(), (agreement_id[:40], number), _edition())
        return Response(status=204)


@terms.route(f"{_VERSION}/terms/text")
class Text(MethodView):
    """A draft as YAML."""

    @allows(Action.AGREEMENT_DRAFT)
    @terms.arguments(TextIn)
    def put(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Write a draft anew."""
        place = (agreement_id[:40], number)
        database, actor = context.system_database(), context.actor()
        return _changed(change_draft_text(database, actor, place, _edition(), body["text"]))


@terms.route(f"{_VERSION}/terms/clauses")
class Clauses(MethodView):
    """The clauses of a draft."""

    @allows(Action.AGREEMENT_DRAFT)
    @terms.arguments(ClausesIn)
    def put(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Write all of them anew, in this order."""
        place = (agreement_id[:40], number)
        database, actor = context.system_database(), context.actor()
        return _changed(put_clauses(database, actor, place, _edition(), body["clauses"]))


@terms.route(f"{_VERSION}/lints")
class Lints(MethodView):
    """What is doubtful about a version."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str, number: int) -> Response:
        """Errors and warnings, clause by clause."""
        found = read_lints(context.system_database(), context.actor(), (agreement_id[:40], number))
        return json_response({"lints": [plain(each) for each in found]})


@terms.route(f"{_VERSION}/simulation")
class Simulations(MethodView):
    """A version tried out."""

    @allows(Action.AGREEMENT_DRAFT)
    @terms.arguments(SimulationIn)
    def post(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """What would open and close for whom, and one sample side by side; nothing is kept but the entry."""
        ask = Ask(
            records=tuple((each["type"], each["id"]) for each in body["records"]),
            owner=body["owner"],
            audiences=tuple(dict.fromkeys(body.get("audiences", ()))),
            shared=body["shared"],
            focus=(body["sample"], body["audience"], body["purpose"]),
        )
        found = simulate(context.system_database(), context.actor(), (agreement_id[:40], number), ask)
        return json_response(_simulation(found))


@terms.route(f"{_VERSION}/exports/<any(yaml,json,odrl,pdf):form>")
class Exports(MethodView):
    """A version as a file."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str, number: int, form: str) -> Response:
        """As YAML, JSON, ODRL or PDF."""
        place = (agreement_id[:40], number)
        document = export_terms(context.system_database(), context.actor(), place, Form(form))
        return Response(document.data, mimetype=document.media_type)


def _named(agreement: str, number: int) -> dict[str, Any]:
    return {"agreement": agreement, "number": number}


def _terms(found: ReadVersion) -> dict[str, Any]:
    return {
        **_named(found.agreement, found.number),
        "title": found.title,
        "stage": found.stage.value,
        "digest": found.digest,
        "version": plain_version(found.terms),
    }


def _changed(edition: int) -> Response:
    answer = Response(status=204)
    answer.set_etag(str(edition))
    return answer


def _edition() -> int:
    """The edition that the caller read, by If-Match."""
    tag = preconditions.version_read()
    if not (tag.isascii() and tag.isdigit() and len(tag) < 10):
        raise PreconditionFailed
    return int(tag)


def _simulation(found: Simulation) -> dict[str, Any]:
    return {
        "invented": not found.ask.records,
        "owner": found.ask.owner,
        "audiences": list(found.ask.audiences),
        "samples": [{"id": id_, "type": type_} for id_, type_ in found.samples],
        "changes": [_change(change, purposes) for change, purposes in found.changes.items()],
        "side": None if found.side is None else _side(found.side),
    }


def _change(change: Change, purposes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "audience": change.audience,
        "type": change.type,
        "about": change.about,
        "field": change.field,
        "before": change.before.slug,
        "after": change.after.slug,
        "opens": change.opens,
        "closes": change.closes,
        "clause": change.clause_after or change.clause_before,
        "purposes": list(purposes),
    }


def _side(side: SideBySide) -> dict[str, Any]:
    return {
        "sample": side.sample,
        "audience": side.audience,
        "purpose": side.purpose,
        "exists": {"before": side.exists[0], "after": side.exists[1]},
        "lines": [
            {
                "about": about(line.place.somebody),
                "field": line.place.field,
                "before": _form(line.before),
                "after": _form(line.after),
            }
            for line in side.lines
        ],
    }


def _form(form: FieldForm) -> dict[str, Any]:
    return {
        "treatment": form.treatment.slug,
        "reason": form.reason or None,
        "clause": form.clause,
        "value": _value(form.value),
    }


def _value(value: Any) -> Any:
    """A released value in JSON: treated ones as their text, moments in UTC."""
    value = getattr(value, "text", value)
    return value.astimezone(UTC) if isinstance(value, datetime) else value
