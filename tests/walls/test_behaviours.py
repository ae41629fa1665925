"""What row-level security was measured to do: each behaviour has its tests, and each a fault that they see.

The table in docs/decisions/0008-row-level-security.md lists them by number; names of tests carry the number.
"""

import re

import pytest
from psycopg import errors

from tests.architecture.sources import ROOT, files
from tests.walls.conftest import COUNCIL, POLICE, STRANGER, begin, seen
from tests.walls.test_oracles import COUNTED

RECORDS = "SELECT id FROM record"
MINE = {"to the council", "to all", "the council's"}
DECISION = ROOT / "docs" / "decisions" / "0008-row-level-security.md"
_MEASURED = range(1, 18)

#: A context that is believed without its seal, as a bare setting would be.
_BELIEVED = """
CREATE OR REPLACE FUNCTION wall.agency() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('concordat.context', true), '') $$
"""
_LEAK = """
CREATE FUNCTION public.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 {} AS
$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$
"""
_OF_THE_COUNCIL = "SELECT set_config('concordat.context', 'havering', {})"


def listed():
    """The tests that the decision names, by number of the behaviour."""
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", DECISION.read_text(), re.MULTILINE)
    return {int(number): set(re.findall(r"`(test_\w+)`", tests)) for number, tests in rows}


def written():
    """The tests of this folder that carry the number of a behaviour."""
    here = [path for path in files(".py") if path.parts[:2] == ("tests", "walls")]
    text = "\n".join((ROOT / path).read_text() for path in here)
    found = re.findall(r"^def (test_behaviour_(\d+)_\w+)", text, re.MULTILINE)
    return {number: {name for name, said in found if int(said) == number} for number in _MEASURED}


def test_every_behaviour_has_its_tests_and_the_decision_names_them():
    assert all(written().values())
    assert listed() == written()


def test_behaviour_3_policy_that_asks_for_nobody_is_seen(world, superuser):
    superuser.execute("CREATE POLICY planted ON record TO concordat_app USING (true); SET ROLE concordat_app")
    assert world.named(seen(superuser, RECORDS)) == set(world.ids)


def test_behaviour_4_policy_that_takes_an_empty_setting_for_somebody_is_seen(world):
    with world.link() as link:
        begin(link, world.token(STRANGER))
        link.commit()
        given = "current_setting('concordat.context', true) IS NOT NULL"
        link.execute(f"CREATE POLICY planted ON record TO concordat_app USING ({given})")
        link.execute("SET LOCAL ROLE concordat_app")
        assert world.named(seen(link, RECORDS)) == set(world.ids)
        link.rollback()


def test_behaviour_7_setting_without_a_seal_would_choose_an_agency(world, superuser):
    """Else the tests of the seal would prove nothing: this is what a bare setting lets through."""
    superuser.execute(_BELIEVED)
    superuser.execute("SET LOCAL ROLE concordat_app")
    assert seen(superuser, RECORDS) == set()
    superuser.execute(_OF_THE_COUNCIL.format("true"))
    assert world.named(seen(superuser, RECORDS)) >= {"the council's"}


def test_behaviour_5_setting_without_a_seal_would_outlive_its_transaction(world):
    with world.link() as link:
        link.execute(_BELIEVED)
        link.execute(_OF_THE_COUNCIL.format("false"))
        link.execute("SAVEPOINT later; SET LOCAL ROLE concordat_app")
        assert world.named(seen(link, RECORDS)) >= {"the council's"}
        link.rollback()


def test_behaviour_8_view_shows_what_its_owner_sees_unless_it_asks_as_the_reader(world, superuser):
    superuser.execute("CREATE VIEW loose AS SELECT id FROM record")
    superuser.execute("CREATE VIEW tight WITH (security_invoker = true) AS SELECT id FROM record")
    superuser.execute("GRANT SELECT ON loose, tight TO concordat_app; SET LOCAL ROLE concordat_app")
    begin(superuser, world.token(COUNCIL))
    assert world.named(seen(superuser, "SELECT id FROM loose")) == set(world.ids)
    assert world.named(seen(superuser, "SELECT id FROM tight")) == MINE


def test_behaviour_9_function_with_its_owners_rights_shows_what_they_see(world, superuser):
    superuser.execute(
        "CREATE FUNCTION public.planted() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS"
        " 'SELECT id FROM public.record'"
    )
    superuser.execute("SET LOCAL ROLE concordat_app")
    begin(superuser, world.token(COUNCIL))
    assert world.named(seen(superuser, "SELECT * FROM planted()")) == set(world.ids)


def test_behaviour_10_plan_that_keeps_the_agency_is_seen(world, superuser):
    """An agency that were taken for a constant would stay in the plan of a prepared statement."""
    superuser.execute("ALTER FUNCTION wall.agency() IMMUTABLE")
    superuser.execute("SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL ROLE concordat_app")
    superuser.execute(f"PREPARE planted AS {COUNTED}")
    counts = []
    for user in (COUNCIL, POLICE):
        superuser.execute("SAVEPOINT one")
        begin(superuser, world.token(user))
        counts.append(superuser.execute("EXECUTE planted").fetchone()[0])
        superuser.execute("ROLLBACK TO one")
    superuser.execute("DEALLOCATE planted")
    assert counts != [3, 5]


def test_behaviour_12_function_that_is_taken_for_leakproof_is_shown_hidden_rows(world, superuser):
    superuser.execute(_LEAK.format("LEAKPROOF"))
    told = []
    superuser.add_notice_handler(lambda notice: told.append(notice.message_primary))
    superuser.execute("SET LOCAL ROLE concordat_app")
    begin(superuser, world.token(COUNCIL))
    superuser.execute("SELECT count(*) FROM record WHERE leak(id)")
    assert world.named(set(told)) > MINE


def test_behaviour_13_division_that_is_taken_for_leakproof_tells_of_a_hidden_row(world, superuser):
    superuser.execute("ALTER FUNCTION pg_catalog.int4div(int, int) LEAKPROOF")
    superuser.execute("SET LOCAL ROLE concordat_app")
    begin(superuser, world.token(COUNCIL))
    with pytest.raises(errors.DivisionByZero):
        superuser.execute(
            "SELECT count(*) FROM record WHERE 1 / (CASE WHEN id = %s THEN 0 ELSE 1 END) = 1",
            [world.ids["hidden"]],
        )


def test_behaviour_14_whoever_analyses_sees_sizes_and_no_page_asks_for_them(world):
    """`reltuples` counts hidden rows too, for whoever can run a statement: the product never asks for it."""
    with world.requesting(COUNCIL) as link:
        (counted,) = seen(link, "SELECT reltuples::int FROM pg_class WHERE oid = 'public.record'::regclass")
    assert counted > len(MINE)
    asking = re.compile(r"reltuples|pg_stats|pg_statistic\b|pg_stat_user")
    assert [path for path in rooms() if asking.search((ROOT / path).read_text())] == []


def test_behaviour_16_own_record_is_not_moved_to_another_agency(world, superuser):
    moved = "UPDATE record SET owner = 'metropolitan-east-area' WHERE id = %s"
    with world.requesting(COUNCIL) as link, pytest.raises(errors.InsufficientPrivilege):
        link.execute(moved, [world.ids["the council's"]])
    # The row must also stay in its reader's sight, so both have to be gone for it to move.
    superuser.execute("ALTER POLICY requests_change ON record WITH CHECK (true)")
    superuser.execute("ALTER POLICY requests_read ON record USING (true); SET LOCAL ROLE concordat_app")
    begin(superuser, world.token(COUNCIL))
    assert superuser.execute(moved, [world.ids["the council's"]]).rowcount == 1


def test_behaviour_17_places_of_rows_are_asked_for_nowhere():
    """`ctid` and `xmin` count what others write."""
    asking = re.compile(r"\b(ctid|xmin)\b")
    assert [path for path in rooms() if asking.search((ROOT / path).read_text())] == []
    assert asking.search('"SELECT ctid FROM record"')


def rooms():
    return [path for path in files(".py") if path.parts[0] in {"auth", "foundation", "portal", "sharing"}]
