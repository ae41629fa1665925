"""Checks that people have passed, with their end, and which of them a role of an agency needs."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    for name, column, empty in (
        ("user", "vetting", "[]"),
        ("invitation", "vetting", "[]"),
        ("agency", "vetting_rules", "{}"),
    ):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column(column, sa.String(), nullable=False, server_default=empty))
        with op.batch_alter_table(name) as table:
            table.alter_column(column, existing_type=sa.String(), server_default=None)
