"""Agreements at the JSON door: read as their parties read them, and moved on where no factor is needed.

Signing and whatever else binds an agency is here too, so that a key is told why it cannot: a person has to.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask.views import MethodView

from auth.roles import Action
from foundation.errors import Invalid
from portal.api.answers import json_response, plain
from portal.api.description import query
from portal.api.reading import Noun
from portal.api.schemas.agreements import (
    CommentIn,
    ConfirmationIn,
    ReasonIn,
    ReviewFoundIn,
    ReviewIn,
    SignatureIn,
)
from portal.gate import context
from portal.gate.admission import allows
from sharing.agreements.confirming import confirm
from sharing.agreements.ending import agree_to_end, take_back_end
from sharing.agreements.lifecycle import comment, send_back, send_to_review, send_to_signing
from sharing.agreements.reviewing import record_review
from sharing.agreements.signing import sign
from sharing.agreements.suspending import resume, suspend
from sharing.agreements.withdrawing import rejoin, withdraw
from sharing.register.agreement import read_agreement
from sharing.register.changes import read_changes
from sharing.register.difference import read_difference
from sharing.register.lines import list_agreements
from sharing.register.matrix import read_matrix
from sharing.register.version import read_exact_text, read_version

agreements = Noun("api_agreements", __name__, url_prefix="/api/v1/agreements", description="Agreements")

_ONE = "/<string:agreement_id>"
_VERSION = f"{_ONE}/versions/<int:number>"


@agreements.route("")
class Agreements(MethodView):
    """The agreements of which the key's holder may know some version."""

    @allows(Action.AGREEMENT_READ)
    def get(self) -> Response:
        """All of them, by reference."""
        found = list_agreements(context.system_database(), context.actor())
        return json_response({"agreements": [plain(line) for line in found]})


@agreements.route(_ONE)
class Agreement(MethodView):
    """One agreement."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str) -> Response:
        """How it stands, its clauses, its versions, and what happened beside them."""
        page = read_agreement(context.system_database(), context.actor(), agreement_id[:40])
        body = plain(page)
        return json_response({**body.pop("line"), **body})


@agreements.route(_VERSION)
class Version(MethodView):
    """One version of an agreement."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str, number: int) -> Response:
        """Its clauses, comments, signatures and steps."""
        return json_response(
            plain(read_version(context.system_database(), context.actor(), agreement_id[:40], number))
        )


@agreements.route(f"{_VERSION}/exact-text")
class ExactText(MethodView):
    """What a signature binds."""

    @allows(Action.AGREEMENT_READ)
    def get(self, agreement_id: str, number: int) -> Response:
        """The canonical text; the SHA-256 of these bytes is the version's digest."""
        text = read_exact_text(context.system_database(), context.actor(), agreement_id[:40], number)
        return Response(text, mimetype="application/json")


@agreements.route(f"{_VERSION}/changes")
class VersionChanges(MethodView):
    """What a version changes."""

    @allows(Action.AGREEMENT_READ)
    @agreements.doc(parameters=[query("against", "The number of the other version.", type="integer")])
    def get(self, agreement_id: str, number: int) -> Response:
        """Clause by clause, against the version `?against=`."""
        against = request.args.get("against", type=int)
        if against is None:
            raise Invalid({"against": "Say with the number of which version to compare."})
        return json_response(
            plain(
                read_changes(context.system_database(), context.actor(), agreement_id[:40], number, against)
            )
        )


@agreements.route(f"{_VERSION}/promises")
class VersionPromises(MethodView):
    """Who sees what under a version."""

    @allows(Action.AGREEMENT_READ)
    @agreements.doc(
        parameters=[
            query("owner", "An agency that is a party."),
            query("type", "The type of record."),
            query("about", "Whom the record tells of."),
            query("purpose", "A purpose of the version."),
        ]
    )
    def get(self, agreement_id: str, number: int) -> Response:
        """In one case: `?owner=`, `?type=`, `?about=`, `?purpose=`; null while it cannot be decided by."""
        asked = request.args.to_dict()
        found = read_matrix(context.system_database(), context.actor(), agreement_id[:40], number, asked)
        return json_response({"promises": None if found is None else plain(found)})


@agreements.route(f"{_VERSION}/comments")
class Comments(MethodView):
    """What parties say of a version that is not signed."""

    @allows(Action.AGREEMENT_DRAFT)
    @agreements.arguments(CommentIn)
    def post(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Comment on a clause, or on the whole; gives the comment's id."""
        made = comment(context.system_database(), context.actor(), agreement_id[:40], number, **body)
        return json_response({"id": made}, 201)


@agreements.route(f"{_VERSION}/review")
class Review(MethodView):
    """A draft that goes to its parties."""

    @allows(Action.AGREEMENT_DRAFT)
    @agreements.arguments(ReviewIn)
    def post(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Send it to review."""
        send_to_review(context.system_database(), context.actor(), agreement_id[:40], number, **body)
        return Response(status=204)


@agreements.route(f"{_VERSION}/signing")
class Signing(MethodView):
    """A version that goes to be signed."""

    @allows(Action.AGREEMENT_DRAFT)
    def post(self, agreement_id: str, number: int) -> Response:
        """Freeze its text and let the parties sign; gives the digest."""
        digest = send_to_signing(context.system_database(), context.actor(), agreement_id[:40], number)
        return json_response({"digest": digest})


@agreements.route(f"{_VERSION}/back")
class Back(MethodView):
    """A version that goes back to be changed."""

    @allows(Action.AGREEMENT_DRAFT)
    @agreements.arguments(ReasonIn)
    def post(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Send it back with a reason; signatures made are void."""
        send_back(context.system_database(), context.actor(), agreement_id[:40], number, **body)
        return Response(status=204)


@agreements.route(f"{_VERSION}/signatures")
class Signatures(MethodView):
    """Signatures of a version, which a person gives."""

    @allows(Action.AGREEMENT_SIGN)
    @agreements.arguments(SignatureIn)
    def post(self, body: Mapping[str, Any], agreement_id: str, number: int) -> Response:
        """Refused to a key: a person signs, after proving who they are."""
        begins = sign(context.system_database(), context.actor(), agreement_id[:40], number, **body)
        return json_response({"begins": begins}, 201)


@agreements.route(f"{_ONE}/suspension")
class Suspension(MethodView):
    """The agency's suspension of an agreement, which a person orders and ends."""

    @allows(Action.AGREEMENT_SIGN)
    @agreements.arguments(ReasonIn)
    def put(self, body: Mapping[str, Any], agreement_id: str) -> Response:
        """Refused to a key: suspend the agreement for all its parties."""
        suspend(context.system_database(), context.actor(), agreement_id[:40], **body)
        return Response(status=204)

    @allows(Action.AGREEMENT_SIGN)
    def delete(self, agreement_id: str) -> Response:
        """Refused to a key: resume what the agency suspended."""
        resume(context.system_database(), context.actor(), agreement_id[:40])
        return Response(status=204)


@agreements.route(f"{_ONE}/withdrawal")
class Withdrawal(MethodView):
    """The agency's withdrawal from an agreement, which a person declares and ends."""

    @allows(Action.AGREEMENT_SIGN)
    @agreements.arguments(ReasonIn)
    def put(self, body: Mapping[str, Any], agreement_id: str) -> Response:
        """Refused to a key: withdraw."""
        withdraw(context.system_database(), context.actor(), agreement_id[:40], **body)
        return Response(status=204)

    @allows(Action.AGREEMENT_SIGN)
    def delete(self, agreement_id: str) -> Response:
        """Refused to a key: come back."""
        rejoin(context.system_database(), context.actor(), agreement_id[:40])
        return Response(status=204)


@agreements.route(f"{_ONE}/ending")
class Ending(MethodView):
    """The agency's word that an agreement ends for all, which a person gives and takes back."""

    @allows(Action.AGREEMENT_SIGN)
    @agreements.arguments(ReasonIn)
    def put(self, body: Mapping[str, Any], agreement_id: str) -> Response:
        """Refused to a key: agree that it ends."""
        ended = agree_to_end(context.system_database(), context.actor(), agreement_id[:40], **body)
        return json_response({"ended": ended})

    @allows(Action.AGREEMENT_SIGN)
    def delete(self, agreement_id: str) -> Response:
        """Refused to a key: take that back."""
        take_back_end(context.system_database(), context.actor(), agreement_id[:40])
        return Response(status=204)


@agreements.route(f"{_ONE}/reviews")
class Reviews(MethodView):
    """Reviews of an agreement."""

    @allows(Action.AGREEMENT_DRAFT)
    @agreements.arguments(ReviewFoundIn)
    def post(self, body: Mapping[str, Any], agreement_id: str) -> Response:
        """Keep what a review found, and when the next is due."""
        record_review(context.system_database(), context.actor(), agreement_id[:40], **body)
        return Response(status=204)


@agreements.route(f"{_ONE}/confirmation")
class Confirmation(MethodView):
    """What a later version would open of the agency's older releases."""

    @allows(Action.RECORD_RELEASE)
    def get(self, agreement_id: str) -> Response:
        """How many own records are held back, and what would open of them."""
        return json_response(
            plain(read_difference(context.system_database(), context.actor(), agreement_id[:40]))
        )

    @allows(Action.RECORD_RELEASE)
    @agreements.arguments(ConfirmationIn)
    def post(self, body: Mapping[str, Any], agreement_id: str) -> Response:
        """Refused to a key: confirm for all of them."""
        count = confirm(context.system_database(), context.actor(), agreement_id[:40], **body)
        return json_response({"releases": count})
