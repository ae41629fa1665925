"""What is sealed is not pressed again, and what only waits stays in its row (PostgreSQL)."""

from alembic import op

revision = "0030"
down_revision = "0029"

#: The most that PostgreSQL takes with pages of 8 kB. A row that waits is gone within seconds.
_WHOLE_ROW = 8160


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE ledger_pending SET (toast_tuple_target = {_WHOLE_ROW})")
    op.execute(
        "ALTER TABLE ledger_pending ALTER records SET STORAGE EXTERNAL, ALTER agencies SET STORAGE EXTERNAL"
    )
    for table in ("ledger_pending", "ledger_detail"):
        op.execute(f"ALTER TABLE {table} ALTER detail SET STORAGE EXTERNAL")
