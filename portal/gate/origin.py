"""A change must come from a page of ours: the browser's own word for it, then the form's token."""

from urllib.parse import urlsplit

from flask import request
from flask_wtf.csrf import CSRFProtect

from foundation.errors import Denied

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def check_origin(forms: CSRFProtect) -> None:
    """Refuse an unsafe method that another site sent, or whose form has no good token.

    Pages say `Referrer-Policy: no-referrer`, under which a browser sends `Origin: null` with its own forms;
    so an Origin counts only when it names a host, and older browsers rest on SameSite and the token.

    Raises:
        Denied: if another site sent it.
        CSRFError: if the form has no good token.
    """
    if request.method in _SAFE or request.endpoint is None:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Denied("This came from another site, so nothing was done.")
    host = urlsplit(request.headers.get("Origin", "")).netloc
    if host and host != request.host:
        raise Denied("This came from another site, so nothing was done.")
    forms.protect()
