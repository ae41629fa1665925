"""The canonical bytes of an entry's detail, and the public leaf that commits to them. Pure.

Source of the form: RFC 8785 (JCS), restricted to strings, integers, arrays and objects, in Unicode NFC.
"""

import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import orjson

#: What a detail may hold.
Plain = str | int | Sequence["Plain"] | Mapping[str, "Plain"]

LEAF_PREFIX = b"concordat/v1\n"
LEAF_SIZE = len(LEAF_PREFIX) + 8 + 32
NONCE_SIZE = 32

_QUICK = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_FLAT = frozenset({str, int})

#: Readers that keep numbers as IEEE doubles would read a larger one wrongly. Source: RFC 7493 section 2.2.
_INTEGER_MOST = 2**53 - 1


def canonical(detail: Plain, *, held_elsewhere: bool = False) -> str:
    """The one text of a detail, the same for every writer; in UTF-8 it is what the leaf commits to.

    `held_elsewhere` says that another detail, which holds all that this one does, was made canonical: then it
    need not be looked at again.

    Raises:
        ValueError: for anything that is not text, a whole number, a list or an object; for a number past
            2^53 - 1; for two keys that are the same in NFC; for text that is not Unicode.
    """
    quick = _quick(detail) if held_elsewhere or _is_plain(detail) else None
    return quick if quick is not None else written_out(detail)


def written_out(detail: Plain) -> str:
    """The same, step by step as the definition says; slower, for what `canonical` is not sure of."""
    text = json.dumps(_normal(detail), ensure_ascii=False, separators=(",", ":"))
    text.encode()  # a lone surrogate is no Unicode text: UnicodeEncodeError is a ValueError
    return text


def _quick(detail: Plain) -> str | None:
    """The canonical text where it is plain to see that it is, else None.

    Within ASCII no text has another composition, and keys have the same order in UTF-8 as in UTF-16.
    """
    try:
        raw = orjson.dumps(detail, option=_QUICK)
    except TypeError:
        return None
    return raw.decode() if raw[:1] == b"{" and raw.isascii() else None


def _is_plain(value: Any) -> bool:
    """Whether it holds text, whole numbers, lists and objects alone, and no kinds made from these.

    To look at the kinds of a whole list at once costs a tenth of searching its text for what must not be.
    """
    kind = type(value)
    if kind is dict:
        value = value.values()
    elif kind is not list and kind is not tuple:
        return kind in _FLAT
    if {*map(type, value)} <= _FLAT:
        return True
    return all(map(_is_plain, [each for each in value if type(each) not in _FLAT]))


def parse(text: str) -> dict[str, Any]:
    """The object that a canonical text stands for.

    Raises:
        ValueError: if the text is not JSON, not an object, or not in canonical form.
    """
    found = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    if not isinstance(found, dict) or canonical(found) != text:
        raise ValueError("the detail is not in canonical form")
    return found


def leaf(detail: str, nonce: bytes, at: datetime) -> bytes:
    """The public leaf, 53 bytes: prefix, hour since 1970 as u64, HMAC-SHA-256 of the detail under the nonce.

    It says nothing to who does not hold the nonce, and once nonce and detail are gone it says nothing at all.
    """
    if len(nonce) != NONCE_SIZE:
        raise ValueError("a nonce has 32 bytes")
    # hmac.digest lets other threads go first, however short the text: eight that append hinder one another.
    return leaf_of(hmac.new(nonce, detail.encode(), "sha256").digest(), at)


def leaf_of(commitment: bytes, at: datetime) -> bytes:
    """The public leaf that holds this commitment of 32 bytes."""
    return LEAF_PREFIX + hour(at).to_bytes(8, "big") + commitment


def hour(at: datetime) -> int:
    """Whole hours since 1970 in UTC."""
    return int(at.timestamp() // 3600)


def new_nonce() -> bytes:
    """32 fresh random bytes."""
    return secrets.token_bytes(NONCE_SIZE)


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return _nfc(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) > _INTEGER_MOST:
            raise ValueError("a whole number in a detail is at most 2^53 - 1")
        return int(value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    raise ValueError(f"a detail holds text, whole numbers, lists and objects, not {type(value).__name__}")


def _object(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("the keys of a detail are text")
    pairs = [(_nfc(key), _normal(item)) for key, item in value.items()]
    ordered = dict(sorted(pairs, key=itemgetter(0) if all(map(str.isascii, value)) else _by_utf16))
    if len(ordered) != len(pairs):
        raise ValueError("two keys of a detail are the same in NFC")
    return ordered


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _by_utf16(pair: tuple[str, Any]) -> bytes:
    # RFC 8785 section 3.2.3: keys are ordered by UTF-16 code units, which differs from Python's order by code
    # point for characters beyond the first plane.
    return pair[0].encode("utf-16-be", "surrogatepass")


def _refuse(text: str) -> Any:
    raise ValueError(f"a detail holds no {text}")
