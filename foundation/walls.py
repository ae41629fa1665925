"""What the code and PostgreSQL's row-level security agree on; the walls stand in `migrations/walls/`.

A statement sees only the rows that concern the person whose transaction it is. What must be known of rows
beyond them, so that a rule does not fail open, is declared here as a lookup: on PostgreSQL a function that
answers exactly that, on SQLite the statement itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, column, func, select, text, true
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from foundation.database import Database, Tx
from foundation.errors import Misconfigured

#: The schema of PostgreSQL in which functions of the walls stand.
SCHEMA = "wall"
#: The role that answers requests, and the one in which the server does its own work.
REQUESTS, SERVER = "concordat_app", "concordat_system"

POSTGRESQL = "postgresql"


class Build(Protocol):
    """Makes a lookup's statement."""

    def __call__(self, dialect: str, *, walled: bool) -> Select[Any]:
        """The statement for a dialect: inside the function of the walls, or on its own."""


@dataclass(frozen=True, eq=False)
class Lookup:
    """A read of rows beyond the reader's own: named, narrow, and with a reason that a reviewer can judge.

    The bound parameters of the statement are those of `parameters`. It must give facts that rules need and no
    value that somebody entered, or rows that concern the reader.
    """

    name: str
    why: str
    parameters: Mapping[str, TypeEngine[Any]]
    build: "Build"

    def source(self, dialect: str, *, walled: bool) -> FromClause:
        """The rows, to select from; columns are those of the statement, parameters are bound by name."""
        if not walled:
            return self.build(dialect, walled=False).subquery(self.name)
        given = [bindparam(name, type_=type_) for name, type_ in self.parameters.items()]
        return answered(self.name, given, self.columns())

    def built(self) -> Select[Any]:
        """The statement that the function of the walls runs."""
        return self.build(POSTGRESQL, walled=True)

    def columns(self) -> list[Any]:
        """The columns that it gives, with their types."""
        return [column(each.name, each.type) for each in self.built().selected_columns]

    def select(self, tx: Tx) -> Select[Any]:
        """A statement that gives all of it, for this transaction's database; built once for each kind."""
        return _selected(self, tx.dialect.name, is_walled(tx))


@cache
def _selected(each: Lookup, dialect: str, walled: bool) -> Select[Any]:  # noqa: FBT001 - the key of a cache
    return select(each.source(dialect, walled=walled))


def is_walled(tx: Tx) -> bool:
    """Whether this transaction is a request's on PostgreSQL, so that it sees that person's rows alone."""
    return bool(tx.engine.get_execution_options().get("walled"))


def answered(name: str, given: Sequence[Any], columns: Sequence[Any]) -> FromClause:
    """The rows that a function of the walls gives, to select from under its own name."""
    called: FunctionElement[Any] = getattr(getattr(func, SCHEMA), name)(*given)
    return called.table_valued(*columns).render_derived(name=name)


#: Every lookup, by name; a module that declares one is loaded before walls are raised.
LOOKUPS: dict[str, Lookup] = {}


def lookup(name: str, why: str, build: "Build", **parameters: TypeEngine[Any]) -> Lookup:
    """Declare a lookup. It also goes on the list in `tests/walls/`, which a reviewer reads."""
    if name in LOOKUPS:
        raise ValueError(f"there is another lookup called {name}")
    made = LOOKUPS[name] = Lookup(name, why, parameters, build)
    return made


def sees(record_id: ColumnElement[Any], *, walled: bool) -> ColumnElement[bool]:
    """Inside a lookup: whether the record is the reader's agency's or reaches it; always, without walls."""
    return getattr(func, SCHEMA).sees(record_id) if walled else true()


def asks(user_id: ColumnElement[Any], *, walled: bool) -> ColumnElement[bool]:
    """Inside a lookup: whether this user is the one who asks; always, without walls."""
    return user_id == getattr(func, SCHEMA).person() if walled else true()


#: What would free a role of row-level security, as it is said.
_FREE = {
    "rolsuper": "is a superuser, whom row-level security does not bind",
    "rolbypassrls": "bypasses row-level security",
    "owns": "owns tables, so it could take row-level security off them",
    "serves": "is in a role that row-level security does not bind",
}
_STANDING = text("""
SELECT r.rolname, r.rolsuper, r.rolbypassrls,
  EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm')
    AND pg_has_role(r.oid, c.relowner, 'USAGE')) AS owns,
  EXISTS (SELECT FROM pg_roles m WHERE m.rolname IN ('concordat_maintenance', 'concordat_wall')
    AND pg_has_role(r.oid, m.oid, 'MEMBER')) AS serves,
  (SELECT min(c.relname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity)) AS bare
FROM pg_roles r WHERE r.rolname = current_user
""")


def weakness(database: Database) -> str | None:
    """Why row-level security would not bind whoever connects like this, in a sentence; None if it does.

    Raises:
        Unavailable: if the database cannot be reached.
    """
    if database.is_sqlite:
        return None
    with database.reading() as tx:
        row = tx.execute(_STANDING).mappings().one()
    if row["bare"]:
        return f"The table {row['bare']} has no row-level security. Run: python -m portal.cli.setup prepare"
    said = next((said for fact, said in _FREE.items() if row[fact]), None)
    return said and f"The database role {row['rolname']} {said}. See docs/running.md."


def require_walls(*databases: Database) -> None:
    """Refuse connections that row-level security does not bind.

    Raises:
        Misconfigured: with the first of them in a sentence.
    """
    for database in databases:
        if (said := weakness(database)) is not None:
            raise Misconfigured(said)
