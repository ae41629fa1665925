"""What each publisher's row becomes: the candidate rows of one file, in the file's order."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sharing.insight.loading import Candidate, Kind, key_of
from sharing.insight.readers.boroughs import AreaCounts
from sharing.insight.readers.lines import Problem, folded
from sharing.insight.readers.streets import StreetRow
from sharing.insight.tables import recorded_count, street_crime, street_outcome

METROPOLITAN_POLICE = "Metropolitan Police Service"


def _contradiction(row: Mapping[str, Any], held: Any) -> str:
    return (
        f"{row['area']}, {row['subcategory']}, {row['month']}: the row says {row['count']}; the same edition "
        f"says {held} already, which stays. If this is another edition, name it with --edition."
    )


COUNTS = Kind("mps", recorded_count, "count", _contradiction)
CRIMES = Kind("police-uk", street_crime, "outcome", None)
OUTCOMES = Kind("police-uk-outcomes", street_outcome, "outcome", None)


def count_candidates(
    rows: Iterable[tuple[int, AreaCounts | Problem]], edition: str
) -> Iterator[tuple[int, Candidate | Problem]]:
    """One candidate for each month of each row."""
    for line, row in rows:
        if isinstance(row, Problem):
            yield line, row
            continue
        area_key = folded(row.area)
        named = {
            "publisher": METROPOLITAN_POLICE,
            "area_kind": row.area_kind,
            "area": row.area,
            "area_key": area_key,
            "area_code": row.area_code,
            "category": row.category,
            "subcategory": row.subcategory,
        }
        # A ward's code names it; a borough is named alike in files with and without codes.
        place = (row.area_kind, area_key, row.area_code or "" if row.area_kind == "ward" else "")
        for month, count in row.counts:
            key = key_of(METROPOLITAN_POLICE, edition, *place, row.category, row.subcategory, month)
            yield line, Candidate(line, {**named, "key": key, "month": month, "count": count})


def street_candidates(
    rows: Iterable[tuple[int, StreetRow | Problem]],
) -> Iterator[tuple[int, Candidate | Problem]]:
    """One candidate for each crime or outcome.

    Rows without a Crime ID that are alike are different crimes, told apart by their order in the month.
    The LSOA is no part of the key: its code changes with the version while the crime stays the same.
    """
    seen: Counter[str] = Counter()
    for line, row in rows:
        if isinstance(row, Problem):
            yield line, row
            continue
        what = row.outcome_type or row.crime_type
        key, occurrence = key_of(row.publisher, row.month, what, row.crime_id or ""), 1
        if row.crime_id is None:
            alike = key_of(
                row.publisher, row.month, what, str(row.latitude), str(row.longitude), row.location
            )
            seen[alike] += 1
            occurrence = seen[alike]
            key = key_of(alike, str(occurrence))
        yield line, Candidate(line, _street_values(row, key, occurrence))


def _street_values(row: StreetRow, key: str, occurrence: int) -> dict[str, Any]:
    values = {
        "key": key,
        "publisher": row.publisher,
        "month": row.month,
        "crime_id": row.crime_id,
        "occurrence": occurrence,
        "area": row.area,
        "outcome": row.outcome_type or row.last_outcome,
    }
    if row.outcome_type:
        return values
    return values | {
        "crime_type": row.crime_type,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "location": row.location,
        "lsoa_code": row.lsoa_code,
        "lsoa_name": row.lsoa_name,
    }
