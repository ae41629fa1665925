"""Requests for what is withheld, and grants, at the JSON door: reading, asking and preparing.

Approving, notes of necessity and broken glass need a person's proof and have no place here.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from portal.api.answers import json_response, plain
from portal.api.description import query
from portal.api.reading import Noun, asked_once
from portal.api.schemas.requests import RefusalIn, RequestAnswerIn, RequestIn
from portal.gate import context
from portal.gate.admission import allows
from sharing.requests.answering import prepare, refuse
from sharing.requests.asking import NewRequest, ask, read_form, withdraw
from sharing.requests.content import Answer
from sharing.requests.grants import list_grants, revoke_grant
from sharing.requests.reading import RequestLine, RequestPage, list_requests, read_request
from sharing.vocabulary.requests import BASES, DAYS, GATEWAYS, KEEPINGS, SECURITIES, URGENCIES

requests = Noun("api_requests", __name__, url_prefix="/api/v1/requests", description="Requests")
grants = Noun("api_grants", __name__, url_prefix="/api/v1/grants", description="Grants")


@requests.route("")
class Requests(MethodView):
    """One's own requests, and those that one's agency is to answer."""

    @allows(Action.SESSION_USE)
    @requests.doc(
        parameters=[
            query("record", "What can be asked of this record's owner.", type="string", format="uuid"),
            query("field", "A key that is to be asked for; may come more than once."),
        ]
    )
    def get(self) -> Response:
        """All of them; with `record`, as `ask` leads here, what can be asked of its owner, and the lists."""
        if "record" in request.args:
            return json_response(_form())
        found = list_requests(context.system_database(), context.actor())
        kinds = {"mine": found.mine, "to_answer": found.to_answer, "answered": found.answered}
        return json_response({kind: [_line(each) for each in lines] for kind, lines in kinds.items()})

    @allows(Action.REQUEST_ASK)
    @requests.arguments(RequestIn)
    def post(self, body: Mapping[str, Any]) -> Response:
        """Ask the owner of a record; gives the request's id."""
        sent = {**body, "record": str(body["record"]), "fields": tuple(body["fields"])}
        new = NewRequest(**{**sent, "users": tuple(body["users"])})
        made = ask(context.system_database(), context.actor(), new, asked=asked_once())
        return json_response({"id": made}, 201)


@requests.route("/<uuid:request_id>")
class Request(MethodView):
    """One request."""

    @allows(Action.SESSION_USE)
    def get(self, request_id: object) -> Response:
        """The request as this side sees it: the owner's also with what is prepared."""
        return json_response(_page(read_request(context.system_database(), context.actor(), str(request_id))))


@requests.route("/<uuid:request_id>/withdraw")
class Withdrawal(MethodView):
    """Taking an own request back."""

    @allows(Action.REQUEST_ASK)
    def post(self, request_id: object) -> Response:
        """Withdraw it, while it has no answer."""
        withdraw(context.system_database(), context.actor(), str(request_id))
        return Response(status=204)


@requests.route("/<uuid:request_id>/answer")
class PreparedAnswer(MethodView):
    """Preparing an answer."""

    @allows(Action.REQUEST_ANSWER)
    @requests.arguments(RequestAnswerIn)
    def post(self, body: Mapping[str, Any], request_id: object) -> Response:
        """Prepare it; a person has to prepare it as theirs before anybody can approve it."""
        answer = Answer(
            fields=body["fields"],
            users=tuple(body["users"]),
            until=body["until"],
            reasons=body["reasons"],
            everybody=body["everybody"],
            passes={(each["link"], each["floor"]): each["why"] for each in body["passes"]},
            note=body["note"],
        )
        made = prepare(context.system_database(), context.actor(), str(request_id), answer)
        return json_response({"proposal": made}, 201)


@requests.route("/<uuid:request_id>/refuse")
class Refusal(MethodView):
    """Refusing a request."""

    @allows(Action.REQUEST_ANSWER)
    @requests.arguments(RefusalIn)
    def post(self, body: Mapping[str, Any], request_id: object) -> Response:
        """Refuse it, with reasons that the asking side reads."""
        refuse(context.system_database(), context.actor(), str(request_id), body["reasons"], body["note"])
        return Response(status=204)


@grants.route("")
class Grants(MethodView):
    """Grants given and received."""

    @allows(Action.SESSION_USE)
    def get(self) -> Response:
        """All of them, those that end last first."""
        found = list_grants(context.system_database(), context.actor())
        return json_response({"grants": [plain(each) for each in found]})


@grants.route("/<uuid:grant_id>/revoke")
class Revocation(MethodView):
    """Taking a grant back."""

    @allows(Action.SESSION_USE)
    def post(self, grant_id: object) -> Response:
        """Take it back: the field is withheld at the next look."""
        revoke_grant(context.system_database(), context.actor(), str(grant_id))
        return Response(status=204)


def _form() -> dict[str, Any]:
    """What can be asked of a record's owner, and the closed lists of the form."""
    found = read_form(context.system_database(), context.actor(), request.args["record"][:40])
    wanted = [each.key for each in found.askable if each.key in request.args.getlist("field")]
    return {
        "record": found.record.id,
        "owner": found.record.owner,
        "agreement": found.agreement,
        "purpose": context.actor().purpose,
        "fields": wanted,
        "askable": {each.key: {"rule": each.rule, "shown": each.done} for each in found.askable},
        "colleagues": dict(found.colleagues),
        "everybody": found.whole_agency,
        "lists": {
            "basis": BASES,
            "gateway": GATEWAYS,
            "urgency": {str(code): words for code, words in URGENCIES.items()},
            "days": [*DAYS],
            "keeping": KEEPINGS,
            "security": SECURITIES,
        },
    }


def _line(line: RequestLine) -> dict[str, Any]:
    """A request in a list; its record by its id, as long as that exists for the reader."""
    told = {name: value for name, value in vars(line).items() if name != "record"}
    return {**told, "record": None if line.record is None else line.record.id}


def _page(page: RequestPage) -> dict[str, Any]:
    about = {name: value for name, value in page.row.items() if name != "record_id"}
    body = {
        **_line(page.line),
        "about": about,
        "position": page.position,
        "users": dict(page.users),
        "decided_by": page.decided_by,
        "grants": [plain(each) for each in page.grants],
    }
    if page.own:
        return body
    return body | {
        "note": page.note,
        "returned": page.returned,
        "passes": [{"link": link, "floor": floor} for link, floor in page.passes],
        "weighed": {
            key: {"opens": each.opens, "seen": each.seen, "stopped": each.stopped, "second": each.second}
            for key, each in (page.weighed or {}).items()
        },
        "prepared": asdict(page.prepared) if page.prepared else None,
    }


BLUEPRINTS = (requests, grants)
