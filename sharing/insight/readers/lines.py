"""The lines of a publisher's file, plain or gzip, and the columns under any of their names.

A row stands on one line: a quote that is never closed then spoils its own row and none after it.
"""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

#: Longest line taken, in bytes; the widest published file has lines of about 2,000.
_LONGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line and what to do about it, in plain sentences."""

    sentence: str


Row = list[str]


def read_rows(path: Path) -> Iterator[tuple[int, Row | Problem]]:
    """Each line that is not blank: its number, from 1, and its cells or what is wrong with it."""
    with path.open("rb") as stored:
        start = stored.read(4)
        stored.seek(0)
        if start.startswith(b"PK\x03\x04"):
            yield 1, Problem("This is a zip archive or a spreadsheet. Unpack it, or save it as CSV.")
            return
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(stored) as opened:
                yield from _rows(opened)
            return
        yield from _rows(stored)


def _rows(opened: BinaryIO | gzip.GzipFile) -> Iterator[tuple[int, Row | Problem]]:
    number = 0
    while True:
        number += 1
        try:
            line = opened.readline(_LONGEST)
        except (EOFError, OSError, zlib.error):
            yield number, Problem("The file ends in the middle. Fetch it again; what came before was read.")
            return
        if not line:
            return
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            _skip_line(opened)
            yield number, Problem("The line is longer than any published row. Leave it out or mend it.")
        elif line.strip():
            yield number, _cells(line)


def _skip_line(opened: BinaryIO | gzip.GzipFile) -> None:
    while (rest := opened.readline(_LONGEST)) and not rest.endswith(b"\n"):
        pass


def _cells(line: bytes) -> Row | Problem:
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        return Problem("The line holds bytes that are not UTF-8. Save the file as UTF-8.")
    if "\0" in text:
        return Problem("The line holds a null character. Fetch the file again.")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        return Problem("A quotation mark is not closed on this line. Mend the line.")


def folded(text: str) -> str:
    """Text by which names are compared: small letters, single spaces."""
    return " ".join(text.split()).casefold()


def column_positions(header: Row, names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where each known column stands; `names` gives, for each, its names in small letters and digits only."""
    bare = [re.sub(r"[^a-z0-9]", "", cell.casefold()) for cell in header]
    return {
        known: next(bare.index(name) for name in among if name in bare)
        for known, among in names.items()
        if any(name in bare for name in among)
    }


def missing_columns(found: Mapping[str, int], needed: Mapping[str, str]) -> Problem | None:
    """What the header lacks, if anything; `needed` maps a column to how the publisher writes it."""
    absent = [written for known, written in needed.items() if known not in found]
    if not absent:
        return None
    return Problem(
        f"The first line does not name the column {' or '.join(absent)}. Check that this is the file."
    )


def wrong_width(cells: Row, header: Row) -> Problem | None:
    """A row with more or fewer cells than the header."""
    if len(cells) == len(header):
        return None
    return Problem(f"The row has {len(cells)} cells and the first line {len(header)}. Mend the row.")
