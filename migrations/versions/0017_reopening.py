"""Whoever runs the machine may vouch for an administrator, whom nobody of the agency can ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

#: SQLite makes the table anew and would lose them.
_CHECKS = (
    sa.CheckConstraint("vouched_by <> asked_by", name=op.f("ck_lost_factor_vouched_by_another")),
    sa.CheckConstraint(
        "user_id <> asked_by AND user_id <> vouched_by", name=op.f("ck_lost_factor_vouched_for_another")
    ),
)


def upgrade() -> None:
    with op.batch_alter_table("lost_factor", table_args=_CHECKS) as table:
        table.alter_column("asked_by", existing_type=sa.String(36), nullable=True)
