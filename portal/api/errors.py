"""Problems at the JSON door, in the form of RFC 9457: one table from error to type, status and words.

Never a stored value, never a stack. Hidden, absent and unknown routes are the same bytes.
"""

import json
from http import HTTPStatus
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

from foundation.errors import (
    ConcordatError,
    Conflict,
    Deleted,
    Denied,
    FactorRequired,
    FilterRefused,
    HttpsRequired,
    Invalid,
    Missing,
    PurposeRequired,
    RulesRequired,
    SignatureRequired,
    Stale,
    Throttled,
    Unauthenticated,
    Unavailable,
    VettingRequired,
)
from portal.gate.faults import log_fault

#: Types are stable: a program may branch on them. They are tags, not pages.
_BASE = "urn:concordat:problem:"

ERRORS: dict[type[ConcordatError], tuple[HTTPStatus, str]] = {
    Missing: (HTTPStatus.NOT_FOUND, "missing"),
    Deleted: (HTTPStatus.GONE, "deleted"),
    Denied: (HTTPStatus.FORBIDDEN, "denied"),
    FactorRequired: (HTTPStatus.FORBIDDEN, "factor-required"),
    Unauthenticated: (HTTPStatus.UNAUTHORIZED, "unauthenticated"),
    SignatureRequired: (HTTPStatus.UNAUTHORIZED, "signature-required"),
    HttpsRequired: (HTTPStatus.FORBIDDEN, "https-required"),
    VettingRequired: (HTTPStatus.FORBIDDEN, "vetting-required"),
    RulesRequired: (HTTPStatus.FORBIDDEN, "rules-required"),
    PurposeRequired: (HTTPStatus.BAD_REQUEST, "purpose-required"),
    FilterRefused: (HTTPStatus.BAD_REQUEST, "filter-refused"),
    Invalid: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid"),
    Stale: (HTTPStatus.PRECONDITION_FAILED, "precondition"),
    Conflict: (HTTPStatus.CONFLICT, "conflict"),
    Throttled: (HTTPStatus.TOO_MANY_REQUESTS, "throttled"),
    Unavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
}

_REFUSED: dict[int, tuple[str, str]] = {
    400: ("malformed", "The request could not be read."),
    405: ("method", "This resource does not take that method."),
    406: ("not-acceptable", "Only JSON is given here."),
    411: ("length-required", "Say with Content-Length how long the body is."),
    412: ("precondition", "The record has changed since you read it."),
    413: ("too-large", "The body is larger than this resource takes."),
    415: ("media-type", "The body is of a type that this resource does not take."),
    422: ("invalid", "What was sent cannot be taken as it is."),
    428: ("precondition-required", "Say with If-Match which version you change."),
}

#: For the documentation: status, type and what it says, by status.
PROBLEMS: tuple[tuple[int, str, str], ...] = tuple(
    sorted(
        {(status, _BASE + name, sentence) for status, (name, sentence) in _REFUSED.items()}
        | {
            (int(status), _BASE + name, (kind.__doc__ or "").splitlines()[0])
            for kind, (status, name) in ERRORS.items()
            if status not in _REFUSED or _REFUSED[status][0] != name
        }
    )
)


def answer(error: Exception) -> Response:
    """The problem document for any error that a view let through."""
    if isinstance(error, HTTPException):
        return _refused(error)
    for kind in type(error).__mro__:
        if kind in ERRORS:
            status, name = ERRORS[kind]
            return _known(error, status, name)
    return _fault(error)


def problem(status: int, name: str, detail: str, **more: Any) -> Response:
    """One problem document. `name` ends its stable type; `detail` is a sentence without stored values."""
    body = {
        "type": _BASE + name,
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        **more,
    }
    return Response(json.dumps(body, sort_keys=True), status=int(status), mimetype="application/problem+json")


def _known(error: Exception, status: HTTPStatus, name: str) -> Response:
    if isinstance(error, Missing):
        return _missing()
    if isinstance(error, Invalid):
        return problem(status, name, "What was sent cannot be taken as it is.", problems=error.problems)
    if isinstance(error, Unauthenticated):
        return _unauthenticated(error, name)
    answer_ = problem(status, name, str(error))
    if isinstance(error, Throttled):
        answer_.headers["Retry-After"] = str(error.retry_after)
    return answer_


def _unauthenticated(error: Unauthenticated, name: str) -> Response:
    sentence = "Send a key that is good as Authorization: Bearer. Cookies count for nothing here."
    if isinstance(error, SignatureRequired):
        sentence = str(error)
    answer_ = problem(HTTPStatus.UNAUTHORIZED, name, sentence)
    answer_.headers["WWW-Authenticate"] = 'Bearer realm="concordat"'
    return answer_


def _missing() -> Response:
    return problem(HTTPStatus.NOT_FOUND, "missing", "There is nothing here that you can see.")


def _refused(error: HTTPException) -> Response:
    if error.code == HTTPStatus.NOT_FOUND:
        return _missing()
    if error.code not in _REFUSED:
        return _fault(error)
    name, sentence = _REFUSED[error.code]
    data = getattr(error, "data", None) or {}
    more = {"problems": data["messages"]} if "messages" in data else {}
    answer_ = problem(error.code, name, sentence, **more)
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        answer_.headers["Allow"] = ", ".join(sorted(allowed))
    return answer_


def _fault(error: Exception) -> Response:
    reference = log_fault(error)
    sentence = "Something went wrong here. Nothing was changed."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", sentence, reference=reference)
