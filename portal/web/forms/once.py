"""A form that makes one thing, however often it is sent: its key, and what another sending comes to."""

from collections.abc import Callable
from typing import TypeVar

from wtforms import Form

from auth.once import Once, once
from foundation.errors import Conflict, Invalid
from foundation.identifiers import new_id

_SENT_BEFORE = "You sent this form before, with other answers. Nothing was sent now."
_Made = TypeVar("_Made")


#: A file tells by its bytes whether it is the same one.
_LEFT_OUT = frozenset({"csrf_token", "once", "still"})


def key_of(form: Form, name: str, still: bytes = b"") -> Once | None:
    """The key that the form carries in its field `once`, with the digest of all that was typed into it.

    `still` holds the bytes of the picture that came with it.
    """
    typed = [(field, value) for field, value in form.data.items() if field not in _LEFT_OUT]
    return once(form["once"].data, f"{name}\n{typed!r}\n".encode() + still)


def taken_once(make: Callable[[], _Made]) -> _Made:
    """What `make` made; the second of two taps waits for the first, and leads to the same."""
    try:
        return make()
    except Conflict:
        return make()


def ask_again(form: Form, invalid: Invalid, thing: str) -> bool:
    """Whether the form was sent before with other answers; it then says so and carries a new key."""
    if "Idempotency-Key" not in invalid.problems:
        return False
    form.form_errors = [f"{_SENT_BEFORE} If this is another {thing}, send it again."]
    form["once"].raw_data = None
    form["once"].data = new_id()
    return True
