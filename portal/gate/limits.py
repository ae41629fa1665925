"""How much one request may bring."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, request
from werkzeug.exceptions import LengthRequired

from portal.gate import context

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "concordat_body_kilobytes"

#: Fields of one form, and the memory that its text may take, in bytes.
MOST_FORM_PARTS = 300
MOST_FORM_MEMORY = 500_000

#: A form with one still of 10 MB.
FORM_KILOBYTES = 10_500


def takes_kilobytes(most: int) -> Callable[[View], View]:
    """Mark a view as taking a larger body, such as a still: `most` kB of 1,000 bytes."""

    def mark(view: View) -> View:
        setattr(view, _MARK, most)
        return view

    return mark


def limit_body(app: Flask) -> None:
    """Hold the request to the limits of its view; reading more raises 413 or 400 in the view.

    So does a body that ends before the length that was said. The server takes a line that breaks for the end
    of the body, and claims to watch over the end itself, so that werkzeug would not compare the two.

    Raises:
        LengthRequired: if the length is not said, so that nobody can tell a body that was cut short.
    """
    if request.content_length is not None:
        request.environ.pop("wsgi.input_terminated", None)
    elif "Transfer-Encoding" in request.headers:
        raise LengthRequired
    view = app.view_functions.get(request.endpoint or "")
    kilobytes = takes_more(view) or context.settings().body_kilobytes
    request.max_content_length = kilobytes * 1_000
    request.max_form_memory_size = MOST_FORM_MEMORY
    request.max_form_parts = MOST_FORM_PARTS


def takes_more(view: Callable[..., Any] | None) -> int | None:
    """The kB that the view takes of this request, if it is marked as taking more than others."""
    marked: int | None = getattr(view, _MARK, None)
    if marked is not None:
        return marked
    view_class = getattr(view, "view_class", None)
    method = getattr(view_class, request.method.lower(), None)
    kilobytes: int | None = getattr(method, _MARK, None)
    return kilobytes
