"""Every text in a PDF that `foundation.typesetting` made: what its pages show, and what else it holds.

It reads what that writer writes and refuses anything else, so that nothing can be in a file unread.
Source: ISO 32000-1, sections 7.3 (objects), 9.4.3 (showing text), 9.10.3 (ToUnicode).
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"^(<<.*?>>)\nstream\n(.*)\nendstream$", re.DOTALL)
_PAGE = re.compile(rb"/Type/Page/")
_REFERENCE = rb"/%b (\d+) 0 R"
_FONTS = re.compile(rb"/Font<<(.*?)>>", re.DOTALL)
_FONT = re.compile(rb"/(\w+) (\d+) 0 R")
_CHARACTER = re.compile(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>")
#: What chooses a font, begins or ends a stretch of text; and every string.
_SHOWING = re.compile(rb"/(\w+) [\d.]+ Tf|(\()|\b(BT|ET)\b")
_SPECIAL = re.compile(rb"[()\\]")
_SIMPLE = re.compile(rb"((?:[^()\\]+|\\.)*+)\)", re.DOTALL)
_PARENTHESES = re.compile(rb"\\([()\\])")
_HEXADECIMAL = re.compile(rb"(?<!<)<([0-9A-Fa-f\s]{4,})>")


class Unreadable(Exception):  # noqa: N818 - says what the file is
    """The file is not as the writer makes them, so nothing can be said of what it holds."""


@dataclass(frozen=True)
class Texts:
    """`shown` is the text of the pages, in order; `strings` are all others; `streams` is all unpacked."""

    shown: str
    strings: tuple[str, ...]
    streams: tuple[bytes, ...]


def texts_of(pdf: bytes) -> Texts:
    """Read a whole file.

    Raises:
        Unreadable: if any part of it cannot be read.
    """
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    if not objects or pdf.count(b"%%EOF") != 1 or b"/Encrypt" in pdf:
        raise Unreadable
    streams: dict[int, bytes] = {}
    heads: dict[int, bytes] = {}
    for number, body in objects.items():
        found = _STREAM.match(body)
        heads[number] = body if found is None else found[1]
        if found is not None:
            streams[number] = _unpacked(found[1], found[2])
    pages = [head for head in heads.values() if _PAGE.search(head)]
    if not pages:
        raise Unreadable
    shown = "\n".join(_page_text(page, heads, streams) for page in pages)
    around = [*heads.values(), pdf[pdf.rindex(b"trailer") :]]
    return Texts(shown, tuple(text for part in around for text in _strings(part)), tuple(streams.values()))


def _unpacked(head: bytes, data: bytes) -> bytes:
    if b"/Filter" not in head:
        return data
    if b"/Filter/FlateDecode" not in head:
        raise Unreadable
    try:
        return zlib.decompress(data)
    except zlib.error:
        raise Unreadable from None


def _page_text(page: bytes, heads: dict[int, bytes], streams: dict[int, bytes]) -> str:
    content = streams[_referred(page, b"Contents")]
    resources = heads[_referred(page, b"Resources")]
    fonts = {
        name: _letters(streams[_referred(heads[int(number)], b"ToUnicode")])
        for part in _FONTS.findall(resources)
        for name, number in _FONT.findall(part)
    }
    return "".join(_shown(content, fonts))


def _referred(head: bytes, name: bytes) -> int:
    found = re.search(_REFERENCE % name, head)
    if found is None:
        raise Unreadable
    return int(found[1])


class _Letters(dict[int, str]):
    """Glyph -> the letters that it stands for."""

    def __missing__(self, glyph: int) -> NoReturn:
        raise Unreadable


def _letters(cmap: bytes) -> _Letters:
    if b"beginbfrange" in cmap:
        raise Unreadable
    return _Letters(
        (int(glyph, 16), bytes.fromhex(letters.decode()).decode("utf-16-be"))
        for glyph, letters in _CHARACTER.findall(cmap)
    )


def _shown(content: bytes, fonts: dict[bytes, _Letters]) -> Iterator[str]:
    """What a page's content shows, a line for each stretch; and the words of its tags, such as languages."""
    letters, place, showing = _Letters(), 0, False
    while (found := _SHOWING.search(content, place)) is not None:
        place = found.end()
        if found[1]:
            letters = fonts[found[1]]
        elif found[3]:
            showing = found[3] == b"BT"
            yield "\n"
        else:
            raw, place = _string(content, place)
            yield _spelt(raw, letters) if showing else _decoded(raw)


def _spelt(glyphs: bytes, letters: _Letters) -> str:
    try:
        return glyphs.decode("utf-16-be").translate(letters)
    except UnicodeDecodeError:
        raise Unreadable from None


def _string(data: bytes, place: int) -> tuple[bytes, int]:
    """The literal string whose content begins at the place, and where it has ended."""
    found = _SIMPLE.match(data, place)
    if found is not None:
        return _unescaped(found[1]), found.end()
    start, depth = place, 1
    while depth:
        found = _SPECIAL.search(data, place)
        if found is None:
            raise Unreadable
        place = found.end()
        if found[0] == b"\\":
            place += 1
        else:
            depth += 1 if found[0] == b"(" else -1
    return _unescaped(data[start : place - 1]), place


def _unescaped(raw: bytes) -> bytes:
    """What the escapes stand for; the writer's are Python's own but for those of parentheses."""
    if b"\\" not in raw:
        return raw
    if b"\\(" in raw or b"\\)" in raw:
        raw = _PARENTHESES.sub(lambda found: found[1] if found[1] != b"\\" else found[0], raw)
    return raw.decode("unicode_escape").encode("latin-1")


def _strings(head: bytes) -> Iterator[str]:
    place = 0
    while (at := head.find(b"(", place)) >= 0:
        raw, place = _string(head, at + 1)
        yield _decoded(raw)
    for digits in _HEXADECIMAL.findall(head):
        packed = b"".join(digits.split())
        yield _decoded(bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode()))


def _decoded(raw: bytes) -> str:
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    return raw.decode("latin-1")
