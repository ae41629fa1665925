"""Counts by month of one area and crime, by edition, and what may be said of them. Pure arithmetic.

A percentage never stands without the sum it comes from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sharing.insight.months import days_in, financial_year, in_words, shift

#: month to count, of each edition.
Series = Mapping[str, Mapping[str, int]]

#: Below this a count moves so much by chance that the page says so.
_SMALL = 30


@dataclass(frozen=True)
class RecordedRow:
    """One figure: `period` is a financial year (2011/12) or a month; `months` counts those it covers."""

    edition: str
    period: str
    count: int
    months: int


@dataclass(frozen=True)
class Span:
    """A count over whole months of one edition."""

    edition: str
    first: str
    last: str
    count: int
    days: int

    @property
    def per_day(self) -> float:
        """Crimes a day."""
        return self.count / self.days

    @property
    def sentence(self) -> str:
        """The rate with its division."""
        return f"{self.per_day:.2f} a day: {self.count:,} divided by {self.days} days."


@dataclass(frozen=True)
class Comparison:
    """A span against the same months a year before, in the same edition."""

    now: Span
    before: Span

    @property
    def more(self) -> int:
        """How many more there are now; fewer if negative."""
        return self.now.count - self.before.count

    @property
    def per_cent(self) -> float | None:
        """The change in per cent of the year before, or None where there were none."""
        return 100 * self.more / self.before.count if self.before.count else None

    @property
    def headline(self) -> str:
        """The change in words: 82 more, or 14.6 per cent more."""
        if not self.more:
            return "As many as the year before."
        how = "more" if self.more > 0 else "fewer"
        if self.per_cent is None:
            return f"{abs(self.more):,} {how}. There were none the year before, so there is no percentage."
        return f"{abs(self.more):,} {how}, or {self.signed_per_cent} per cent."

    @property
    def signed_per_cent(self) -> str:
        """The change with its sign and one decimal, such as `+14.6`; empty where there is none."""
        if self.per_cent is None:
            return ""
        return f"{self.per_cent:+.1f}".replace("-", "\N{MINUS SIGN}")

    @property
    def sentence(self) -> str:
        """The sum behind the percentage, and a caution where the counts are small."""
        now, before = f"{self.now.count:,}", f"{self.before.count:,}"
        sentence = f"{now} less {before}, divided by {before}." if self.before.count else f"{now} against 0."
        small = min(self.now.count, self.before.count) < _SMALL
        return f"{sentence} Small numbers move a lot by chance." if small else sentence


@dataclass(frozen=True)
class Restated:
    """A financial year of which editions say different things; counts by edition, oldest first."""

    period: str
    counts: tuple[tuple[str, int], ...]

    @property
    def sentence(self) -> str:
        """What each edition says."""
        said = [f"{count:,} in the edition to {in_words(edition)}" for edition, count in self.counts]
        return f"{self.period}: {', '.join(said)}."


def by_month(series: Series) -> tuple[RecordedRow, ...]:
    """Every month of every edition, oldest first."""
    return tuple(
        RecordedRow(edition, month, series[edition][month], 1)
        for edition in sorted(series)
        for month in sorted(series[edition])
    )


def by_financial_year(series: Series) -> tuple[RecordedRow, ...]:
    """Every financial year of every edition; one that the edition covers in part has `months` below 12."""
    rows = []
    for edition in sorted(series):
        years: dict[str, list[int]] = {}
        for month in sorted(series[edition]):
            years.setdefault(financial_year(month), []).append(series[edition][month])
        rows += [RecordedRow(edition, year, sum(counts), len(counts)) for year, counts in years.items()]
    return tuple(rows)


def span(series: Series, months: tuple[str, ...]) -> Span | None:
    """The count over these months by the newest edition that holds all of them."""
    for edition in sorted(series, reverse=True):
        held = series[edition]
        if all(month in held for month in months):
            count = sum(held[month] for month in months)
            return Span(edition, months[0], months[-1], count, days_in(months))
    return None


def against_year_before(series: Series, months: tuple[str, ...]) -> Comparison | None:
    """These months against the same a year before, both by one edition; None if none holds them all."""
    earlier = tuple(shift(month, -12) for month in months)
    for edition in sorted(series, reverse=True):
        one = {edition: series[edition]}
        now, before = span(one, months), span(one, earlier)
        if now and before:
            return Comparison(now, before)
    return None


def restated(series: Series) -> tuple[Restated, ...]:
    """Whole financial years of which the editions say different things."""
    years: dict[str, list[tuple[str, int]]] = {}
    for row in by_financial_year(series):
        if row.months == 12:
            years.setdefault(row.period, []).append((row.edition, row.count))
    return tuple(
        Restated(year, tuple(counts))
        for year, counts in sorted(years.items())
        if len({count for _, count in counts}) > 1
    )


def newest_edition(series: Series) -> str:
    """The edition that covers most lately."""
    return max(series, key=lambda edition: (max(series[edition]), edition))
