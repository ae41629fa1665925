"""The functions that answer for rows beyond the reader's: each narrow, and on the list of `tests/walls/`.

Some are written here; the rest are made from the lookups that the code declares (foundation.walls), so that
both databases run the same statement.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors
from sqlalchemy.types import ARRAY, Boolean, Date, Integer, TypeEngine

from foundation.walls import LOOKUPS, REQUESTS, Lookup
from migrations.walls.conditions import ME, reached, reaches
from migrations.walls.context import Function

_DIALECT = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]

#: What the functions that are written by hand may read; what the others read follows from their statements.
READS: dict[str, tuple[str, ...]] = {
    "session": ("hash", "user_id", "ends_at"),
    "api_key": ("hash", "user_id", "expires_at", "ended_at", "actions", "agreements"),
    "user": ("id", "agency_id", "member", "disabled", "roles", "partnership_roles", "vetting", "service"),
    "site": ("id", "agency_id", "name"),
    "user_site": ("user_id", "site_id"),
    "user_area": ("user_id", "area_id"),
    "area": ("id", "agency_id", "ended_at"),
    "area_site": ("area_id", "site_id"),
    "agreement_version": ("agreement_id", "number", "stage", "from_at", "begins_at", "until_at", "parties"),
    "record": ("id", "owner"),
    "reach": ("record_id", "recipient", "agreement_id", "until_at"),
}

#: Tables with passwords and keys, of which no function reads another column, lookups neither.
SECRET = frozenset(("session", "api_key", "user"))


def functions() -> Iterator[Function]:
    """Every function beside those of the context."""
    yield Function("owns(record_id text)", "boolean", _OWNS, (REQUESTS,))
    yield Function("sees(record_id text)", "boolean", _SEES, (REQUESTS,))
    for _, each in sorted(LOOKUPS.items()):  # not in the order in which modules happen to be loaded
        yield _function_of(each)


def tables_read() -> dict[str, tuple[str, ...]]:
    """The tables that functions read, each with its columns; no columns means all of them."""
    whole = {table.name for each in LOOKUPS.values() for table in tables_of(each.built())} - SECRET
    return {**READS, **dict.fromkeys(sorted(whole), ())}


def tables_of(statement: Select[Any]) -> set[Table]:
    """Every table that a statement reads, in whatever depth."""
    return {each for each in visitors.iterate(statement) if isinstance(each, Table)}


def written(statement: Select[Any], names: Iterable[str]) -> str:
    """The statement as SQL in which each bound parameter is an argument of the function, named `in_…`."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    constant = {name: value for name, value in compiled.params.items() if value is not None}

    def given(match: re.Match[str]) -> str:
        name = match["name"]
        if name in constant:
            value = constant[name]
            return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
        if name not in known:
            raise ValueError(f"a lookup binds {name}, which it does not declare")
        return f"in_{name}"

    known = set(names)
    return re.sub(r"(?<!:):(?P<name>[a-z_]\w*)(?:::[A-Z]+(?:\[\])?)?", given, str(compiled))


def sql_type(type_: TypeEngine[Any]) -> str:
    """The type of a parameter or column in a function's signature; text unless it is known to be another."""
    if isinstance(type_, ARRAY):
        return f"{sql_type(type_.item_type)}[]"
    for kind, name in ((Boolean, "boolean"), (Integer, "integer"), (Date, "date")):
        if isinstance(type_, kind):
            return name
    return "text"


def _function_of(each: Lookup) -> Function:
    statement = each.built()
    columns = [(column.name, sql_type(column.type)) for column in statement.selected_columns]
    given = ", ".join(f"in_{name} {sql_type(type_)}" for name, type_ in each.parameters.items())
    gives = ", ".join(f'"{name}" {type_}' for name, type_ in columns)
    picked = ", ".join(f'given."{name}"::{type_}' for name, type_ in columns)
    body = f"""
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT {picked} FROM ({written(statement, each.parameters)}) given;
END
"""
    return Function(f"{each.name}({given})", f"TABLE ({gives})", body, (REQUESTS,), path="public, pg_temp")


_OWNS = """
BEGIN
  RETURN EXISTS (SELECT FROM public.record r WHERE r.id = $1 AND r.owner = wall.agency());
END
"""

_SEES = f"""
BEGIN
  RETURN EXISTS (SELECT FROM public.record r WHERE r.id = $1
    AND (r.owner = {ME} OR {reached("r.id", besides=reaches("lane"))}));
END
"""
