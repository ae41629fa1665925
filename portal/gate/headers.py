"""What every response says to the browser about itself. Source: OWASP ASVS 5.0 V3."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, request

from portal.gate import context

View = TypeVar("View", bound=Callable[..., Any])

_UNCHANGING = "concordat_unchanging"

_FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
    "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial",
    "usb", "xr-spatial-tracking",
)  # fmt: skip

#: Where browsers report breaches of the policy.
REPORTS = "/policy-reports"

_FIXED = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Reporting-Endpoints": f'policy="{REPORTS}"',
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def content_policy(nonce: str) -> str:
    """The content security policy of one response: nothing from outside, scripts only with the nonce.

    No script of ours or of a library makes markup from text, so trusted types allow none.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}' 'strict-dynamic'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' blob: data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
            f"report-uri {REPORTS}",
            "report-to policy",
        )
    )


#: The directives of the policy, as a browser names the one that was breached.
DIRECTIVES = frozenset(each.partition(" ")[0] for each in content_policy("").split("; ")) | {
    f"{kind}-src-{where}" for kind in ("script", "style") for where in ("elem", "attr")
}


def set_headers(response: Response) -> Response:
    """Add the headers; a view that set one of them itself, such as a stricter policy for a file, keeps it."""
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy(context.nonce()))
    response.headers["Cache-Control"] = _caching(response)
    if not context.settings().is_demonstration:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def unchanging(view: View) -> View:
    """Mark a view whose good answers never change and are the same for everybody who may have them."""
    setattr(view, _UNCHANGING, True)
    return view


def _caching(response: Response) -> str:
    if request.endpoint != "static":
        kept = response.status_code == HTTPStatus.OK and _is_unchanging(request.endpoint or "")
        return "private, max-age=31536000, immutable" if kept else "no-store"
    return "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"


def _is_unchanging(endpoint: str) -> bool:
    view = context.view_of(endpoint)
    view_class = getattr(view, "view_class", None)
    return bool(getattr(view, _UNCHANGING, False) or getattr(view_class, _UNCHANGING, False))
