"""How strongly sessions were proven, and whether passkeys can be copied: not known of those of before."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    with op.batch_alter_table("passkey") as table:
        table.add_column(sa.Column("backup_eligible", sa.Boolean()))
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("strength", sa.Integer()))
    op.execute(
        "UPDATE session SET strength = CASE WHEN way IN ('passkey', 'password and code') THEN 2 ELSE 1 END"
    )
    with op.batch_alter_table("session") as table:
        table.alter_column("strength", existing_type=sa.Integer(), nullable=False)
