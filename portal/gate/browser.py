"""What a request says of the browser that sent it, and what a browser is told of us."""

from urllib.parse import urlsplit

from flask import request, session

from auth.passkeys import Party
from foundation.crypto.tokens import new_token, token_digest
from portal.gate import context

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSER = "browser"


def device_label() -> str:
    """How the browser names itself, in words of ours: never its own text, which may hold anything."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in said), "Another browser")
    system = next((name for mark, name in _SYSTEMS if mark in said), "another system")
    return f"{browser} on {system}"


def passkey_party() -> Party:
    """Whom passkeys of this portal are for: its public address."""
    settings = context.settings()
    address = urlsplit(settings.public_url)
    return Party(address.hostname or "", f"{address.scheme}://{address.netloc}", settings.secret_key)


def browser_digest() -> str:
    """What binds a challenge to this browser before anybody has signed in with it."""
    if _BROWSER not in session:
        session[_BROWSER] = new_token()
    return token_digest(str(session[_BROWSER]))
