"""Since when an account has ended, by which its name is kept no longer than its time."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("left_at", sa.String(27)))
