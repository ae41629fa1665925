"""Recorded crime of an area by month and financial year, by edition, with the sums behind what is said.

The figures are published and name nobody, so they are not redacted and a look at them is no consultation
of a record. Doors still ask who is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select

from auth.actor import Actor
from auth.roles import Action
from foundation.database import Database, Tx
from foundation.errors import Invalid
from sharing.insight.kinds import COUNTS, METROPOLITAN_POLICE
from sharing.insight.months import months_between, parse_month, shift, twelve_to
from sharing.insight.readers.lines import folded
from sharing.insight.series import (
    Comparison,
    RecordedRow,
    Restated,
    Series,
    Span,
    against_year_before,
    by_financial_year,
    by_month,
    newest_edition,
    restated,
    span,
)
from sharing.insight.tables import import_run, recorded_count

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Metropolitan Police Service, London Datastore."
)

#: The sum of all boroughs; a month counts only if at least this many are there, so that none is half London.
LONDON = "London"
_BOROUGHS = 32

#: What people say, and what the publisher writes.
_SAID = {
    "personal robbery": "robbery of personal property",
    "business robbery": "robbery of business property",
    "criminal damage and arson": "arson and criminal damage",
    "shop theft": "shoplifting",
}


class By(StrEnum):
    """How long the periods are."""

    FINANCIAL_YEAR = "financial-year"
    MONTH = "month"


@dataclass(frozen=True)
class RecordedTable:
    """Published counts of one crime in one area. `crime` and `area` are as the publisher names them."""

    area: str
    crime: str
    by: By
    publisher: str
    rows: tuple[RecordedRow, ...]


@dataclass(frozen=True)
class Choices:
    """The areas and crimes that there are figures for."""

    areas: tuple[str, ...]
    crimes: tuple[str, ...]


@dataclass(frozen=True)
class MonthPair:
    """A month beside the same month a year before."""

    month: str
    now: int
    before: int

    @property
    def difference(self) -> str:
        """How many more now, with its sign."""
        return (
            f"{self.now - self.before:+,}".replace("-", "\N{MINUS SIGN}") if self.now != self.before else "0"
        )


@dataclass(frozen=True)
class Overview:
    """All that the page shows of one crime in one area.

    `edition` is the newest that covers the months, and the one of `years`. `compared` and `months` are
    None and empty where no edition covers the same months a year before.
    """

    area: str
    crime: str
    edition: str
    years: tuple[RecordedRow, ...]
    span: Span
    compared: Comparison | None
    months: tuple[MonthPair, ...]
    restated: tuple[Restated, ...]
    editions: tuple[str, ...]
    choices: Choices


def recorded(
    database: Database, actor: Actor | None, area: str, crime: str, by: By, *, edition: str | None = None
) -> RecordedTable:
    """Counts by financial year or month, by edition; `actor` is None at the shell of the server only.

    Raises:
        Denied: if the actor's role may not read insight.
        Invalid: if no figures are held for the area, the crime or the edition.
    """
    _require(actor)
    with database.transaction() as tx:
        series, area = _series(tx, area, crime)
    if edition is not None:
        if edition not in series:
            held = ", ".join(sorted(series))
            raise Invalid({"edition": f"No such edition is held. Editions held: {held}."})
        series = {edition: series[edition]}
    rows = by_financial_year(series) if by is By.FINANCIAL_YEAR else by_month(series)
    return RecordedTable(area, _publishers_name(crime), by, METROPOLITAN_POLICE, rows)


def twelve_months_to(database: Database, actor: Actor | None, area: str, crime: str, month: str) -> Span:
    """The count of twelve months and the rate a day, by the newest edition that covers them.

    Raises:
        Invalid: if no figures are held for the area, the crime or all of the months.
    """
    _require(actor)
    if parse_month(month) is None:
        raise Invalid({"month": "A month is written as 2024-01."})
    with database.transaction() as tx:
        series, _ = _series(tx, area, crime)
    found = span(series, twelve_to(month))
    if found is None:
        raise Invalid({"month": "No edition covers all of these twelve months."})
    return found


def same_months_a_year_before(
    database: Database, actor: Actor | None, area: str, crime: str, months: tuple[str, str]
) -> Comparison:
    """The months from first to last against the same of the year before, by one edition.

    Raises:
        Invalid: if no figures are held for the area, the crime or all of the months of both years.
    """
    _require(actor)
    with database.transaction() as tx:
        series, _ = _series(tx, area, crime)
    found = against_year_before(series, months_between(*months))
    if found is None:
        raise Invalid({"months": "No edition covers these months of both years."})
    return found


def overview(
    database: Database, actor: Actor, area: str, crime: str, *, first: str = "", last: str = ""
) -> Overview:
    """What the page shows, read in one transaction; the last twelve months unless told others.

    Raises:
        Denied: if the actor's role may not read insight.
        Invalid: if no figures are held for the area, the crime or the months.
    """
    actor.require(Action.INSIGHT_READ)
    with database.transaction() as tx:
        series, area = _series(tx, area, crime)
        choices = _choices(tx)
    months = _months(series, first.strip(), last.strip())
    found = span(series, months)
    if found is None:
        raise Invalid({"to": "No edition covers all of these months. Choose others."})
    compared = against_year_before(series, months)
    shown = compared.now if compared else found
    counts = series[shown.edition]
    return Overview(
        area=area,
        crime=_publishers_name(crime),
        edition=shown.edition,
        years=by_financial_year({shown.edition: counts}),
        span=shown,
        compared=compared,
        months=_pairs(counts, months) if compared else (),
        restated=restated(series),
        editions=tuple(sorted(series)),
        choices=choices,
    )


def _months(series: Series, first: str, last: str) -> tuple[str, ...]:
    if not last:
        last = max(series[newest_edition(series)])
    to = parse_month(last)
    since = parse_month(first) if first else shift(to, -11) if to else None
    if to is None:
        raise Invalid({"to": "Write the last month as 2024-01."})
    if since is None:
        raise Invalid({"from": "Write the first month as 2024-01."})
    if not shift(to, -11) <= since <= to:
        raise Invalid({"from": "The first month is at most eleven months before the last, and not after it."})
    return months_between(since, to)


def choices_of(database: Database, actor: Actor) -> Choices:
    """The areas and crimes to choose from; empty before the first import.

    Raises:
        Denied: if the actor's role may not read insight.
    """
    actor.require(Action.INSIGHT_READ)
    with database.transaction() as tx:
        return _choices(tx)


def _require(actor: Actor | None) -> None:
    if actor is not None:
        actor.require(Action.INSIGHT_READ)


def _publishers_name(crime: str) -> str:
    return _SAID.get(folded(crime), folded(crime))


def _pairs(counts: Mapping[str, int], months: tuple[str, ...]) -> tuple[MonthPair, ...]:
    return tuple(MonthPair(month, counts[month], counts[shift(month, -12)]) for month in months)


def _series(tx: Tx, area: str, crime: str) -> tuple[Series, str]:
    columns = recorded_count.c
    name = _publishers_name(crime)
    of_crime = or_(columns.category == name, columns.subcategory == name)
    whole = folded(area) == folded(LONDON)
    place = columns.area_kind == "borough" if whole else _place(area)
    statement = select(
        columns.edition,
        columns.month,
        func.sum(columns.count).label("total"),
        func.count(columns.area_key.distinct()).label("areas"),
        func.min(columns.area).label("area"),
    )
    series: dict[str, dict[str, int]] = {}
    named = LONDON
    for row in tx.execute(statement.where(place, of_crime).group_by(columns.edition, columns.month)):
        named = LONDON if whole else row.area
        if not whole or row.areas >= _BOROUGHS:
            series.setdefault(row.edition, {})[row.month] = int(row.total)
    if not series:
        raise Invalid(_nothing(tx, area, crime))
    return series, named


def _place(area: str) -> ColumnElement[bool]:
    columns = recorded_count.c
    return or_(columns.area_key == folded(area), columns.area_code == area.strip().upper())


def _nothing(tx: Tx, area: str, crime: str) -> dict[str, str]:
    held = _choices(tx)
    if not held.areas:
        return {"area": "No figures have been imported yet. Ask whoever runs the service to import them."}
    if folded(area) not in {folded(each) for each in held.areas}:
        named = area.strip()[:60] or "a blank area"
        return {"area": f"There are no published figures for {named}. Choose an area from the list."}
    named = crime.strip()[:60] or "a blank crime"
    return {"crime": f"There are no published figures for {named} there. Choose a crime from the list."}


def _choices(tx: Tx) -> Choices:
    columns = import_run.c
    areas: set[str] = set()
    crimes: set[str] = set()
    finished = select(columns.areas, columns.crimes).where(
        columns.kind == COUNTS.name, columns.finished_at.is_not(None)
    )
    for run in tx.execute(finished):
        areas.update(run.areas)
        crimes.update(name for pair in run.crimes for name in pair)
    boroughs = sum("," not in area for area in areas)
    whole = [LONDON] if boroughs >= _BOROUGHS else []
    return Choices((*whole, *sorted(areas)), tuple(sorted(crimes)))
