"""Accounts of programs, and to what their keys are bound."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("service", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("user") as table:
        table.alter_column("service", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("api_key") as table:
        table.add_column(sa.Column("last_used_at", sa.String(27)))
        table.add_column(sa.Column("name", sa.String(60), nullable=False, server_default=""))
        table.add_column(sa.Column("actions", sa.String()))
        table.add_column(sa.Column("agreements", sa.String()))
        table.add_column(sa.Column("addresses", sa.String()))
        table.add_column(sa.Column("made_by", sa.String(36)))
        table.add_column(sa.Column("ended_at", sa.String(27)))
        table.create_foreign_key("fk_api_key_made_by", "user", ["made_by"], ["id"])
    with op.batch_alter_table("api_key") as table:
        table.alter_column("name", existing_type=sa.String(60), server_default=None)
