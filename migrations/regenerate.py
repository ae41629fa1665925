"""Writes `versions/0001_first_tables.py` again from the tables of today: `python -m migrations.regenerate`.

Only while no database is in use that must be kept. From then on a change of tables is a new numbered step.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateIndexOp, CreateTableOp, ModifyTableOps, UpgradeOps
from sqlalchemy import create_engine

from foundation.database import JsonText, UtcTime
from migrations.tables import every_table

FIRST = Path(__file__).parent / "versions" / "0001_first_tables.py"

_HEAD = '''"""The first tables. Written by `python -m migrations.regenerate` from the declared tables."""

import sqlalchemy as sa
from alembic import op

from foundation.ledger.tables import guard_statements

revision = "0001"
down_revision = None
'''

_FOOT = """

_CREATE = {{{functions},}}


def upgrade() -> None:
    for create in _CREATE.values():
        create()
    for statement in guard_statements(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
    policy_epoch = sa.table("policy_epoch", sa.column("id", sa.Integer), sa.column("epoch", sa.Integer))
    op.bulk_insert(policy_epoch, [{{"id": 1, "epoch": 1}}])


def downgrade() -> None:
    for name in reversed(_CREATE):
        op.drop_table(name)
"""


def first_tables() -> str:
    """The text of the first step: one function for each table, in the order that foreign keys need."""
    grouped = _operations()
    parts = [_HEAD]
    for name, operations in grouped.items():
        code = render_python_code(UpgradeOps(ops=operations), render_item=_render_plain)
        body = "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("#"))
        parts.append(f"\ndef _create_{name}() -> None:\n    {body.lstrip()}\n")
    functions = ", ".join(f'"{name}": _create_{name}' for name in grouped)
    return _formatted("\n".join((*parts, _FOOT.format(functions=functions))))


def _operations() -> dict[str, list[Any]]:
    with create_engine("sqlite://").connect() as connection:
        context = MigrationContext.configure(connection)
        script = produce_migrations(context, every_table())
    grouped: dict[str, list[Any]] = {}
    for operation in script.upgrade_ops.ops if script.upgrade_ops else ():
        if isinstance(operation, CreateTableOp):
            grouped.setdefault(operation.table_name, []).append(operation)
        elif isinstance(operation, ModifyTableOps):
            for index in operation.ops:
                if isinstance(index, CreateIndexOp):
                    grouped[operation.table_name].append(index)
    return grouped


def _render_plain(kind: str, item: Any, context: AutogenContext) -> str | bool:
    """Plain types, so that a step stays what it was when the product's own types change."""
    del context
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.String(27)"
    if kind == "type" and isinstance(item, JsonText):
        return "sa.String()"
    return False


def _formatted(code: str) -> str:
    # S603 below: the command is fixed, the code goes in as text
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", FIRST.name, "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


if __name__ == "__main__":
    FIRST.write_text(first_tables(), encoding="utf-8")
    (Path(__file__).parent / "CURRENT").write_text("0001\n", encoding="utf-8")
