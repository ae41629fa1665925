"""The last look at a file before it may leave: no stored value that its reader may not see stands in it.

The file is read back as its reader would, and looked through for every stored value of its records that was
not released as it is: as written, in another case, backwards, in base64 and in hexadecimal. What was released
to the reader may stand in it, and so may the words that every such file has.
"""

import base64
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from foundation.pdf_reading import texts_of
from sharing.exports.hidden import allowed_text, hidden_values
from sharing.sight import Seen

#: Shorter values stand in any text by chance.
_SHORTEST = 4
#: In what is no text, such as the outlines of letters, shorter ones do as well.
_SHORTEST_IN_BYTES = 8
_SHORTEST_CORE = 5
_SHORTEST_SQUEEZED = 6
#: From here on it is quicker to know first how anything in a text begins.
_LONG = 50_000
_ADDRESSES = str.maketrans("-_", "+/")


class Unscannable(Exception):  # noqa: N818 - says what the file is
    """The file does not read back as it was written, so it cannot be looked through."""


@dataclass(frozen=True, order=True)
class Leak:
    """A value that must not leave, by where it is stored; never the value."""

    record: str
    owner: str
    field: str


@dataclass(frozen=True)
class Piece:
    """A stretch of a file, the records that it is about, and what else may stand in it."""

    text: str
    about: Sequence[Seen]
    allowed: str
    shortest: int = _SHORTEST


def leaks_in(pieces: Iterable[Piece]) -> tuple[Leak, ...]:
    """What stands in the pieces and must not."""
    return tuple(sorted({leak for piece in pieces for leak in _leaks(piece)}))


def csv_pieces(data: bytes, seen: Sequence[Seen], empty: bytes, words: str) -> Iterator[Piece]:
    """A CSV file as a whole, and the rows of each record; `empty` is such a file without records.

    `words` may stand anywhere. The first cell of each row names its record.

    Raises:
        Unscannable: if it does not read back.
    """
    common = f"{_text(empty)}\n{words}"
    whole = _text(data)
    yield Piece(whole, seen, f"{common}\n{allowed_text(seen)}")
    rows: dict[str, list[str]] = {each.shown.id: [] for each in seen}
    try:
        for row in list(csv.reader(io.StringIO(whole, newline=""), strict=True))[1:]:
            rows[row[0]] += row
    except (csv.Error, KeyError, IndexError) as error:
        raise Unscannable from error
    for each in seen:
        yield Piece("\n".join(rows[each.shown.id]), [each], f"{common}\n{allowed_text([each])}")


def pdf_pieces(data: bytes, seen: Sequence[Seen], empty: bytes, words: str) -> Iterator[Piece]:
    """A PDF file: its pages, its other strings, and whatever is packed in it; otherwise the same.

    Raises:
        Unreadable: if it does not read back.
    """
    texts, bare = texts_of(data), texts_of(empty)
    allowed = "\n".join([bare.shown, *bare.strings, *map(_latin, bare.streams), words, allowed_text(seen)])
    yield Piece(texts.shown, seen, allowed)
    yield Piece("\n".join(texts.strings), seen, allowed)
    yield Piece("\n".join(map(_latin, texts.streams)), seen, allowed, _SHORTEST_IN_BYTES)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unscannable from error


def _latin(stream: bytes) -> str:
    return stream.decode("latin-1")


def _leaks(piece: Piece) -> Iterator[Leak]:
    views = _views(piece.text)
    allowed = _views(piece.allowed)
    known: dict[str, bool] = {}
    for each in piece.about:
        for field, text in hidden_values(each):
            if len(text) < piece.shortest:
                continue
            if text not in known:
                known[text] = _stands(text, views, allowed)
            if known[text]:
                yield Leak(each.shown.id, each.shown.owner, field)


@dataclass(frozen=True)
class _View:
    """A text in a form in which it is searched; a long one with the beginnings of all that stands in it."""

    text: str
    beginnings: frozenset[str] | None

    def holds(self, wanted: str, *, whole: bool = False) -> bool:
        """Whether the text stands in it; with `whole` only where no letter or digit touches it."""
        if self.beginnings is not None and wanted[:_SHORTEST] not in self.beginnings:
            return False
        place = self.text.find(wanted)
        while whole and place >= 0 and not self._apart(place, place + len(wanted)):
            place = self.text.find(wanted, place + 1)
        return place >= 0

    def _apart(self, start: int, end: int) -> bool:
        around = self.text[max(0, start - 1) : start] + self.text[end : end + 1]
        return not any(letter.isalnum() for letter in around)


class _Views(NamedTuple):
    """A text folded; folded and without gaps, since lines of a page break inside of values; and as packed."""

    folded: _View
    squeezed: _View
    packed: _View


def _views(text: str) -> _Views:
    folded = _folded(text)
    bare = "".join(text.split()).translate(_ADDRESSES)
    return _Views(_view(folded), _view(_squeezed(folded)), _view(bare))


def _view(text: str) -> _View:
    if len(text) < _LONG:
        return _View(text, None)
    starts = range(len(text) - _SHORTEST + 1)
    return _View(text, frozenset([text[place : place + _SHORTEST] for place in starts]))


def _stands(text: str, views: _Views, allowed: _Views) -> bool:
    """Whether a value stands in the views in any form, other than where it may."""
    folded = _folded(text)
    for plain in {folded, folded[::-1]}:
        if len(plain) >= _SHORTEST and not allowed.folded.holds(plain, whole=True):
            inside = allowed.folded.holds(plain)
            if views.folded.holds(plain, whole=inside):
                return True
        if _breaks(plain) and _differs(_squeezed(plain), views.squeezed, allowed.squeezed):
            return True
    spelt = {text.encode(), folded.encode()}
    if any(_differs(each.hex(), views.squeezed, allowed.squeezed) for each in spelt):
        return True
    cores = {core for each in spelt for core in _cores(each)}
    return any(_differs(core, views.packed, allowed.packed) for core in cores)


def _breaks(folded: str) -> bool:
    """Whether a line of a page can end inside of the text: after a gap, a hyphen or another sign."""
    return len(_squeezed(folded)) >= _SHORTEST_SQUEEZED and not folded.isalnum()


def _differs(wanted: str, view: _View, allowed: _View) -> bool:
    return view.holds(wanted) and not allowed.holds(wanted)


def _cores(data: bytes) -> Iterator[str]:
    """The middle of the data's base64 at each of three places in what is around it."""
    for ahead in range(3):
        first, last = (ahead * 8 + 5) // 6, (ahead + len(data)) * 8 // 6
        core = base64.b64encode(b"\0" * ahead + data + b"\0" * 3).decode()[first:last]
        if len(core) >= _SHORTEST_CORE:
            yield core


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _squeezed(folded: str) -> str:
    return folded.replace(" ", "")
