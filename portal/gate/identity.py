"""Who is asking: the cookie of a session at the web door, a bearer key at the JSON door, never the other."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Request, request
from flask_login import LoginManager, UserMixin
from werkzeug.wrappers import Response

from auth.actor import Actor
from auth.keys import find_key
from auth.sessions import Limits, Standing, find_session
from foundation import credential
from foundation.crypto.signed_requests import SentRequest
from foundation.settings import Settings
from portal.gate import context
from portal.gate.browser import device_label

API = "/api/"

#: What stands for itself in a path (RFC 3986).
_IN_PATHS = "/:@!$&'()*+,;="
#: A token is 43 characters; what is longer is not looked up.
_LONGEST = 100


def cookie_name(settings: Settings) -> str:
    """`__Host-` binds the cookie to this host and to https; plain http serves the demonstration only."""
    return "concordat" if settings.is_demonstration else "__Host-concordat"


def session_limits(settings: Settings) -> Limits:
    """The limits of a session, as the settings give them."""
    return Limits(
        settings.session_idle,
        settings.session_length,
        settings.sessions_at_once,
        settings.session_idle_police,
    )


def at_json_door() -> bool:
    """Whether the request came to the JSON door, where cookies count for nothing."""
    return request.path.startswith(API)


def identify() -> None:
    """Find out who is asking and keep it for this request, with what was shown for the database to check too.

    Raises:
        Denied: if a key was shown that is not for the stated purpose, or not for where it came from.
        SignatureRequired: if its holder has to sign the request and has not.
    """
    credential.present(None)  # whatever this thread did before, nobody asks yet
    token = "" if request.endpoint == "static" else _shown()
    standing = _standing(token) if 0 < len(token) <= _LONGEST else None
    context.keep_standing(standing)
    credential.present(credential.Shown(token) if standing is not None else None)


def forget() -> None:
    """Let go of the credential at the end of the request, so that nothing after it is done in its name."""
    credential.present(None)


def _shown() -> str:
    return shown_key() if at_json_door() else request.cookies.get(cookie_name(context.settings()), "")


def shown_key() -> str:
    """The bearer key that the request carries; empty if it carries none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _standing(token: str) -> Standing | None:
    if at_json_door():
        purpose = request.headers.get("Sharing-Purpose") or None
        bound_only = context.settings().keys_bound == "required"
        address, database = request.remote_addr or "", context.system_database()
        return find_key(database, token, purpose, address, _sent, bound_only=bound_only)
    limits = session_limits(context.settings())
    return find_session(context.system_database(), token, limits, device=device_label())


def _sent() -> SentRequest:
    """The request as a signature of it is checked; what is acted on is read from the same environment."""
    path = quote(request.path, safe=_IN_PATHS)
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    url = f"{request.scheme}://{request.host}{path}{query}"
    return SentRequest(request.method, url, dict(request.headers.items()), request.get_data())


def give_cookie(response: Response, token: str) -> None:
    """Hand the browser a new session. It is dropped when the browser closes; the server ends it sooner."""
    response.set_cookie(cookie_name(context.settings()), token, **_cookie_terms())


def carries_cookie() -> bool:
    """Whether the request carries the cookie of a session, or of the way to an agency's sign-in."""
    return not {cookie_name(context.settings()), _trip_name()}.isdisjoint(request.cookies)


def take_cookie(response: Response) -> None:
    """Tell the browser to forget the session and what it kept of the pages."""
    response.delete_cookie(cookie_name(context.settings()), **_cookie_terms())
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def trip_cookie() -> str:
    """The token of a browser that is back from its agency's sign-in; empty if it holds none."""
    token = request.cookies.get(_trip_name(), "")
    return token if len(token) <= _LONGEST else ""


def give_trip_cookie(response: Response, token: str) -> None:
    """Hand the browser a token for the way to its agency's sign-in and back.

    It opens no page. It is sent when the agency leads back here, which the cookie of a session is not.
    """
    response.set_cookie(_trip_name(), token, max_age=600, **{**_cookie_terms(), "samesite": "Lax"})


def take_trip_cookie(response: Response) -> None:
    """Tell the browser to forget that token."""
    response.delete_cookie(_trip_name(), **{**_cookie_terms(), "samesite": "Lax"})


def leaves_unasked(host: str) -> bool:
    """Whether somebody has chosen in this browser to leave for this host without a notice."""
    return request.cookies.get(_leaving_name(), "") == host


def keep_leaving(response: Response, host: str) -> None:
    """Keep that choice for 90 days; for another host the notice is shown again."""
    response.set_cookie(_leaving_name(), host, max_age=90 * 86_400, **_cookie_terms())


def _leaving_name() -> str:
    return f"{cookie_name(context.settings())}-leaving"


def _trip_name() -> str:
    return f"{cookie_name(context.settings())}-trip"


def _cookie_terms() -> Mapping[str, Any]:
    secure = not context.settings().is_demonstration
    return {"path": "/", "secure": secure, "httponly": True, "samesite": "Strict"}


class SignedIn(UserMixin):
    """The actor in the form that flask-login's `current_user` wants."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.id = actor.user_id


def login_manager() -> LoginManager:
    """Give flask-login with nothing of its own turned on: no session of its own, no remember cookie."""
    manager = LoginManager()
    manager.session_protection = ""

    @manager.request_loader  # type: ignore[untyped-decorator]  # flask-login has no types
    def _load(_: Request) -> SignedIn | None:
        actor = context.actor_if_any()
        return SignedIn(actor) if actor else None

    return manager
