"""What came by plain http: pages lead on to https, and everything else is refused, so that it is noticed.

A program that was led on would go on sending its key where others can read it. Source: OWASP ASVS 5.0 V4.1.2.
"""

from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

from auth.keys import tell_exposed
from foundation.errors import HttpsRequired
from foundation.settings import Settings
from portal.gate import context
from portal.gate.identity import at_json_door, carries_cookie, shown_key

#: What whoever watches over the process asks, often without a proxy between; it tells and takes nothing.
_WATCHED = frozenset({"health.show_health"})
_NOTHING_DONE = "This came by plain http, where others can read and change it. Nothing was done. Use https."
_KEY_SEEN = "Replace the key that came with it: others may have read it."
_SESSION_SEEN = "Sign out everywhere and in again: others may have read your session."


def require_https(settings: Settings) -> Response | None:
    """Lead a page that was asked for by plain http to the public address, and refuse all else that came so.

    What came by https, and all of the demonstration, goes on. `CONCORDAT_PROXIES` says whose word it is.

    Raises:
        HttpsRequired: if it is for a program, would change something, or shows a key or a session.
    """
    if request.is_secure or settings.is_demonstration:
        return None
    if request.headers.get("Authorization"):
        key = shown_key()
        if key:
            tell_exposed(context.system_database(), key)
        raise HttpsRequired(f"{_NOTHING_DONE} {_KEY_SEEN}")
    if carries_cookie():
        raise HttpsRequired(f"{_NOTHING_DONE} {_SESSION_SEEN}")
    if request.method not in {"GET", "HEAD"} or at_json_door() or request.endpoint == "static":
        raise HttpsRequired(_NOTHING_DONE)
    if request.endpoint in _WATCHED:
        return None
    return redirect(_public(settings), 308)


def _public(settings: Settings) -> str:
    """The same page at the public address, whatever host the request named."""
    asked = urlsplit(request.url)
    return urlsplit(settings.public_url)._replace(path=asked.path, query=asked.query).geturl()
