import pytest

from auth.actor import Actor
from auth.roles import Role
from foundation.database import Database
from foundation.errors import Denied, Invalid
from sharing.insight.recorded import (
    By,
    choices_of,
    overview,
    recorded,
    same_months_a_year_before,
    twelve_months_to,
)
from tests.unit.sharing.insight.places import opened


def an_actor(role: Role) -> Actor:
    return Actor("u", "Ann", "havering", "Havering", "council", False, frozenset({role}), None, "s")  # noqa: FBT003 - in the order of the fields


def counts(database: Database, area: str, crime: str, by: By, period: str) -> dict[str, int]:
    table = recorded(database, None, area, crime, by)
    return {row.edition: row.count for row in table.rows if row.period == period}


def test_each_edition_keeps_its_own_figure_for_2011_12(published: Database) -> None:
    assert counts(published, "Havering", "robbery", By.FINANCIAL_YEAR, "2011/12") == {
        "2023-07": 499,
        "2025-11": 490,
    }


def test_twelve_months_to_january_2024_cross_two_files_of_one_edition(published: Database) -> None:
    span = twelve_months_to(published, None, "havering", "Robbery", "2024-01")
    assert (span.count, span.days, f"{span.per_day:.2f}") == (505, 365, "1.38")
    assert span.sentence == "1.38 a day: 505 divided by 365 days."


def test_london_personal_robbery_fell_by_5_3_per_cent_with_its_sum(published: Database) -> None:
    found = same_months_a_year_before(published, None, "London", "personal robbery", ("2024-04", "2024-10"))
    assert (found.now.count, found.before.count) == (16168, 17077)
    assert found.headline == "909 fewer, or \N{MINUS SIGN}5.3 per cent."
    assert found.sentence == "16,168 less 17,077, divided by 17,077."


def test_overview_opens_on_newest_twelve_months_against_year_before(published: Database) -> None:
    page = overview(published, an_actor(Role.CHAIR), "Havering", "robbery")
    assert (page.span.count, page.span.first, page.span.last) == (645, "2024-12", "2025-11")
    assert page.compared is not None
    assert page.compared.headline == "82 more, or +14.6 per cent."
    assert [(pair.now, pair.before, pair.difference) for pair in page.months][-1] == (66, 43, "+23")
    assert ("2011/12", (("2023-07", 499), ("2025-11", 490))) in [
        (year.period, year.counts) for year in page.restated
    ]


def test_overview_of_chosen_months_is_theirs(published: Database) -> None:
    page = overview(published, an_actor(Role.CHAIR), "Havering", "robbery", first="2024-04", last="2024-10")
    assert len(page.months) == 7
    assert page.span.count == sum(pair.now for pair in page.months)


def test_category_is_the_sum_of_its_subcategories(published: Database) -> None:
    whole = counts(published, "Havering", "robbery", By.MONTH, "2024-01")
    personal = counts(published, "Havering", "robbery of personal property", By.MONTH, "2024-01")
    business = counts(published, "Havering", "robbery of business property", By.MONTH, "2024-01")
    assert whole == {"2025-11": personal["2025-11"] + business["2025-11"]}


def test_year_covered_in_part_says_how_many_months(published: Database) -> None:
    rows = recorded(published, None, "Havering", "robbery", By.FINANCIAL_YEAR, edition="2025-11").rows
    assert [(row.count, row.months) for row in rows if row.period == "2025/26"] == [(433, 8)]
    assert {row.edition for row in rows} == {"2025-11"}


def test_london_leaves_out_months_that_only_some_boroughs_have(published: Database) -> None:
    months = {row.period for row in recorded(published, None, "London", "burglary", By.MONTH).rows}
    assert min(months) == "2023-12"


@pytest.mark.parametrize(
    ("area", "crime", "first", "last", "field"),
    [
        ("Atlantis", "robbery", "", "", "area"),
        ("Havering", "piracy", "", "", "crime"),
        ("Havering", "robbery", "", "2031-01", "to"),
        ("Havering", "robbery", "", "soon", "to"),
        ("Havering", "robbery", "2020-01", "2024-01", "from"),
        ("Havering", "robbery", "2024-02", "2024-01", "from"),
    ],
)
def test_what_is_not_held_is_said_of_the_field(
    published: Database, area: str, crime: str, first: str, last: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        overview(published, an_actor(Role.CHAIR), area, crime, first=first, last=last)
    assert list(caught.value.problems) == [field]


def test_before_any_import_it_says_who_to_ask(database: Database) -> None:
    with pytest.raises(Invalid, match="No figures have been imported yet"):
        recorded(database, None, "Havering", "robbery", By.MONTH)


def test_auditor_may_not_read_insight(published: Database) -> None:
    with pytest.raises(Denied):
        overview(published, an_actor(Role.AUDITOR), "Havering", "robbery")


def test_choices_are_what_was_imported(published: Database) -> None:
    choices = choices_of(published, an_actor(Role.CHAIR))
    assert choices.areas[0] == "London"
    assert {"Havering", "Newham"} <= set(choices.areas)
    assert "robbery" in choices.crimes


def test_fresh_database_has_nothing_to_choose(tmp_path) -> None:
    database = opened(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert choices_of(database, an_actor(Role.CHAIR)).areas == ()
    database.close()
