"""What a change rests on: the version that the caller read. Source: RFC 9110 section 13, RFC 6585."""

from flask import request
from werkzeug.exceptions import PreconditionRequired


def version_read() -> str:
    """The one entity tag in `If-Match`, which is the version of what the caller was shown.

    Raises:
        PreconditionRequired: if there is none, several, or a star, which would say nothing.
    """
    tags = request.if_match
    named = tags.as_set()
    if tags.star_tag or len(named) != 1:
        raise PreconditionRequired
    return str(named.pop())
