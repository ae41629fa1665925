"""A list walks on past what the reader may not see, however much there is of it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest.mock import Mock, patch

import pytest

from sharing import collecting, queries
from sharing.queries import Candidates
from sharing.scope import Position

START = datetime(2026, 2, 17, tzinfo=UTC)


def rows(count: int) -> list[dict[str, object]]:
    return [{"position": START - timedelta(minutes=n), "id": f"{n:06}"} for n in range(count)]


def collected(held: list[dict[str, object]], seen: set[str], limit: int = 2):
    def page(_tx, _scope, _type, *, after, most, words, persons):
        del words, persons
        later = [row for row in held if row["position"] < after.at]
        return Candidates(1, later[:most])

    def released(_tx, _sight, found, *, persons):
        del persons
        return [(row, SimpleNamespace(id=row["id"])) for row in found if row["id"] in seen]

    with (
        patch.object(collecting, "scope_of"),
        patch.object(queries, "page", page),
        patch.object(collecting, "_stands_earlier", return_value=False),
        patch.object(collecting, "_released", released),
    ):
        found, after = collecting.collect(None, Mock(), "incident", after=Position(), limit=limit)
    return [each.id for each in found], after


@pytest.mark.parametrize("hidden", [0, 1, 9, 400, 5000])
def test_hidden_rows_neither_shorten_a_page_nor_promise_another(hidden: int):
    held = rows(hidden + 2)
    last = {held[-1]["id"], held[-2]["id"]}
    assert collected(held, last) == (sorted(last), None)
    assert collected(held, set()) == ([], None)


def test_next_page_starts_behind_the_last_record_shown():
    held = rows(600)
    found, after = collected(held, {"000003", "000300", "000599"})
    assert found == ["000003", "000300"]
    assert after == Position(held[300]["position"], "000300")
