"""The Metropolitan Police's counts by borough or ward and month, under any column names used so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sharing.insight.months import parse_month
from sharing.insight.readers.lines import (
    Problem,
    Row,
    column_positions,
    folded,
    missing_columns,
    read_rows,
    wrong_width,
)

_NAMES: Mapping[str, tuple[str, ...]] = {
    "category": ("majortext", "majorcategory", "major"),
    "subcategory": ("minortext", "minorcategory", "minor"),
    "borough": ("boroughname", "lookupboroughname", "borough", "boroughsnt"),
    "ward": ("wardname", "ward"),
    "code": ("wardcode", "boroughcode", "areacode"),
}
_NEEDED = {"category": "MajorText", "subcategory": "MinorText", "borough": "BoroughName"}


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """One row: the counts of one kind of crime in one area. `area` of a ward is `ward, borough`."""

    area_kind: str
    area: str
    area_code: str | None
    category: str
    subcategory: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Header:
    cells: Row
    at: Mapping[str, int]
    months: tuple[tuple[int, str], ...]


def read_counts(path: Path) -> Iterator[tuple[int, AreaCounts | Problem]]:
    """Each row of the file, or what is wrong with it; nothing after a header that cannot be read."""
    rows = read_rows(path)
    number, first = next(rows, (1, Problem("The file is empty. Fetch it again.")))
    header = first if isinstance(first, Problem) else _header(first)
    if isinstance(header, Problem):
        yield number, header
        return
    for line, cells in rows:
        yield line, cells if isinstance(cells, Problem) else _counts(cells, header)


def _header(cells: Row) -> _Header | Problem:
    at = column_positions(cells, _NAMES)
    if (problem := missing_columns(at, _NEEDED)) is not None:
        return problem
    months = tuple((place, month) for place, cell in enumerate(cells) if (month := parse_month(cell)))
    if not months:
        return Problem("The first line names no month, such as 202511. Check that this is the file.")
    if len({month for _, month in months}) < len(months):
        return Problem("The first line names a month twice. Fetch the file again.")
    return _Header(cells, at, months)


def _counts(cells: Row, header: _Header) -> AreaCounts | Problem:
    if (problem := wrong_width(cells, header.cells)) is not None:
        return problem
    named = {known: " ".join(cells[place].split()) for known, place in header.at.items()}
    for known in ("borough", "category", "subcategory", "ward"):
        if named.get(known) == "":
            return Problem(f"The {known} is blank. Fill it in.")
    counts = []
    for place, month in header.months:
        text = cells[place].strip().replace(",", "")
        if not (text.isascii() and text.isdigit() and len(text) < 9):
            return Problem(f"The count for {month} is not a whole number. Write one; 0 if there were none.")
        counts.append((month, int(text)))
    ward = named.get("ward")
    return AreaCounts(
        area_kind="ward" if ward else "borough",
        area=f"{ward}, {named['borough']}" if ward else named["borough"],
        area_code=named.get("code") or None,
        category=folded(named["category"]),
        subcategory=folded(named["subcategory"]),
        counts=tuple(counts),
    )
