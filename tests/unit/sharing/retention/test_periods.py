"""Which line counts for a record, and on which day it is due."""

from datetime import date

import pytest

from sharing.retention.periods import Rule, day_due, newest_to_look_at, rule_for

#: Whether the agency counts as a business.
POLICE, SHOPS = False, True
OWN = {("incident", ""): "10-years", ("incident", "victim"): "3-years", ("incident", "witness"): "12-months"}


@pytest.mark.parametrize(
    ("last", "period", "day"),
    [
        (date(2020, 3, 4), "6-years", date(2026, 3, 4)),
        (date(2025, 8, 31), "6-months", date(2026, 2, 28)),
        (date(2025, 11, 30), "3-months", date(2026, 2, 28)),
        (date(2024, 2, 29), "12-months", date(2025, 2, 28)),
        (date(2025, 12, 31), "12-months", date(2026, 12, 31)),
        (date(2026, 1, 15), "31-days", date(2026, 2, 15)),
    ],
)
def test_a_period_ends_on_the_same_day_of_its_last_month(last, period, day):
    assert day_due(last, period) == day
    lines = {("item", ""): period}
    assert newest_to_look_at(day, lines, "item", business=False) >= last


@pytest.mark.parametrize(
    ("type_", "categories", "business", "rule"),
    [
        ("incident", {"suspect"}, POLICE, Rule("10-years", "", own=True)),
        ("incident", {"suspect", "victim"}, POLICE, Rule("3-years", "victim", own=True)),
        ("incident", {"witness", "victim"}, POLICE, Rule("12-months", "witness", own=True)),
        ("incident", {"child"}, SHOPS, Rule("10-years", "", own=True)),
        ("sighting", {"victim"}, POLICE, Rule("6-years", "", own=False)),
        ("sighting", {"victim"}, SHOPS, Rule("24-months", "", own=False)),
        ("sighting", {"child", "victim"}, SHOPS, Rule("12-months", "child", own=False)),
        ("media", {"child"}, SHOPS, None),
    ],
)
def test_an_agencys_own_line_comes_first_then_a_category_then_the_shortest(type_, categories, business, rule):
    assert rule_for(OWN, type_, categories, business=business) == rule


def test_a_line_for_a_category_leaves_all_others_to_the_portal():
    lines = {("subject", "victim"): "3-months"}
    assert rule_for(lines, "subject", {"suspect"}, business=False) == Rule("6-years", "", own=False)
    assert rule_for(lines, "subject", {"victim"}, business=False) == Rule("3-months", "victim", own=True)
    assert Rule("3-months", "victim", own=True).told("subject") == "subject victim 3-months agency"
