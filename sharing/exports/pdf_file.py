"""Files to read and to file: a tagged PDF with the marking and the stamp on every page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from foundation.typesetting import typeset
from sharing.exports.sheets import HELD, Line, Sheet
from sharing.stamp import Stamp


def pdf_file(sheets: Sequence[Sheet], stamp: Stamp, at: datetime) -> bytes:
    """One part for each record. The title says nothing of what is inside, since lists of files show it.

    Raises:
        Unavailable: if it could not be made.
    """
    document = {
        "title": "Concordat export",
        "handling": stamp.handling,
        "who": stamp.who,
        "given": stamp.given,
        "sheets": [_sheet(sheet) for sheet in sheets],
    }
    return typeset("export", document, at)


def _sheet(sheet: Sheet) -> dict[str, Any]:
    parts = [
        {"title": part, "lines": list(_rows(lines))}
        for part, lines in groupby(sheet.lines, key=lambda line: line.part)
    ]
    return {"title": sheet.title, "meta": f"From {sheet.owner}, under {sheet.under}.", "parts": parts}


def _rows(lines: Iterable[Line]) -> Iterator[tuple[str, str, str]]:
    """(labels, words, what was done): fields that are withheld for one reason share a row."""
    for held, several in groupby(lines, key=lambda line: line.text if line.done == HELD else ""):
        group = list(several)
        if held:
            yield ", ".join(line.label for line in group), held, ""
        else:
            yield from ((line.label, line.text, line.done) for line in group)
