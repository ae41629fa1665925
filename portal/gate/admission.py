"""Default deny: a view says which action it is, or that it is public; a view that says neither is refused."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, TypeVar

from flask import Flask, request

from auth.roles import Action, actions_of
from auth.strength import Due
from foundation.errors import (
    Denied,
    Missing,
    RulesRequired,
    SecondFactorRequired,
    Unauthenticated,
    VettingRequired,
)
from portal.gate import context
from sharing.people.rules import rules_due

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "concordat_admission"
_PUBLIC = "public"
_PROGRAMS = "concordat_programs"
#: Where somebody gets of whom a first half is proven: to add a second factor, or to prove the one they have.
#: Before that their account is closed, where whoever has the first half alone could make a second.
_BEFORE_FACTOR = {Due.ADD: frozenset({"account", "confirm"}), Due.PROVE: frozenset({"confirm"})}
#: Where a member gets before they have accepted the rules.
_BEFORE_RULES = frozenset({"account", "confirm", "rules", "sign_in", "vetting"})

#: Views that libraries register, which cannot carry a mark of ours; nothing in them comes from the database.
PUBLIC_ENDPOINTS = frozenset({"static", "api-docs.openapi_json"})
#: What is served of the folder of static files, whatever else lies in it.
STATIC_KINDS = frozenset({".css", ".js", ".svg"})


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


def called_by_programs(view: View) -> View:
    """Mark a view as called by another server, which has no page of ours and so no form token.

    The view must take nothing on the word of a cookie: what it is sent has to prove itself.
    """
    setattr(view, _PROGRAMS, True)
    return view


def is_for_programs(app: Flask) -> bool:
    """Whether the view of this request is marked so."""
    return bool(request.endpoint) and hasattr(app.view_functions[str(request.endpoint)], _PROGRAMS)


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
        SecondFactorRequired: if less is proven in their session than the settings ask for.
        Denied: if the view declares nothing, or an action that the actor's roles do not allow.
        VettingRequired: if a role would allow it that is closed.
        RulesRequired: if a member has yet to accept their scheme's rules.
        Missing: for a static file of a kind that is not served.
    """
    if request.endpoint == "static" and PurePath(request.path).suffix not in STATIC_KINDS:
        raise Missing("There is no such page.")
    if request.endpoint is None or request.endpoint in PUBLIC_ENDPOINTS:
        return  # no such route: the router's own 404 or 405 follows
    mark = declared(app.view_functions[request.endpoint], request.method)
    if mark == _PUBLIC or request.method == "OPTIONS":
        return
    if context.actor_if_any() is None:
        raise Unauthenticated("Sign in to go on.")
    due = context.factor_due()
    if due and request.blueprint not in _BEFORE_FACTOR[due]:
        raise SecondFactorRequired("Prove first, or add, a second factor. Nothing else opens before.")
    if not isinstance(mark, Action):
        raise Denied("This page is not open to anybody yet.")
    closed = actions_of(context.actor().lapsed)
    if mark in closed - context.actor().actions:
        raise VettingRequired("Your vetting has run out, and with it what your role opened.")
    context.actor().require(mark)
    if request.blueprint not in _BEFORE_RULES and rules_due(context.system_database(), context.actor()):
        raise RulesRequired("Accept the rules of your scheme first. A person has to, on the pages.")
