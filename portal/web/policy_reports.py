"""Where browsers report breaches of the content policy: a line in the log, of words of ours alone.

Anybody can send a report, so nothing of one is kept or repeated: a directive counts if the policy has it,
a page if it is a route, and there are so many lines a minute at most. Source: W3C CSP Level 3.
"""

import json
import logging
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, UnsupportedMediaType
from werkzeug.routing import RequestRedirect

from foundation import clock
from portal.gate import context
from portal.gate.admission import called_by_programs, public
from portal.gate.headers import DIRECTIVES, REPORTS
from portal.gate.limits import takes_kilobytes

blueprint = Blueprint("policy_reports", __name__)

_KINDS = frozenset({"application/csp-report", "application/reports+json"})
_KILOBYTES = 32
#: Reports of one body that are looked at, and lines that are written in a minute.
_MOST, _LINES = 10, 30
#: What a browser says was blocked if it was no address.
_BLOCKED = frozenset(
    {"inline", "eval", "wasm-eval", "trusted-types-policy", "trusted-types-sink", "data", "blob"}
)
_log = logging.getLogger("concordat")


class _Lines:
    """So many lines in a minute; the first of the next says how many were left out."""

    def __init__(self) -> None:
        self._began = clock.now()
        self._written = self._left_out = 0
        self._held = threading.Lock()

    def write(self, directive: str, page: str, blocked: str) -> None:
        with self._held:
            if clock.now() - self._began >= timedelta(minutes=1):
                if self._left_out:
                    _log.warning("policy breaches: %d more were reported in a minute", self._left_out)
                self._began, self._written, self._left_out = clock.now(), 0, 0
            if self._written >= _LINES:
                self._left_out += 1
                return
            self._written += 1
            _log.warning("policy breached: %s on %s by %s", directive, page, blocked)


_lines = _Lines()


@blueprint.post(REPORTS)
@public
@called_by_programs
@takes_kilobytes(_KILOBYTES)
def take() -> Response:
    """Take the reports of one body; whoever sent them is told nothing of what became of them."""
    if request.mimetype not in _KINDS:
        raise UnsupportedMediaType
    for told in _reports(request.get_data(cache=False)):
        # Of the one form the names are parted by hyphens, of the other they are not.
        directive = told.get("effective-directive") or told.get("effectiveDirective")
        if directive in DIRECTIVES:
            page = _page(told.get("document-uri") or told.get("documentURL"))
            blocked = told.get("blocked-uri") or told.get("blockedURL")
            _lines.write(str(directive), page, blocked if blocked in _BLOCKED else "an address")
    return Response(status=204)


def _reports(body: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return
    for each in (sent if isinstance(sent, list) else [sent])[:_MOST]:
        if isinstance(each, dict):
            told = each.get("csp-report") or (each.get("type") == "csp-violation" and each.get("body"))
            if isinstance(told, dict):
                yield {name: value for name, value in told.items() if isinstance(value, str)}


def _page(address: str | None) -> str:
    """The route that an address of ours leads to, without what stands in it."""
    try:
        endpoint, _ = context.routes().match(urlsplit(address or "").path, method="GET")
    except (HTTPException, RequestRedirect, ValueError):
        return "no page of ours"
    return str(endpoint)
