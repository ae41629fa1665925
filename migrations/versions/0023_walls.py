"""When a session ends, by which the database refuses it too; whom a record reaches, found by one index."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("DELETE FROM session")  # nobody knows when these end: their people sign in once more
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("ends_at", sa.String(27), nullable=False))
    op.drop_index("ix_reach_record", "reach")
    op.create_index("ix_reach_record", "reach", ["record_id", "recipient"])
