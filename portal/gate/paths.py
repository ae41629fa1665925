"""Where to go on after signing in: only a page of ours, never an address."""

from flask import request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.gate import context

_LONGEST = 500
_UNKEPT = ("password", "secret")


def local_path(text: str | None) -> str | None:
    """Give the path back if it leads to a page of ours; anything else gives None.

    The path is matched against the routes and built again from the route's name and parts, so that no
    spelling of another host survives.
    """
    if not text or len(text) > _LONGEST or not text.startswith("/") or not text.isprintable():
        return None
    return _matched(text.partition("?")[0], "GET")


def form_path(text: str | None) -> str | None:
    """The same for a path that takes a form."""
    if not text or len(text) > _LONGEST or not text.startswith("/") or not text.isprintable():
        return None
    return _matched(text, "POST")


def _matched(path: str, method: str) -> str | None:
    if path.startswith("//") or "\\" in path:
        return None
    try:
        endpoint, parts = context.routes().match(path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return None if endpoint == "static" else url_for(endpoint, **parts)


def kept_fields(*apart: str) -> tuple[tuple[str, str], ...]:
    """What was typed into this request's form, to be sent again: no password, secret or form token."""
    return tuple(
        (name, value)
        for name in request.form
        for value in request.form.getlist(name)
        if name not in ("csrf_token", *apart) and not any(word in name for word in _UNKEPT)
    )


def asked_path() -> str | None:
    """The page that was asked for, to come back to after signing in; None for what was not a plain read.

    A page that only stands on the way to another is not come back to: the other is.
    """
    return (local_path(request.args.get("next")) or request.path) if request.method == "GET" else None
