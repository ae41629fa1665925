"""A council's register of cameras, as published: number, place, ward and point, under their usual names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sharing.insight.readers.lines import (
    Problem,
    Row,
    column_positions,
    missing_columns,
    read_rows,
    wrong_width,
)

_NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("cameraid", "cameranumber", "camerano", "cameraref", "camera", "number", "id"),
    "address": ("location", "address", "cameralocation", "description", "name"),
    "ward": ("wardname", "ward", "areaname", "area"),
    "longitude": ("lon", "lng", "long", "longitude"),
    "latitude": ("lat", "latitude"),
    "overwrite_days": ("overwritedays", "retentiondays", "keptdays"),
}
_NEEDED = {"number": "camera_id", "address": "location"}


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One camera. `point` is latitude and longitude in degrees, WGS 84."""

    number: str
    address: str
    ward: str | None
    point: tuple[float, float] | None
    overwrite_days: int | None


def read_cameras(path: Path) -> tuple[list[tuple[int, CameraRow]], list[tuple[int, Problem]]]:
    """The register's good rows and its bad ones, each with its line; a number given twice is good once."""
    good: list[tuple[int, CameraRow]] = []
    bad: list[tuple[int, Problem]] = []
    lines: dict[str, int] = {}
    for line, value in _rows(path):
        if isinstance(value, Problem):
            bad.append((line, value))
        elif value.number in lines:
            earlier = lines[value.number]
            bad.append(
                (line, Problem(f"The camera's number stands on line {earlier} already. Give it another."))
            )
        else:
            lines[value.number] = line
            good.append((line, value))
    return good, bad


def _rows(path: Path) -> Iterator[tuple[int, CameraRow | Problem]]:
    rows = read_rows(path)
    number, header = next(rows, (1, Problem("The file is empty. Fetch it again.")))
    if isinstance(header, Problem):
        yield number, header
        return
    at = column_positions(header, _NAMES)
    if (problem := missing_columns(at, _NEEDED)) is not None:
        yield number, problem
        return
    for line, cells in rows:
        yield line, cells if isinstance(cells, Problem) else _camera(cells, header, at)


def _camera(cells: Row, header: Row, at: Mapping[str, int]) -> CameraRow | Problem:
    if (problem := wrong_width(cells, header)) is not None:
        return problem
    cell = {known: " ".join(cells[place].split()) for known, place in at.items()}
    if not cell["number"] or not cell["address"]:
        return Problem("The camera's number or its location is blank. Fill it in.")
    point = _point(cell.get("latitude", ""), cell.get("longitude", ""))
    if isinstance(point, Problem):
        return point
    days = cell.get("overwrite_days", "")
    if days and not (days.isascii() and days.isdigit() and 1 <= int(days) <= 366):
        return Problem("The days until footage is overwritten are not a number from 1 to 366. Mend them.")
    return CameraRow(
        cell["number"], cell["address"], cell.get("ward") or None, point, int(days) if days else None
    )


def _point(latitude: str, longitude: str) -> tuple[float, float] | Problem | None:
    if not latitude and not longitude:
        return None
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return Problem("Latitude or longitude is not a number. Mend it, or leave both blank.")
    if not (49 <= found[0] <= 61.5 and -9.5 <= found[1] <= 3):
        return Problem("The point is not in the United Kingdom. Check the order of the two numbers.")
    return found
