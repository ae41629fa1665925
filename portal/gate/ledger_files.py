"""Files of the ledger as both doors answer with them: the same bytes, the same headers."""

import hashlib
from functools import cache
from importlib.resources import files

from flask import Response, request

import foundation.ledger.verifier as programs
from foundation.errors import Invalid
from foundation.ledger.downloads import Plan, write_bundle
from foundation.ledger.encoding.bundle import SUFFIX as BUNDLE
from foundation.ledger.encoding.receipt import SUFFIX as RECEIPT
from portal.gate import context

#: What partners run on their own computers.
PROGRAMS = ("verify.py", "witness.py", "fetch.py")
_PLAIN = "text/plain; charset=utf-8"


def plain(text: str) -> Response:
    """A file of lines to look at or to save."""
    return _file(Response(text, content_type=_PLAIN))


def pieces(raw: bytes) -> Response:
    """A tile or a bundle of leaves."""
    return _file(Response(raw, content_type="application/octet-stream"))


def receipt(event_id: str, text: str) -> Response:
    """A receipt to save."""
    return _named(Response(text, content_type=_PLAIN), f"{event_id}{RECEIPT}")


def bundle(plan: Plan) -> Response:
    """A bundle as it is written; with `Range` and `If-Range` a download that broke off goes on.

    Raises:
        RequestedRangeNotSatisfiable: if it begins past the end.
    """
    answer = Response(write_bundle(context.system_database(), plan), content_type="application/octet-stream")
    answer.set_etag(plan.tag)
    answer.content_length = plan.length
    answer.make_conditional(request, accept_ranges=True, complete_length=plan.length)
    return _named(answer, f"{plan.agency}-{plan.size}{BUNDLE}")


def part_asked() -> int:
    """After which bundle the parts begin that are asked for; 0 for all.

    Raises:
        Invalid: if it is no number.
    """
    after = request.args.get("after", "").strip() or "0"
    if not (after.isascii() and after.isdigit() and len(after) < 16):
        raise Invalid({"after": "Give the number in the name of your newest bundle, such as 163."})
    return int(after)


def program(name: str) -> Response:
    """One of `PROGRAMS`, to save."""
    return _named(Response(_source(name), content_type="text/x-python; charset=utf-8"), name)


@cache
def fingerprint(name: str) -> str:
    """SHA-256 of a program, by which two who have it can tell that they have the same."""
    return hashlib.sha256(_source(name)).hexdigest()


def _source(name: str) -> bytes:
    return (files(programs) / name).read_bytes()


def _named(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _file(answer)


def _file(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
