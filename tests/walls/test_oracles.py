"""What a statement might learn of hidden rows without being shown them: by errors, plans and statistics."""

import re

import pytest
from psycopg import errors

from foundation.walls import REQUESTS
from tests.architecture.sources import ROOT, files
from tests.walls.conftest import COUNCIL, POLICE, STRANGER, begin, seen

MINE = {"to the council", "to all", "the council's"}
COUNTED = "WITH told AS (SELECT * FROM record) SELECT count(*) FROM told WHERE type = 'incident'"


def test_behaviour_12_function_in_the_condition_is_shown_own_rows_only(world):
    """A function that tells what it is given runs behind the policy, since it is not leakproof."""
    with world.link() as link:
        link.execute(
            "CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
            " $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        told = []
        link.add_notice_handler(lambda notice: told.append(notice.message_primary))
        link.execute("SET LOCAL ROLE concordat_app")
        begin(link, world.token(COUNCIL))
        for statement in (
            "SELECT count(*) FROM record WHERE leak(id)",
            "SELECT count(*) FROM incident JOIN record ON id = record_id WHERE leak(id) AND leak(record_id)",
            "SELECT count(*) FROM link WHERE leak(record_id)",
        ):
            link.execute(statement)
        link.rollback()
    assert world.named(set(told)) == MINE
    assert set(told) <= set(world.ids.values())


def test_behaviour_13_division_by_zero_tells_nothing_of_a_hidden_row(world):
    with world.requesting(COUNCIL) as link:
        statement = "SELECT count(*) FROM record WHERE 1 / (CASE WHEN id = %s THEN 0 ELSE 1 END) = 1"
        assert seen(link, statement, world.ids["hidden"]) == {len(MINE)}
        with pytest.raises(errors.DivisionByZero):
            link.execute(statement, [world.ids["to all"]])


def test_behaviour_14_statistics_of_values_are_not_shown(world):
    with world.link() as link:
        assert seen(link, "SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'record'") == {True}
    with world.requesting(COUNCIL) as link:
        assert (
            seen(link, "SELECT tablename FROM pg_stats WHERE tablename IN ('record', 'link', 'incident')")
            == set()
        )
        with pytest.raises(errors.InsufficientPrivilege):
            link.execute("SELECT * FROM pg_statistic")


def test_behaviour_15_plan_tells_how_many_rows_it_left_out_and_no_value(world):
    """So the product never asks for one, and auto_explain has to be off."""
    with world.requesting(COUNCIL) as link:
        plan = "\n".join(row[0] for row in link.execute("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM record"))
    assert "Rows Removed by Filter" in plan
    assert not any(record in plan for record in world.ids.values())
    asking = re.compile(r"\bEXPLAIN\b|auto_explain", re.IGNORECASE)
    rooms = {"auth", "foundation", "migrations", "portal", "sharing"}
    sources = [path for path in files(".py") if path.parts[0] in rooms]
    assert [path for path in sources if asking.search((ROOT / path).read_text())] == []
    assert asking.search('"EXPLAIN SELECT 1"')


def test_behaviour_5_no_statement_of_the_product_sets_something_for_the_session():
    """A plain SET would outlive its transaction, on a connection that the next request gets."""
    setting = re.compile(r"""["'\s]SET (?!search_path = |LOCAL )(ROLE|SESSION|TIME ZONE|[a-z_.]+ (=|TO) )""")
    rooms = {"auth", "foundation", "portal", "sharing"}
    sources = [path for path in files(".py") if path.parts[0] in rooms]
    assert [path for path in sources if setting.search((ROOT / path).read_text())] == []
    assert setting.search('"SET ROLE concordat_app"')


@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan", "auto"])
def test_behaviour_10_prepared_statement_follows_the_agency_of_each_transaction(world, plans):
    with world.link(REQUESTS) as link:
        link.prepare_threshold = 0
        link.execute(f"SET plan_cache_mode = {plans}")
        link.commit()
        counts = []
        for user in (COUNCIL, POLICE, STRANGER, None, COUNCIL, POLICE, COUNCIL, POLICE, None):
            if user is not None:
                begin(link, world.token(user))
            counts.append(link.execute(COUNTED, prepare=True).fetchone()[0])
            link.commit()
    assert counts == [3, 5, 0, 0, 3, 5, 3, 5, 0]


def test_behaviour_10_prepared_statement_follows_the_role_too(world):
    """The shape of CVE-2024-10976: a plan made for one role's policies, run as another."""
    with world.link() as link:
        link.prepare_threshold = 0
        counts = []
        for role, user in (
            ("concordat_app", COUNCIL),
            ("postgres", None),
            ("concordat_maintenance", None),
            ("concordat_app", None),
            ("concordat_app", POLICE),
            ("concordat_system", COUNCIL),
            ("concordat_wall", None),
        ) * 3:
            link.execute(f"SET LOCAL ROLE {role}")
            if user is not None:
                begin(link, world.token(user))
            counts.append(link.execute(COUNTED, prepare=True).fetchone()[0])
            link.commit()
    assert counts == [3, 6, 6, 0, 5, 6, 6] * 3
