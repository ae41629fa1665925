"""Looks of one agency at one record share an index row if they are sequenced together."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

_MENTION = "ledger_record_mention"


def upgrade() -> None:
    without = {"sqlite_with_rowid": False}
    with op.batch_alter_table(_MENTION, table_kwargs=without) as table:
        table.add_column(sa.Column("agency", sa.String(60)))
        table.add_column(sa.Column("places", sa.String()))
    op.execute(
        f"UPDATE {_MENTION} SET places = '[' || idx || ']', agency = CASE WHEN owner IS NOT NULL THEN"  # noqa: S608 - fixed words
        f" (SELECT agency FROM ledger_detail WHERE ledger_detail.idx = {_MENTION}.idx) END"
    )
    with op.batch_alter_table(_MENTION, table_kwargs=without) as table:
        table.alter_column("places", existing_type=sa.String(), nullable=False)
