"""The street and outcomes files of data.police.uk, as published today and as reconstructed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from foundation.clock import today
from sharing.insight.months import parse_month
from sharing.insight.readers.lines import (
    Problem,
    Row,
    column_positions,
    missing_columns,
    read_rows,
    wrong_width,
)

_NAMES: Mapping[str, tuple[str, ...]] = {
    "crime_id": ("crimeid",),
    "month": ("month",),
    "reported_by": ("reportedby",),
    "falls_within": ("fallswithin",),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
    "location": ("location",),
    "lsoa_code": ("lsoacode",),
    "lsoa_name": ("lsoaname",),
    "crime_type": ("crimetype",),
    "last_outcome": ("lastoutcomecategory",),
    "outcome_type": ("outcometype",),
}
_NEEDED = {"month": "Month", "longitude": "Longitude", "latitude": "Latitude", "lsoa_code": "LSOA code"}
_LSOA = re.compile(r"[EW]01\d{6}|95[A-Z0-9]{6}|S01\d{6}|N\d{8}|N2\d{7}")
#: Greater than the islands, so that only a slip of columns or sign is refused: longitude, latitude.
_WEST, _EAST, _SOUTH, _NORTH = -9.5, 3.0, 49.0, 61.5

#: Named when the file does not say which force reported.
NOT_STATED = "Not stated"


@dataclass(frozen=True, slots=True)
class StreetRow:
    """One crime, or (with `outcome_type`) one outcome. Blank is None; the point is in degrees, WGS 84."""

    publisher: str
    month: str
    crime_id: str | None
    crime_type: str
    location: str
    latitude: float | None
    longitude: float | None
    lsoa_code: str | None
    lsoa_name: str | None
    last_outcome: str | None
    outcome_type: str | None

    @property
    def area(self) -> str | None:
        """The borough or district: the LSOA's name without its number, which changes with the version."""
        return self.lsoa_name.rsplit(" ", 1)[0] if self.lsoa_name else None


def read_streets(path: Path) -> Iterator[tuple[int, StreetRow | Problem]]:
    """Each row of a street or an outcomes file, or what is wrong with it."""
    rows = read_rows(path)
    number, header = next(rows, (1, Problem("The file is empty. Fetch it again.")))
    at = {} if isinstance(header, Problem) else column_positions(header, _NAMES)
    problem = header if isinstance(header, Problem) else _header_problem(header, at)
    if problem is not None or isinstance(header, Problem):
        yield number, problem or Problem("The first line cannot be read. Fetch the file again.")
        return
    for line, cells in rows:
        yield line, cells if isinstance(cells, Problem) else _street(cells, header, at)


def _header_problem(header: Row, at: Mapping[str, int]) -> Problem | None:
    if any("ethnicity" in cell.casefold() for cell in header):
        return Problem("Stop and search describes people one by one. It is not imported.")
    if "crime_type" not in at and "outcome_type" not in at:
        return Problem("The first line does not name the column Crime type or Outcome type. Check the file.")
    return missing_columns(at, _NEEDED)


def _street(cells: Row, header: Row, at: Mapping[str, int]) -> StreetRow | Problem:
    if (problem := wrong_width(cells, header)) is not None:
        return problem
    cell = {known: " ".join(cells[place].split()) for known, place in at.items()}
    month = parse_month(cell["month"])
    point = _point(cell["latitude"], cell["longitude"])
    if (problem := _row_problem(cell, month)) is not None or month is None:
        return problem or Problem("The month is not written as 2024-01. Mend it.")
    if isinstance(point, Problem):
        return point
    return StreetRow(
        publisher=cell.get("reported_by") or cell.get("falls_within") or NOT_STATED,
        month=month,
        crime_id=cell.get("crime_id") or None,
        crime_type=cell.get("crime_type", ""),
        location=cell.get("location", ""),
        latitude=point[0],
        longitude=point[1],
        lsoa_code=cell["lsoa_code"] or None,
        lsoa_name=cell.get("lsoa_name") or None,
        last_outcome=cell.get("last_outcome") or None,
        outcome_type=cell.get("outcome_type"),
    )


def _row_problem(cell: Mapping[str, str], month: str | None) -> Problem | None:
    lsoa = cell["lsoa_code"]
    faults = (
        (month is None, "The month is not written as 2024-01. Mend it."),
        (month is not None and month > today().isoformat()[:7], "The month is in the future. Mend it."),
        (cell.get("crime_type") == "", "The crime type is blank. Fill it in."),
        (cell.get("outcome_type") == "", "The outcome type is blank. Fill it in."),
        (
            bool(lsoa) and not _LSOA.fullmatch(lsoa),
            "The LSOA code is not of the form E01002243. Mend it or leave it blank.",
        ),
        (len(cell.get("crime_id", "")) > 64, "The Crime ID is longer than 64 characters. Mend it."),
    )
    return next((Problem(sentence) for wrong, sentence in faults if wrong), None)


def _point(latitude: str, longitude: str) -> tuple[float | None, float | None] | Problem:
    if not latitude and not longitude:
        return None, None
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return Problem("Latitude or longitude is not a number. Mend it, or leave both blank.")
    if not (_SOUTH <= found[0] <= _NORTH and _WEST <= found[1] <= _EAST):
        return Problem("The point is not in the United Kingdom. Check the order of the two numbers.")
    return found
