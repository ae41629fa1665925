"""Making a database's walls as they are declared: all anew, in one transaction, if anything differs."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from typing import Any

from sqlalchemy import Connection, text

from foundation.walls import REQUESTS, SERVER
from migrations.tables import every_table
from migrations.walls import context, finding, lookups
from migrations.walls.context import Function
from migrations.walls.declared import AUDITED, WALLS, Wall
from migrations.walls.roles import AUDITOR, MAINTENANCE, OWNER, WALL, make_roles

_EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"


def raise_walls(tx: Connection) -> None:
    """Make roles, functions, policies and rights, unless they are as declared already; PostgreSQL only.

    Raises:
        Misconfigured: if the roles are missing and whoever connects may not make them.
    """
    make_roles(tx)
    if stand(tx):
        return
    script = _script(tx)
    _run(tx, ";\n".join([*_taken_down(tx), script, f"COMMENT ON SCHEMA wall IS '{_digest(script)}'"]))


def stand(tx: Connection) -> bool:
    """Whether the database has the walls that are declared, by the digest that it keeps of them."""
    asked = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'wall'"
    return bool(tx.execute(text(asked)).scalar() == _digest(_script(tx)))


def _script(tx: Connection) -> str:
    return ";\n".join(_statements(_tables(tx)))


def _digest(script: str) -> str:
    return sha256(script.encode()).hexdigest()


def functions() -> Iterator[Function]:
    """Every function of the walls."""
    every_table()  # loads every module, and with it every lookup
    return chain(context.functions(), lookups.functions(), finding.functions())


def _run(tx: Connection, script: str) -> None:
    driver: Any = tx.connection.driver_connection
    driver.execute(script)  # without parameters, so that the driver sends several statements at once


def _tables(tx: Connection) -> list[str]:
    """The tables that there are, of those that are declared: a database may stand at an early step."""
    asked = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    held = set(tx.execute(text(asked)).scalars())
    return [name for name in (*sorted(every_table().tables), "alembic_version") if name in held]


def _taken_down(tx: Connection) -> Iterator[str]:
    """What removes the walls of before: policies first, then the functions that they call."""
    policies = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
    for table, name in tx.execute(text(policies)):
        yield f'DROP POLICY "{name}" ON public."{table}"'
    asked = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace('wall')"
    for signature in tx.execute(text(asked)).scalars():
        yield f"DROP FUNCTION {signature} CASCADE"  # a trigger goes with its function, and is made again
    yield f"CREATE SCHEMA IF NOT EXISTS wall AUTHORIZATION {WALL}"


def _statements(held: list[str]) -> Iterator[str]:
    yield from _around()
    yield from (each.strip() for each in context.TABLES.split(";") if each.strip())
    yield from (f"ALTER TABLE wall.{name} OWNER TO {WALL}" for name in ("secret", "standing"))
    for each in functions():
        yield each.statement()
        yield f"ALTER FUNCTION wall.{each.signature} OWNER TO {WALL}"
        yield f"REVOKE ALL ON FUNCTION wall.{each.signature} FROM PUBLIC"
        if each.granted:
            yield f"GRANT EXECUTE ON FUNCTION wall.{each.signature} TO {', '.join(each.granted)}"
    reads = lookups.tables_read() | dict.fromkeys(finding.tables_read(), ())
    for name in held:
        yield from _walled(name, WALLS[name], reads.get(name))
    yield from _triggers(held)


def _around() -> Iterator[str]:
    """Nobody who can log in makes anything, so that no name can stand before ours."""
    yield f"GRANT USAGE ON SCHEMA wall TO {REQUESTS}, {SERVER}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"
    yield f"GRANT USAGE ON SCHEMA public TO {REQUESTS}, {SERVER}, {WALL}, {MAINTENANCE}, {AUDITOR}"
    barred = "REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC"
    yield f"DO $$ BEGIN EXECUTE format('{barred}', current_database()); END $$"


def _walled(name: str, wall: Wall, read_by_walls: tuple[str, ...] | None) -> Iterator[str]:
    table = f'public."{name}"'
    everybody = f"{REQUESTS}, {SERVER}, {WALL}, {MAINTENANCE}, {AUDITOR}"
    yield f"ALTER TABLE {table} OWNER TO {OWNER}"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {everybody}"
    yield from _for_requests(table, f'"{name}"', wall)
    if wall.server:
        yield f"GRANT {', '.join(wall.server)} ON {table} TO {SERVER}"
        yield f"CREATE POLICY server ON {table} TO {SERVER} USING (true) WITH CHECK (true)"
    yield f"GRANT {_EVERYTHING} ON {table} TO {MAINTENANCE}"
    yield f"CREATE POLICY maintenance ON {table} TO {MAINTENANCE} USING (true) WITH CHECK (true)"
    if read_by_walls is not None:
        yield f"GRANT SELECT{_listed(read_by_walls)} ON {table} TO {WALL}"
        yield f"CREATE POLICY walls ON {table} FOR SELECT TO {WALL} USING (true)"
    if name in AUDITED:
        yield f"GRANT SELECT ON {table} TO {AUDITOR}"
        yield f"CREATE POLICY audit ON {table} FOR SELECT TO {AUDITOR} USING (true)"


def _for_requests(table: str, row: str, wall: Wall) -> Iterator[str]:
    policies = (
        ("SELECT", _listed(wall.columns), "requests_read", _using(wall.read)),
        ("INSERT", _listed(wall.adds), "requests_add", _check(wall.insert)),
        (
            "UPDATE",
            _listed(wall.changes),
            "requests_change",
            f"{_using(wall.update)} {_check(wall.update_to or wall.update)}" if wall.update else "",
        ),
        ("DELETE", "", "requests_remove", _using(wall.delete)),
    )
    for command, columns, policy, condition in policies:
        if condition:
            said = condition.replace("{table}", row)
            yield f"GRANT {command}{columns} ON {table} TO {REQUESTS}"
            yield f"CREATE POLICY {policy} ON {table} FOR {command} TO {REQUESTS} {said}"


def _using(condition: str) -> str:
    return f"USING ({condition})" if condition else ""


def _check(condition: str) -> str:
    return f"WITH CHECK ({condition})" if condition else ""


def _listed(columns: tuple[str, ...]) -> str:
    return " (" + ", ".join(f'"{each}"' for each in columns) + ")" if columns else ""


def _triggers(held: list[str]) -> Iterator[str]:
    if "ledger_pending" in held:
        yield f"GRANT USAGE ON SEQUENCE ledger_pending_seq_seq TO {REQUESTS}, {SERVER}, {MAINTENANCE}"
    if "agreement_version" in held:
        yield "DROP TRIGGER IF EXISTS standing_changes ON public.agreement_version"
        yield (
            "CREATE TRIGGER standing_changes AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE"
            " ON public.agreement_version FOR EACH STATEMENT EXECUTE FUNCTION wall.forget_standing()"
        )
