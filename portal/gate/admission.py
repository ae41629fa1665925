"""Default deny: a view says which action it is, or that it is public; a view that says neither is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request

from auth.roles import Action
from foundation.errors import Denied, Unauthenticated
from portal.gate import context

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "concordat_admission"
_PUBLIC = "public"

#: Views that libraries register, which cannot carry a mark of ours; nothing in them comes from the database.
PUBLIC_ENDPOINTS = frozenset({"static", "api-docs.openapi_json"})


def allows(action: Action) -> Callable[[View], View]:
    """Mark a view as doing this action: only actors whose roles allow it get in."""

    def mark(view: View) -> View:
        setattr(view, _MARK, action)
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to everybody, signed in or not."""
    setattr(view, _MARK, _PUBLIC)
    return view


def declared(view: Callable[..., Any], method: str) -> Action | str | None:
    """What the view declares for an HTTP method: an action, `public`, or None for nothing.

    Of a class of methods (`MethodView`) the method's own mark counts, then that of the class.
    """
    found = getattr(view, _MARK, None)
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        name = "get" if method == "HEAD" and not hasattr(view_class, "head") else method.lower()
        found = getattr(getattr(view_class, name, None), _MARK, None) or getattr(view_class, _MARK, found)
    return found


def admit(app: Flask) -> None:
    """Let the request in, or not.

    Raises:
        Unauthenticated: if the view is not public and nobody is signed in.
        Denied: if the view declares nothing, or an action that the actor's roles do not allow.
    """
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
        return  # no such route: the router's own 404 or 405 follows
    mark = declared(app.view_functions[request.endpoint], request.method)
    if mark == _PUBLIC or request.method == "OPTIONS":
        return
    if context.actor_if_any() is None:
        raise Unauthenticated("Sign in to go on.")
    if not isinstance(mark, Action):
        raise Denied("This page is not open to anybody yet.")
    context.actor().require(mark)
