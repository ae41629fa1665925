"""When somebody last said of a person that their access is right."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("reviewed_at", sa.String(27)))
