"""What a person reads when something cannot be done: one table from error to status, page and words."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from auth.strength import Due
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
    SecondFactorRequired,
    Throttled,
    Unauthenticated,
    Unavailable,
    VettingRequired,
)
from portal.gate import context, typed
from portal.gate.faults import log_fault
from portal.gate.paths import asked_path
from portal.web.confirm import ask_to_confirm

NOTHING_HERE = "There is nothing here that you can see."


@dataclass(frozen=True)
class ErrorPage:
    """How an error is shown: the status, the template in `errors/`, and the heading."""

    status: HTTPStatus
    template: str
    heading: str


ERRORS: dict[type[ConcordatError], ErrorPage] = {
    Missing: ErrorPage(HTTPStatus.NOT_FOUND, "missing", "Nothing to show"),
    Deleted: ErrorPage(HTTPStatus.GONE, "deleted", "Deleted after its time"),
    Denied: ErrorPage(HTTPStatus.FORBIDDEN, "denied", "You cannot do this"),
    HttpsRequired: ErrorPage(HTTPStatus.FORBIDDEN, "refused", "This was not done"),
    FilterRefused: ErrorPage(HTTPStatus.BAD_REQUEST, "refused", "This list cannot be narrowed like that"),
    Invalid: ErrorPage(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", "This cannot be taken as it is"),
    Conflict: ErrorPage(HTTPStatus.CONFLICT, "conflict", "Somebody else changed this first"),
    Throttled: ErrorPage(HTTPStatus.TOO_MANY_REQUESTS, "throttled", "Wait a moment"),
    Unavailable: ErrorPage(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "The service cannot answer now"),
}

_NOT_THEIRS = (
    "This was typed by somebody else, or too long ago, or the portal changed its secret since, so it was let "
    "go. Nothing was sent. If it was you, begin again."
)

_FAULT = ErrorPage(HTTPStatus.INTERNAL_SERVER_ERROR, "broken", "Something went wrong here")

#: What leads on to another page instead.
_LEADING_ON = (
    Unauthenticated,
    PurposeRequired,
    FactorRequired,
    RulesRequired,
    SecondFactorRequired,
    VettingRequired,
)

#: What the web server itself refuses, in words; every other status below 500 reads as "nothing to show".
_REFUSED: dict[int, str] = {
    400: "The request could not be read. Nothing was changed. Go back and try again.",
    405: "This page cannot be used in that way. Nothing was changed.",
    411: "The browser did not say how much it sends. Nothing was changed. Go back and try again.",
    413: (
        "What was sent is too large. Nothing was changed. A picture may have 10 MB at most: go back in the "
        "browser, where what you typed may still stand, and choose a smaller one."
    ),
    415: "This kind of file cannot be taken. Nothing was changed.",
}


def answer(error: Exception) -> ResponseReturnValue:
    """The page, or the way to sign in or to a purpose, for any error that a view let through."""
    if isinstance(error, SecurityError):
        # the request has no host that we know, so no page of ours can be addressed
        return "This host is not served here.", HTTPStatus.BAD_REQUEST
    if isinstance(error, _LEADING_ON):
        return _way_on(error)
    if isinstance(error, CSRFError):
        return _form_again()
    if isinstance(error, HTTPException):
        return _refused(error)
    page = next((ERRORS[kind] for kind in type(error).__mro__ if kind in ERRORS), None)
    if page is None:
        return _fault(error)
    return _page(page, NOTHING_HERE if isinstance(error, Missing) else str(error), error)


def _way_on(error: Exception) -> ResponseReturnValue:
    waits = typed.sealed() if isinstance(error, Unauthenticated) or typed.is_sent_again() else None
    if waits is not None:
        return _signed_out(waits), HTTPStatus.UNAUTHORIZED
    if isinstance(error, FactorRequired):
        return ask_to_confirm()
    if isinstance(error, SecondFactorRequired):
        return _to_second_factor()
    if isinstance(error, RulesRequired):
        return redirect(url_for("rules.show", next=asked_path()))
    if isinstance(error, VettingRequired):
        return redirect(url_for("vetting.own"))
    way = "show_sign_in" if isinstance(error, Unauthenticated) else "show_purposes"
    return redirect(url_for(f"sign_in.{way}", next=asked_path()))


def _to_second_factor() -> ResponseReturnValue:
    if context.factor_due() is Due.PROVE:
        return redirect(url_for("confirm.show", next=asked_path()))
    return redirect(url_for("account.show"))


def _page(
    page: ErrorPage, sentence: str, error: Exception | None = None, *, anew: str = ""
) -> ResponseReturnValue:
    headers = {}
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(error.retry_after)
    problems = error.problems if isinstance(error, Invalid) else {}
    body = render_template(
        f"errors/{page.template}.html",
        heading=page.heading,
        sentence=sentence,
        reference=None,
        problems=problems,
        anew=anew,
    )
    return body, page.status, headers


def _refused(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    if error.code == HTTPStatus.NOT_FOUND:
        return _page(ERRORS[Missing], NOTHING_HERE)
    if error.code not in _REFUSED:
        return _fault(error)
    page = ErrorPage(HTTPStatus(error.code), "refused", "This was not done")
    return _page(page, _REFUSED[error.code], anew=_opened_anew())


def _opened_anew() -> str:
    """Where a form that was sent is opened anew: at its own address, if that is a page as well."""
    rule = request.url_rule
    if request.method != "POST" or rule is None or "GET" not in (rule.methods or ()):
        return ""
    return request.full_path.removesuffix("?")


def _fault(error: Exception) -> ResponseReturnValue:
    reference = log_fault(error)
    sentence = (
        "This is our fault. Nothing was changed. Try again; if it happens again, say the reference below."
    )
    body = render_template(
        "errors/broken.html", heading=_FAULT.heading, sentence=sentence, reference=reference, problems={}
    )
    return body, _FAULT.status


def _form_again() -> ResponseReturnValue:
    """The form that came without a good token, with all that was typed but passwords, to be sent again."""
    kept = typed.typed_here()
    sentence = "The page had been open for too long, so nothing was done yet. What you typed is kept here."
    actor = context.actor_if_any()
    if actor is not None and typed.is_sent_again():
        if actor.purpose is None:
            return _signed_out(request.form[typed.FIELD]), HTTPStatus.UNAUTHORIZED
        found = typed.opened()
        if found is None:
            return _page(ERRORS[Denied], _NOT_THEIRS)
        kept, sentence = found, "You are signed in again. Nothing was sent yet; what you typed is kept here."
    body = render_template(
        "errors/csrf.html",
        heading="Send this again",
        sentence=sentence,
        kept=kept.fields,
        lost_files=kept.files,
        lost_password=kept.password,
        path=_here(),
    )
    return body, HTTPStatus.BAD_REQUEST


def _signed_out(waits: str) -> str:
    """The page that holds what was typed, sealed, until its person is signed in again."""
    signed_in = context.actor_if_any() is not None
    sentence = (
        "You are signed in, and something is left to do before this can be sent. Nothing was sent yet."
        if signed_in
        else "You were signed out before this was sent. Nothing was sent yet; what you typed is kept here."
    )
    return render_template(
        "errors/signed_out.html",
        heading="Not sent yet",
        sentence=sentence,
        signed_in=signed_in,
        typed=waits,
        path=_here(),
    )


def _here() -> str:
    return request.full_path if request.query_string else request.path
