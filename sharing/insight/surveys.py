"""A first reading of a file: what it covers and how long it is, before anything is taken in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sharing.insight.editions import Source
from sharing.insight.readers.boroughs import AreaCounts
from sharing.insight.readers.lines import Problem
from sharing.insight.readers.streets import StreetRow


@dataclass(frozen=True)
class Survey:
    """What the file covers, and the names that the page offers as choices once it is in."""

    source: Source
    areas: frozenset[str] = frozenset()
    crimes: frozenset[tuple[str, str]] = frozenset()
    outcomes: bool = False


def survey_counts(path: Path, rows: Iterable[tuple[int, AreaCounts | Problem]]) -> Survey:
    """What a file of counts covers."""
    number = 0
    months: set[str] = set()
    areas: set[str] = set()
    crimes: set[tuple[str, str]] = set()
    for _, row in rows:
        number += 1
        if isinstance(row, AreaCounts):
            months.update(month for month, _ in row.counts)
            areas.add(row.area)
            crimes.add((row.category, row.subcategory))
    return Survey(_source(path, number, months), frozenset(areas), frozenset(crimes))


def survey_streets(path: Path, rows: Iterable[tuple[int, StreetRow | Problem]]) -> Survey:
    """What a street or outcomes file covers, and which of the two it is."""
    number = 0
    months: set[str] = set()
    outcomes = False
    for _, row in rows:
        number += 1
        if isinstance(row, StreetRow):
            months.add(row.month)
            outcomes = row.outcome_type is not None
    return Survey(_source(path, number, months), outcomes=outcomes)


def _source(path: Path, rows: int, months: set[str]) -> Source:
    with path.open("rb") as stored:
        digest = hashlib.file_digest(stored, "sha256").hexdigest()
    return Source(path, digest, rows, min(months, default=""), max(months, default=""))
