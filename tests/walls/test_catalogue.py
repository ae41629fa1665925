"""Every table has its wall, every function its reason; what lacks one is found."""

import pytest

from foundation.walls import REQUESTS
from migrations.tables import every_table
from migrations.walls.declared import TRUE, WALLS
from tests.walls.reviewed import DEFINERS, UNIQUE_KEYS

_BARE = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
AND NOT (relrowsecurity AND relforcerowsecurity
  AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid) AND relowner = 'concordat_owner'::regrole)
"""
_RIGHTS = """
SELECT r.rolname || ' ' || p.privilege || ' ' || c.relname
FROM pg_class c, pg_roles r, unnest(%s::text[]) p(privilege)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
AND r.rolname LIKE 'concordat%%' AND r.rolname <> 'concordat_owner'
AND has_table_privilege(r.oid, c.oid, p.privilege)
"""
_LOOSE_VIEWS = """
SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')
AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)
"""
_FUNCTIONS = """
SELECT p.proname, p.prosecdef, coalesce(array_to_string(p.proconfig, ','), ''), p.proowner::regrole::text,
  coalesce(p.proacl::text, '{=X/}'), p.proleakproof
FROM pg_proc p WHERE p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
_COUNTED = """
SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'
AND (column_default LIKE 'nextval%%' OR is_identity = 'YES')
"""
_UNIQUE = """
SELECT i.indexrelid::regclass::text, array_agg(a.attname::text) FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique GROUP BY 1
"""


def one(link, statement, *given):
    return sorted(row[0] for row in link.execute(statement, given))


def unreviewed(link):
    """Functions that run with others' rights and are not on the list, or are not as they must be."""
    found = []
    for name, definer, settings, owner, rights, leakproof in link.execute(_FUNCTIONS):
        everybody = any(entry.startswith("=") for entry in rights.strip("{}").split(","))
        pinned = settings in ("search_path=pg_catalog, pg_temp", "search_path=public, pg_temp")
        reviewed = name in DEFINERS and pinned and not everybody and owner == "concordat_wall"
        if leakproof or (definer and not reviewed):
            found.append(name)
    return found


def undeclared(tables):
    return sorted(set(tables) - set(WALLS))


def test_every_table_of_the_product_is_declared_and_nothing_else_is():
    tables = set(every_table().tables)
    assert undeclared(tables) == [], "add a line to migrations/walls/declared.py"
    assert set(WALLS) - tables == {"alembic_version"}
    assert undeclared({*tables, "planted"}) == ["planted"]


def test_rows_that_everybody_may_read_say_why():
    bare = [name for name, wall in WALLS.items() if (wall.read == TRUE) != bool(wall.why_open)]
    assert bare == []


def test_every_table_is_forced_owned_by_the_owner_and_has_a_policy(superuser):
    assert one(superuser, _BARE) == []


@pytest.mark.parametrize(
    "fault",
    [
        "CREATE TABLE planted (agency_id text)",
        "ALTER TABLE record NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE record DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE record OWNER TO concordat_app",
    ],
)
def test_table_without_its_wall_is_found(superuser, fault):
    superuser.execute(fault)
    assert one(superuser, _BARE) in (["planted"], ["record"])


def test_behaviour_11_nobody_may_truncate_a_table_or_refer_to_one(superuser):
    assert one(superuser, _RIGHTS, ["TRUNCATE", "REFERENCES", "TRIGGER"]) == []
    superuser.execute("GRANT TRUNCATE ON record TO concordat_app")
    assert "concordat_app TRUNCATE record" in one(superuser, _RIGHTS, ["TRUNCATE"])


def test_behaviour_11_truncate_passes_row_level_security_by_so_the_right_alone_stops_it(world, superuser):
    with world.link(REQUESTS) as link, pytest.raises(Exception, match="permission denied"):
        link.execute("TRUNCATE record CASCADE")
    superuser.execute("CREATE TABLE planted (n int); INSERT INTO planted VALUES (1)")
    for security in ("ENABLE", "FORCE"):
        superuser.execute(f"ALTER TABLE planted {security} ROW LEVEL SECURITY")
    superuser.execute("GRANT TRUNCATE ON planted TO concordat_app")
    superuser.execute("SET ROLE concordat_app; TRUNCATE planted; RESET ROLE")
    assert one(superuser, "SELECT n FROM planted") == []


def test_leaves_of_the_ledger_are_only_ever_added(superuser):
    may = one(superuser, _RIGHTS, ["UPDATE", "DELETE"])
    roles = {line.split()[0] for line in may if line.endswith(" ledger_leaf")}
    assert roles == {"concordat_maintenance"}  # and there a trigger refuses


def test_behaviour_8_no_view_passes_the_policies_of_whoever_asks_by(superuser):
    assert one(superuser, _LOOSE_VIEWS) == []
    superuser.execute("CREATE VIEW planted AS SELECT * FROM record")
    assert one(superuser, _LOOSE_VIEWS) == ["planted"]


def test_behaviour_9_every_function_with_others_rights_is_reviewed_pinned_and_not_for_everybody(superuser):
    assert unreviewed(superuser) == []
    made = {row[0] for row in superuser.execute(_FUNCTIONS) if row[1]}
    assert made == set(DEFINERS), "and the list names no function that is gone"


@pytest.mark.parametrize(
    "fault",
    [
        "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "ALTER FUNCTION wall.owns(text) RESET search_path",
        "GRANT EXECUTE ON FUNCTION wall.owns(text) TO PUBLIC",
        "ALTER FUNCTION wall.owns(text) OWNER TO postgres",
        "ALTER FUNCTION wall.owns(text) LEAKPROOF",
    ],
)
def test_behaviour_9_function_that_is_not_as_reviewed_is_found(superuser, fault):
    superuser.execute(fault)
    assert unreviewed(superuser) in (["planted"], ["owns"])


def test_roles_bypass_nothing_make_nothing_and_are_in_no_other(superuser):
    roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'concordat%%'"
    loose = f"{roles} AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
    assert one(superuser, loose) == []
    within = "SELECT roleid::regrole || ' > ' || member::regrole FROM pg_auth_members"
    assert one(superuser, f"{within} WHERE member::regrole::text LIKE 'concordat%%'") == []
    makes = f"{roles} AND has_schema_privilege(oid, 'public', 'CREATE')"
    assert one(superuser, makes) == ["concordat_owner"]
    assert one(superuser, f"{roles} AND has_database_privilege(oid, current_database(), 'TEMP')") == []


def test_behaviour_6_keys_that_could_collide_are_random_or_say_why_they_tell_nothing(superuser):
    """A collision says that a row is there, even one that is hidden; so nobody can guess a key."""
    drawn = {"id", "hash", "idx", "seq", "key", "size"}  # our own numbers and digests, and random ids

    def guessable(columns):
        return not any(name in drawn or name.endswith("_id") or name == "agency" for name in columns)

    found = {name for name, columns in superuser.execute(_UNIQUE) if guessable(columns)}
    assert found - {"alembic_version_pkc"} == set(UNIQUE_KEYS)
    superuser.execute("CREATE UNIQUE INDEX planted ON record (owner_reference)")
    planted = {name for name, columns in superuser.execute(_UNIQUE) if guessable(columns)}
    assert planted - found == {"planted"}


def test_behaviour_17_columns_that_count_are_known_and_no_output_holds_one(superuser):
    """Numbers that count tell how much others do: here the ledger's order of arrival, and one row's own."""
    assert one(superuser, _COUNTED) == ["ledger_pending.seq", "policy_epoch.id"]
    superuser.execute("ALTER TABLE record ADD planted serial")
    assert "record.planted" in one(superuser, _COUNTED)
