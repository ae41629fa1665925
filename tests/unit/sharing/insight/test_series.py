import pytest

from sharing.insight.months import days_in, financial_year, months_between, parse_month, shift, twelve_to
from sharing.insight.series import against_year_before, restated, span


@pytest.mark.parametrize(
    ("month", "year"), [("2011-04", "2011/12"), ("2012-03", "2011/12"), ("2099-12", "2099/00")]
)
def test_financial_year_runs_april_to_march(month: str, year: str) -> None:
    assert financial_year(month) == year


def test_month_is_read_in_the_forms_publishers_use() -> None:
    assert [parse_month(text) for text in ("202511", "2025-11", " 2025/11 ")] == ["2025-11"] * 3
    assert [parse_month(text) for text in ("202513", "2025-1", "MajorText", "")] == [None] * 4


def test_months_cross_years() -> None:
    assert shift("2024-01", -1) == "2023-12"
    assert months_between("2023-12", "2024-02") == ("2023-12", "2024-01", "2024-02")
    assert days_in(twelve_to("2024-03")) == 366


def test_span_takes_newest_edition_that_holds_every_month() -> None:
    series = {"2023-07": {"2023-06": 1, "2023-07": 2}, "2025-11": {"2023-07": 3}}
    whole, newest = span(series, ("2023-06", "2023-07")), span(series, ("2023-07",))
    assert whole is not None
    assert newest is not None
    assert (whole.edition, whole.count) == ("2023-07", 3)
    assert (newest.edition, newest.count) == ("2025-11", 3)


def test_years_are_never_compared_across_editions() -> None:
    assert against_year_before({"2023-07": {"2022-07": 9}, "2025-11": {"2023-07": 3}}, ("2023-07",)) is None


def test_no_percentage_of_none() -> None:
    found = against_year_before({"2025-11": {"2022-07": 0, "2023-07": 3}}, ("2023-07",))
    assert found is not None
    assert found.headline == "3 more. There were none the year before, so there is no percentage."
    assert found.sentence == "3 against 0. Small numbers move a lot by chance."


def test_year_that_one_edition_covers_in_part_is_not_called_restated() -> None:
    whole = dict.fromkeys(months_between("2011-04", "2012-03"), 1)
    assert restated({"2012-02": dict(list(whole.items())[:-1]), "2025-11": whole}) == ()
