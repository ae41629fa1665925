"""JSON in: what is read of a body before any schema looks at it.

A body that two readers could understand differently, or that no storage could hold, is refused here: a key
twice, numbers and nesting without end, and characters that are none. Source: RFC 8259 section 9, RFC 7493.
"""

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any, NoReturn

from flask import Request, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import BadRequest

from auth.once import Once, once
from foundation.errors import Invalid
from portal.api.description import DescribedBlueprint

#: How deep arrays and objects may nest.
DEEPEST = 20
#: Whole numbers are kept in 64 bits with a sign.
_LARGEST = 2**63
_DIGITS = 19
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r")


def read_json(data: bytes) -> Any:
    """The value that the bytes hold.

    Raises:
        BadRequest: if they are not JSON in UTF-8.
        Invalid: if they are, and hold something that cannot be taken.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=_no_number,
        )
    except RecursionError:
        raise _refused(f"Nest arrays and objects at most {DEEPEST} deep.") from None
    except ValueError:
        raise BadRequest from None
    _look_through(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refused("An object has the same key twice.")
    return found


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > _DIGITS or not -_LARGEST <= int(digits) < _LARGEST:
        raise _refused("A number is too large.")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise _refused("A number is too large.")
    return number


def _no_number(_word: str) -> NoReturn:
    raise _refused("NaN and Infinity are no numbers here.")


def _look_through(value: Any) -> None:
    """Refuse what nests too deep and texts with characters that cannot be kept; level by level."""
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        for text in level:
            if isinstance(text, str) and not _can_be_kept(text):
                raise _refused("A text holds a character that cannot be kept.")
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise _refused(f"Nest arrays and objects at most {DEEPEST} deep.")


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    return value if isinstance(value, list) else ()


def _can_be_kept(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return True
    # A lone surrogate has no UTF-8, and PostgreSQL keeps no NUL.
    return not any("\ud800" <= letter <= "\udfff" or letter in _CONTROLS for letter in text)


def _refused(sentence: str) -> Invalid:
    return Invalid({"body": sentence})


class _Reader(FlaskParser):
    """The framework's reader of arguments, with `read_json` for bodies."""

    def _raw_load_json(self, req: Request) -> Any:
        return read_json(req.get_data(cache=True)) if is_json_request(req) else missing


class Noun(DescribedBlueprint):
    """A noun of the JSON door: a blueprint whose bodies are read by `read_json`."""

    ARGUMENTS_PARSER = _Reader()


def asked_once() -> Once | None:
    """The request's `Idempotency-Key`, bound to its method, path and body.

    Raises:
        Invalid: if the key is too long.
    """
    line = f"{request.method} {request.path}\n".encode()
    return once(request.headers.get("Idempotency-Key"), line + request.get_data())
