"""How much of an entry each agency takes home, and in whose view of it a record stands."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

#: Of every entry until now: the bytes that sealing adds, of its key, and of its opening in a bundle.
_SEAL, _KEY, _OPENING = 16, 44, 44


def upgrade() -> None:
    mention, without = "ledger_agency_mention", {"sqlite_with_rowid": False}
    with op.batch_alter_table(mention, table_kwargs=without) as table:
        table.add_column(sa.Column("size", sa.Integer()))
    op.execute(
        f"UPDATE {mention} SET size = coalesce((SELECT length(detail) FROM ledger_detail"  # noqa: S608 - fixed words
        f" WHERE ledger_detail.idx = {mention}.idx), {_SEAL}) - {_SEAL} + {_OPENING}"
    )
    with op.batch_alter_table(mention, table_kwargs=without) as table:
        table.alter_column("size", existing_type=sa.Integer(), nullable=False)
    op.add_column("ledger_record_mention", sa.Column("owner", sa.String(60)))
    with op.batch_alter_table("ledger_pending") as table:
        table.add_column(sa.Column("sizes", sa.String()))
        table.add_column(sa.Column("owners", sa.String()))
    _fill_waiting()
    with op.batch_alter_table("ledger_pending") as table:
        table.alter_column("sizes", existing_type=sa.String(), nullable=False)
        table.alter_column("owners", existing_type=sa.String(), nullable=False)


def _fill_waiting() -> None:
    table = sa.table("ledger_pending", *map(sa.column, ("seq", "agencies", "detail", "sizes", "owners")))
    link = op.get_bind()
    rows = link.execute(sa.select(table.c.seq, table.c.agencies, sa.func.length(table.c.detail))).all()
    for seq, agencies, length in rows:
        sizes = [length - _KEY - _SEAL + _OPENING] * len(json.loads(agencies))
        link.execute(sa.update(table).where(table.c.seq == seq).values(sizes=json.dumps(sizes), owners="[]"))
