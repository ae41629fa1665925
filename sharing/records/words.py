"""The words by which records are found: folded alike when they are kept and when somebody asks for them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

_SHORTEST, _LONGEST = 2, 64

_WORD = re.compile(r"[^\W_]+")
#: What people write with gaps and machines without: telephone numbers, IMEIs, registration marks, references.
_DIGITS = re.compile(r"(?<![^\W_])\d+(?:[ \-.]\d+)*(?![^\W_])")
_MARK = re.compile(r"(?<![^\W_])[a-z]{2}\d{2} ?[a-z]{3}(?![^\W_])")
_REFERENCE = re.compile(r"(?<![^\W_])(?=[a-z]*\d)[a-z0-9]{4}-[a-z0-9]{2}(?![^\W_])")
#: So many digits in a row, gaps aside, are one number.
_ONE_NUMBER = 7


def words_of(values: Mapping[str, Any]) -> frozenset[str]:
    """The words in the texts of the values, in lists too: case, diacritics and punctuation do not count.

    A telephone number, an IMEI, a registration mark or a reference is one word, however it was spaced, so
    that both spellings find each other.
    """
    return frozenset(
        word
        for text in _texts(values.values())
        for word in _split(_folded(text))
        if _SHORTEST <= len(word) <= _LONGEST
    )


def _texts(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _texts(value)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)
    )
    return unicodedata.normalize("NFC", bare)


def _split(text: str) -> Iterable[str]:
    if text.isalpha():
        return (text,)
    for pattern in (_MARK, _REFERENCE, _DIGITS):
        text = pattern.sub(_joined, text)
    return _WORD.findall(text)


def _joined(match: re.Match[str]) -> str:
    whole = match.group()
    word = "".join(letter for letter in whole if letter.isalnum())
    if not word.isdecimal():
        return word
    if len(word) < _ONE_NUMBER:
        return whole
    # +44 and a leading 0 are two ways to write one telephone number.
    return "0" + word[2:] if len(word) == 12 and word.startswith("44") else word
